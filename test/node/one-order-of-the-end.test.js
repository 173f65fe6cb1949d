// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { driven, native, sum, turn, uncaught } = require('../support/driver');
const { lacks, reasons: { END } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/one-order-of-the-end'));

const completions = (count, how) =>
  Array.from({ length: count }, (_, i) => [
    how === 'ABORTED' ? `call_js 0:${i} null` : `call_js 0:${i}`,
    `complete 0:${i} ${how}`,
  ]).flat();

describe('contract 5: one order', () => {
  it('release: what is queued in order, finalize once, free_context', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', logs: true });
    fn.fill(5);
    await fn.close();
    assert.deepStrictEqual(fn.log(), [...completions(5, 'DELIVERED'), 'finalize', 'free_context']);
    const { finalized, freedContext, envAtFinalize } = fn.report();
    assert.deepStrictEqual([finalized, freedContext, envAtFinalize], [1, 1, true]);
  }));

  it('abort: the same, with the queue completed first', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', logs: true });
    fn.fill(5);
    fn.abort();
    assert.deepStrictEqual(fn.log(), []);
    await fn.close();
    assert.deepStrictEqual(fn.log(), [...completions(5, 'ABORTED'), 'finalize', 'free_context']);
  }));

  lacks({ 'bun deno': END }, it)('the end of the environment: the same, without env', async () => {
    for (const aborts of [false, true]) {
      const [line] = await lives.linesOf('endsWithItemsQueued', { args: [aborts] });
      const { completed, shown, shownNull, withEnv } = JSON.parse(line);
      assert.deepStrictEqual({ sum: sum(completed), shown, shownNull, withEnv }, {
        sum: 5,
        shown: 0,
        shownNull: 5,
        withEnv: false,
      });
    }
  });

  it('from the last release on nothing more is accepted', driven(async ({ create }) => {
    const fn = create((producer, sequence) => {
      assert.strictEqual(fn.is_closing(), 'true');
      assert.strictEqual(fn.send({ sequence: 100 + sequence }), 'TSFN_CLOSING');
    }, { kind: 'call_js' });
    fn.fill(5);
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 5 });
  }));

  it('finalize never runs inside of the release or abort that leads to it', driven(async ({ create }) => {
    for (const ending of ['release', 'abort']) {
      const order = [];
      const fn = create(() => {}, { onFinalize: () => order.push('finalize') });
      fn.op(ending);
      order.push('returned');
      await fn.ended();
      assert.deepStrictEqual(order, ['returned', 'finalize']);
      if (ending === 'abort') fn.release();
    }
  }));

  it('finalize waits for a flood that was queued before the release', driven(async ({ create }) => {
    const fn = create(() => {}, { budgetItems: 10, logs: true });
    fn.fill(1000, { way: 'empty' });
    await fn.close();
    const lines = fn.log();
    assert.strictEqual(lines.length, 1002);
    assert.deepStrictEqual(lines.slice(-2), ['finalize', 'free_context']);
  }));

  it('free_context comes after the last use and after finalize, whichever is later', driven(async ({ create }) => {
    const late = create(() => {}, { uses: 2, logs: true });
    late.abort();
    late.release();
    await late.ended();
    await turn();
    assert.deepStrictEqual(late.log(), ['finalize']);
    late.release();
    assert.deepStrictEqual(late.log(), ['finalize', 'free_context']);

    const early = create(() => {}, { uses: 2, logs: true });
    early.abort();
    early.release();
    early.release();
    assert.deepStrictEqual(early.log(), []);
    await early.ended();
    assert.deepStrictEqual(early.log(), ['finalize', 'free_context']);
  }));

  it('the threads of the library have ended and are joined before finalize', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', logs: true });
    const latch = native.latch();
    for (let producer = 0; producer < 6; producer++) {
      assert.strictEqual(fn.spawn({ producer, count: 10, latch, latchAt: 5 }), 'TSFN_OK');
    }
    native.arrivedAt(latch, 6);
    fn.release();
    await turn();
    await turn();
    assert.strictEqual(fn.report().finalized, 0);
    native.openLatch(latch);
    await fn.ended();
    assert.strictEqual(fn.accepted, 60);
    assert.strictEqual(fn.report().exitedAtFinalize, 6);
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 60 });
  }));

  it('an aborted function waits for the library\'s threads too', driven(async ({ create }) => {
    const fn = create(() => {}, {});
    const latch = native.latch();
    for (let i = 0; i < 3; i++) fn.spawn({ count: 0, latch });
    native.arrivedAt(latch, 3);
    fn.abort();
    fn.release();
    await turn();
    await turn();
    assert.strictEqual(fn.report().finalized, 0);
    native.openLatch(latch);
    await fn.ended();
    assert.strictEqual(fn.report().exitedAtFinalize, 3);
  }));

  it('a finalizer that throws is an uncaughtException, and the end goes on', driven(async ({ create }) => {
    const errors = await uncaught(async () => {
      const fn = create(() => {}, { finalizeThrows: true });
      await fn.close();
      assert.strictEqual(fn.report().freedContext, 1);
    });
    assert.deepStrictEqual(errors.map((error) => error.code), ['EFINALIZE']);
  }));
});
