// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { FOREVER, driven, native, turn } = require('../support/driver');

describe('tsfn_spawn', () => {
  it('runs a thread with a use of its own, given back for it', driven(async ({ create }) => {
    let calls = 0;
    const fn = create(() => { calls++; }, { kind: 'call_js' });
    const latch = native.latch();
    assert.strictEqual(fn.spawn({ count: 10, latch, latchAt: 10 }), 'TSFN_OK');
    assert.strictEqual(fn.stats().uses, 2);
    native.arrivedAt(latch, 1);
    assert.strictEqual(fn.release(), 'TSFN_OK');
    native.openLatch(latch);
    await fn.ended();
    assert.strictEqual(fn.accepted, 10);
    assert.strictEqual(calls, 10);
    assert.deepStrictEqual(fn.report().runs, [0]);
  }));

  it('may be called at any time while the function is open, as often as one likes', driven(async ({ create }) => {
    let spawned = 0;
    const fn = create(() => {
      if (spawned === 100) return;
      fn.spawn({ producer: ++spawned, count: 1 });
    }, { kind: 'call_js' });
    fn.spawn({ producer: ++spawned, count: 1 });
    while (spawned < 100 || fn.stats().uses > 1) await turn();
    await fn.drained();
    await fn.close();
    assert.strictEqual(fn.accepted, 100);
    assert.strictEqual(fn.report().exitedAtFinalize, 100);
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 100 });
  }));

  it('joins threads that have ended while the function lives on', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js' });
    for (let i = 0; i < 300; i++) {
      fn.spawn({ producer: 300, count: 1 });
      if (i % 50 === 0) await turn();
    }
    while (fn.report().exited < 300 || fn.stats().uses > 1) await turn();
    await fn.drained();
    assert.strictEqual(fn.accepted, 300);
    fn.fill(1);
    await fn.drained(); // this drain joins what the last one did not
    const { allocations, releases } = fn.report();
    assert(allocations - releases < 30, `${allocations - releases} blocks are kept`);
    await fn.close();
  }));

  it('gets the items of all its threads, in the order of each', driven(async ({ create }) => {
    const next = new Map();
    const fn = create((producer, sequence) => {
      assert.strictEqual(sequence, next.get(producer) ?? 0);
      next.set(producer, sequence + 1);
    }, { kind: 'call_js', bound: 8 });
    for (let producer = 0; producer < 10; producer++) {
      fn.spawn({ producer, count: 1000, wait: FOREVER });
    }
    await fn.close();
    assert.strictEqual(fn.accepted, 10000);
    assert.deepStrictEqual([...next.values()], Array(10).fill(1000));
  }));

  it('does not look at the thread\'s result', driven(async ({ create }) => {
    const fn = create(() => {}, {});
    fn.spawn({ count: 0, answers: ['TSFN_FAILURE'] });
    await fn.close();
  }));

  it('on an aborted function: TSFN_CLOSING, nothing is thrown, no thread runs', driven(async ({ create }) => {
    for (const isFinal of [false, true]) {
      const fn = create(() => {}, {});
      fn.abort();
      if (isFinal) await fn.ended();
      assert.strictEqual(fn.spawn({ count: 1 }), 'TSFN_CLOSING');
      assert.deepStrictEqual(fn.report().runs, []);
      fn.release();
      await fn.ended();
    }
  }));

  it('without a run: TSFN_INVALID with an exception', driven(async ({ create }) => {
    const fn = create(() => {}, {});
    assert.throws(() => fn.op('spawn_null_run'), { code: 'TSFN_INVALID', message: /run is NULL/ });
    await fn.close();
  }));

  it('on another thread: TSFN_WRONG_THREAD, nothing thrown', driven(async ({ create }) => {
    const fn = create(() => {}, {});
    assert.strictEqual(fn.onThread('spawn'), 'TSFN_WRONG_THREAD');
    assert.strictEqual(fn.onThread('spawn_null_run'), 'TSFN_WRONG_THREAD');
    fn.abort();
    assert.strictEqual(fn.onThread('spawn'), 'TSFN_WRONG_THREAD');
    await fn.close();
  }));
});
