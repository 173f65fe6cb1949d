// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { PER_CALL, PER_DRAIN, driven, uncaught } = require('../support/driver');
const { lacks, reasons: { REJECTION } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/microtasks'));

// A function whose callback notes itself, a tick and a microtask.
function noting(create, order, options) {
  let count = 0;
  // A drain ends after its items, however busy the machine is.
  const endless = { budgetMicroseconds: 1e9, ...options };
  return create(() => {
    const n = ++count;
    order.push(`call${n}`);
    process.nextTick(() => order.push(`tick${n}`));
    Promise.resolve().then(() => order.push(`micro${n}`));
  }, endless);
}

const expected = {
  perCall: (n) => Array.from({ length: n }, (_, i) => [`call${i + 1}`, `tick${i + 1}`, `micro${i + 1}`]).flat(),
  perDrain: (n) => ['call', 'tick', 'micro'].flatMap((what) =>
    Array.from({ length: n }, (_, i) => `${what}${i + 1}`)),
};

describe('contract 7: a call never runs JavaScript before it returns', () => {
  it('on the loop thread too, in each way to call', driven(async ({ create }) => {
    let isCalling = false;
    let calls = 0;
    const fn = create(() => {
      assert.strictEqual(isCalling, false);
      calls++;
    }, { kind: 'call_js' });
    isCalling = true;
    for (const way of ['call', 'empty', 'pointer', 'with', 'error']) fn.send({ way, producer: 300 });
    isCalling = false;
    assert.strictEqual(calls, 0);
    await fn.close();
    assert.strictEqual(calls, 5);
  }));

  it('from inside of a callback too', driven(async ({ create }) => {
    let depth = 0;
    let count = 0;
    const fn = create(() => {
      assert.strictEqual(depth++, 0);
      if (++count < 50) fn.call();
      depth--;
    }, {});
    fn.call();
    while (count < 50) await new Promise(setImmediate);
    await fn.close();
  }));

  it('nor do ticks or promises that wait before it', driven(async ({ create }) => {
    const order = [];
    const fn = create(() => order.push('callback'), {});
    process.nextTick(() => order.push('tick'));
    Promise.resolve().then(() => order.push('micro'));
    fn.call();
    order.push('returned');
    await fn.close();
    assert.deepStrictEqual(order, ['returned', 'tick', 'micro', 'callback'].filter((what) => order.includes(what)));
    assert.strictEqual(order.length, 4);
  }));
});

describe('contract 7: nextTick and microtasks', () => {
  it('run after each drain by default', driven(async ({ create }) => {
    for (const kind of ['none', 'call_js']) {
      const order = [];
      const fn = noting(create, order, { kind });
      fn.fill(5, { way: 'empty' });
      await fn.close();
      assert.deepStrictEqual(order, expected.perDrain(5));
    }
  }));

  it('run after each drain of a flood, not only at its end', driven(async ({ create }) => {
    const order = [];
    const fn = noting(create, order, { budgetItems: 2 });
    fn.fill(4, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(order, [
      'call1', 'call2', 'tick1', 'tick2', 'micro1', 'micro2',
      'call3', 'call4', 'tick3', 'tick4', 'micro3', 'micro4',
    ]);
  }));

  it('run after each call when asked for', driven(async ({ create }) => {
    for (const kind of ['none', 'call_js']) {
      const order = [];
      const fn = noting(create, order, { kind, microtasks: PER_CALL });
      fn.fill(20, { way: 'empty' });
      await fn.close();
      assert.deepStrictEqual(order, expected.perCall(20));
    }
  }));

  it('run after each call also where errors and callbacks of one call are between', driven(async ({ create }) => {
    const order = [];
    const fn = noting(create, order, { kind: 'convert', microtasks: PER_CALL });
    ['call', 'error', 'with', 'call', 'with'].forEach((way) => fn.send({ way, producer: 300 }));
    await fn.close();
    assert.deepStrictEqual(order, expected.perCall(5));
  }));

  it('run after each call, or after the drain, though one throws', driven(async ({ create }) => {
    for (const microtasks of [PER_DRAIN, PER_CALL]) {
      const order = [];
      const errors = await uncaught(async () => {
        let count = 0;
        const fn = create(() => {
          const n = ++count;
          order.push(`call${n}`);
          process.nextTick(() => order.push(`tick${n}`));
          if (n === 2) throw new Error('second');
        }, { microtasks, budgetMicroseconds: 1e9 });
        fn.fill(3, { way: 'empty' });
        await fn.close();
      });
      assert.strictEqual(errors.length, 1);
      assert.deepStrictEqual(order, microtasks === PER_CALL
        ? ['call1', 'tick1', 'call2', 'tick2', 'call3', 'tick3']
        : ['call1', 'call2', 'call3', 'tick1', 'tick2', 'tick3']);
    }
  }));

  it('a promise chain is done before the next call, when asked for', driven(async ({ create }) => {
    const order = [];
    const fn = create(async () => {
      for (let i = 0; i < 4; i++) {
        order.push(i);
        await null;
      }
    }, { microtasks: PER_CALL });
    fn.fill(3, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(order, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
  }));

  it('a tick that aborts is heard before the next call, when asked for', driven(async ({ create }) => {
    let calls = 0;
    const fn = create(() => {
      calls++;
      process.nextTick(() => fn.abort());
    }, { microtasks: PER_CALL });
    fn.fill(5, { way: 'empty' });
    await fn.close();
    assert.strictEqual(calls, 1);
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 1, ABORTED: 4 });
  }));

  // In a child: mocha has a handler of its own.
  lacks({ bun: REJECTION }, it)('an unhandled rejection of the callback is reported as any other', async () => {
    const lines = await lives.linesOf('rejections');
    const expectation = ['{"DELIVERED":3}', 'async,async,async'];
    assert.deepStrictEqual(lines, [...expectation, ...expectation]);
  });
});
