// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { FOREVER, VALUES_ONLY, driven, sum, uncaught } = require('../support/driver');
const { lacks, reasons: { END } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/exactly-one-completion'));

// driven() holds each function to the contract: what was accepted is what was
// completed, no memory is kept, none was released twice.
describe('contract 1: exactly one completion', () => {
  it('delivered: one call of call_js and one of complete for each item', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', logs: true });
    fn.fill(100);
    await fn.close();
    const { completed, shown, shownNull } = fn.report();
    assert.deepStrictEqual({ completed, shown, shownNull }, {
      completed: { DELIVERED: 100 },
      shown: 100,
      shownNull: 0,
    });
    const lines = fn.log().slice(0, 200);
    assert.deepStrictEqual(lines, Array.from({ length: 100 }, (_, i) => [
      `call_js 0:${i}`,
      `complete 0:${i} DELIVERED`,
    ]).flat());
  }));

  it('threw: the item of the throw, and only that one', driven(async ({ create }) => {
    const errors = await uncaught(async () => {
      const fn = create((producer, sequence) => {
        if (sequence % 3 === 1) throw new Error(String(sequence));
      }, { kind: 'call_js', logs: true });
      fn.fill(10);
      await fn.close();
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: 7, THREW: 3 });
      assert.deepStrictEqual(
        fn.log().filter((line) => line.endsWith('THREW')),
        ['complete 0:1 THREW', 'complete 0:4 THREW', 'complete 0:7 THREW'],
      );
      assert.strictEqual(fn.report().shown, 10);
    });
    assert.deepStrictEqual(errors.map((error) => error.message), ['1', '4', '7']);
  }));

  it('threw: also where call_js itself throws', driven(async ({ create }) => {
    const errors = await uncaught(async () => {
      const fn = create(() => {}, { kind: 'call_js', callJsThrowsAt: 2 });
      fn.fill(5);
      await fn.close();
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: 4, THREW: 1 });
    });
    assert.deepStrictEqual(errors.map((error) => error.code), ['ECALLJS']);
  }));

  it('aborted: what was queued, call_js without env, in order', driven(async ({ create }) => {
    const fn = create(() => assert.fail('called'), { kind: 'call_js', logs: true });
    fn.fill(20);
    fn.send({ way: 'error' });
    fn.send({ way: 'with', producer: 1, size: 400 });
    fn.send({ way: 'pointer', producer: 2 });
    fn.abort();
    await fn.close();
    const { completed, shown, shownNull } = fn.report();
    assert.deepStrictEqual({ completed, shown, shownNull }, {
      completed: { ABORTED: 23 },
      shown: 0,
      shownNull: 22, // all but the error
    });
    assert.deepStrictEqual(
      fn.log().filter((line) => line.startsWith('complete')),
      [...Array.from({ length: 20 }, (_, i) => `complete 0:${i} ABORTED`),
        'complete ABORTED', 'complete 1:0 ABORTED', 'complete 2:0 ABORTED'],
    );
  }));

  it('aborted: between two items, by the callback of the first', driven(async ({ create }) => {
    const fn = create((producer, sequence) => {
      if (sequence === 6) fn.abort();
    }, { kind: 'call_js' });
    fn.fill(50);
    await fn.close();
    const { completed, shown, shownNull } = fn.report();
    assert.deepStrictEqual({ completed, shown, shownNull }, {
      completed: { DELIVERED: 7, ABORTED: 43 },
      shown: 7,
      shownNull: 43,
    });
  }));

  lacks({ 'bun deno': END }, it)('env gone: what was queued when the environment ended', async () => {
    for (const kind of ['call_js', 'convert']) {
      const [line, ...more] = await lives.linesOf('endsWithItemsQueued', { args: [kind] });
      assert.deepStrictEqual(more, []);
      // Node runs its loop once more when JavaScript can run no longer, so that
      // the items' turn may come before the environment's end.
      const { completed: { ENV_GONE, CANNOT_RUN_JS, ...others }, ...rest } = JSON.parse(line);
      assert.strictEqual(ENV_GONE + CANNOT_RUN_JS, 61);
      assert.deepStrictEqual(others, { DELIVERED: 0, THREW: 0, DROPPED: 0, ABORTED: 0, WITHDRAWN: 0 });
      assert.deepStrictEqual(rest, {
        accepted: 61,
        shown: 0,
        shownNull: kind === 'call_js' ? 60 : 0,
        disordered: 0,
        missing: 0,
        finalized: 1,
        withEnv: false,
      });
    }
  });

  it('a convert that fails: its error arrives, the item is delivered', driven(async ({ create }) => {
    const failures = [
      [{ convertStatus: 'TSFN_FAILURE' }, 'TSFN_FAILURE'],
      [{ convertStatus: 'TSFN_WRONG_TYPE' }, 'TSFN_WRONG_TYPE'],
      [{ convertThrows: true, convertStatus: 'TSFN_PENDING_EXCEPTION' }, 'ECONVERT'],
      [{ convertThrows: true, convertStatus: 'TSFN_OK' }, 'ECONVERT'],
    ];
    for (const [failure, code] of failures) {
      const calls = [];
      const fn = create((...args) => { calls.push(args); }, {
        kind: 'convert',
        convertFailsAt: 1,
        ...failure,
      });
      fn.fill(3);
      await fn.close();
      assert.strictEqual(calls.length, 3);
      assert.deepStrictEqual([calls[0], calls[2]], [[null, 0, 0], [null, 0, 2]]);
      assert.strictEqual(calls[1].length, 1);
      assert(calls[1][0] instanceof Error);
      assert.strictEqual(calls[1][0].code, code);
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: 3 });
    }
  }));

  it('a convert that fails where values only are taken: uncaughtException', driven(async ({ create }) => {
    const errors = await uncaught(async () => {
      const seen = [];
      const fn = create((producer, sequence) => { seen.push(sequence); }, {
        kind: 'convert',
        errors: VALUES_ONLY,
        convertFailsAt: 1,
        convertStatus: 'TSFN_FAILURE',
      });
      fn.fill(4);
      await fn.close();
      assert.deepStrictEqual(seen, [0, 2, 3]);
      assert.strictEqual(sum(fn.report().completed), 4);
    });
    assert.deepStrictEqual(errors.map((error) => error.code), ['TSFN_FAILURE']);
  }));

  it('the sums agree with four threads that call until an abort', driven(async ({ create }) => {
    for (const bound of [0, 1, 16, 1024]) {
      const limit = 5000;
      let calls = 0;
      const fn = create(() => { if (++calls === limit) fn.abort(); }, {
        kind: 'call_js',
        bound,
      });
      const plan = { threads: 4, count: 1e9, wait: FOREVER };
      const { accepted, released, statuses } = await fn.produce(plan).done;
      await fn.close();
      const { completed, shown, shownNull } = fn.report();
      assert.strictEqual(completed.DELIVERED, limit);
      assert.strictEqual(shown, limit);
      assert.strictEqual(shown + shownNull, accepted);
      assert.strictEqual(statuses.TSFN_CLOSING, 4);
      assert.strictEqual(released, 4);
    }
  }));

  it('the sums agree with threads that send in every way to a callback that throws', driven(async ({ create }) => {
    let calls = 0;
    const errors = await uncaught(async () => {
      const fn = create(() => {
        if (++calls % 10 === 0) throw new Error('tenth');
      }, { kind: 'call_js', bound: 64 });
      const ways = ['call', 'empty', 'pointer', 'with', 'error'];
      await Promise.all(ways.map((way, producer) =>
        fn.produce({ way, producer, size: 40, count: 2000, wait: FOREVER }).done));
      await fn.close();
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: 9000, THREW: 1000 });
      assert.strictEqual(fn.accepted, 10000);
    });
    assert.strictEqual(errors.length, 1000);
  }));

  it('what is not accepted is never seen', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', bound: 4 });
    fn.fill(4);
    for (const way of ['call', 'empty', 'pointer', 'with', 'error']) {
      assert.strictEqual(fn.send({ way, size: 500, sequence: 99 }), 'TSFN_QUEUE_FULL');
    }
    await fn.drained();
    fn.abort();
    for (const way of ['call', 'empty', 'pointer', 'with', 'error']) {
      assert.strictEqual(fn.send({ way, size: 500, sequence: 99 }), 'TSFN_CLOSING');
    }
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 4 });
    assert.strictEqual(fn.report().shown, 4);
  }));

  it('what call_many was not answered for is never seen', driven(async ({ create }) => {
    for (const size of [8, 24, 25, 200]) {
      const fn = create(() => {}, { kind: 'call_js', bound: 10 });
      assert.deepStrictEqual(fn.sendMany({ size, many: 7 }), { status: 'TSFN_OK', accepted: 7 });
      assert.deepStrictEqual(fn.sendMany({ size, many: 7, sequence: 7 }), {
        status: 'TSFN_QUEUE_FULL',
        accepted: 3,
      });
      assert.deepStrictEqual(fn.sendMany({ size, many: 0 }), { status: 'TSFN_OK', accepted: 0 });
      await fn.close();
      assert.strictEqual(fn.report().shown, 10);
    }
  }));

  it('the statistics say the same as the callbacks', driven(async ({ create }) => {
    const fn = create((producer, sequence) => {
      const { accepted, queued, completed } = fn.stats();
      assert.deepStrictEqual([accepted, queued, sum(completed)], [10, 10 - sequence, sequence]);
    }, { kind: 'call_js' });
    fn.fill(10);
    const { accepted, queued, uses, blocked } = fn.stats();
    assert.deepStrictEqual({ accepted, queued, uses, blocked }, {
      accepted: 10,
      queued: 10,
      uses: 1,
      blocked: 0,
    });
    await fn.drained();
    assert.deepStrictEqual(fn.stats().completed, { DELIVERED: 10 });
    await fn.close();
  }));
});
