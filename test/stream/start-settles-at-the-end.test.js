// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { AsyncLocalStorage } = require('node:async_hooks');
const { FOREVER, driven, native, start, sum, turn } = require('../support/driver');
const { lacks, reasons: { GOES_ON, MESSAGE } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/start-settles-at-the-end'));

const range = (count) => Array.from({ length: count }, (_, index) => index);

// Waits for the end; so many items were accepted of the threads, where one can say.
async function settled({ promise, fn }, accepted) {
  const [outcome] = await Promise.allSettled([promise]);
  await fn.ended();
  if (accepted !== undefined) assert.strictEqual(fn.accepted, accepted);
  return outcome;
}

describe('tsfn_start', () => {
  it('settles with undefined after the last item', driven(async (t) => {
    for (const [threads, bound] of [[1, 0], [4, 0], [4, 1], [8, 16]]) {
      let calls = 0;
      const started = t.start(() => { calls++; }, { kind: 'call_js', threads, bound }, {
        count: 500,
        wait: FOREVER,
      });
      assert(started.promise instanceof Promise);
      const value = await started.promise;
      assert.strictEqual(value, undefined);
      assert.strictEqual(calls, threads * 500);
      await settled(started, threads * 500);
    }
  }));

  it('runs each index once, one thread where nothing was said', driven(async (t) => {
    for (const threads of [undefined, 1, 2, 7, 50]) {
      const started = t.start(() => {}, { threads }, { count: 0 });
      await settled(started, 0);
      assert.deepStrictEqual(started.fn.report().runs, range(threads ?? 1));
    }
  }));

  it('never blocks: it returns while its threads still run', driven(async (t) => {
    const latch = native.latch();
    const started = t.start(() => {}, { threads: 3, kind: 'call_js' }, { count: 2, latch, latchAt: 1 });
    native.arrivedAt(latch, 3);
    assert.strictEqual(started.fn.report().exited, 0);
    let isSettled = false;
    started.promise.then(() => { isSettled = true; });
    for (let i = 0; i < 5; i++) await turn();
    assert.strictEqual(isSettled, false);
    assert.deepStrictEqual(started.fn.report().completed, { DELIVERED: 3 });
    native.openLatch(latch);
    await settled(started, 6);
  }));

  it('joins the threads before the finalizer, and settles after it', driven(async (t) => {
    for (let round = 0; round < 20; round++) {
      const order = [];
      const started = t.start(() => order.push('item'), {
        kind: 'call_js',
        threads: 4,
        onFinalize: () => order.push('finalize'),
      }, { count: 3 });
      started.promise.then(() => order.push('settled'));
      await settled(started, 12);
      assert.strictEqual(started.fn.report().exitedAtFinalize, 4);
      assert.deepStrictEqual(order, [...Array(12).fill('item'), 'finalize', 'settled']);
    }
  }));

  it('rejects with the error of a thread that failed, after every item', driven(async (t) => {
    let calls = 0;
    const started = t.start(() => { calls++; }, { kind: 'call_js', threads: 4, name: 'my search' }, {
      count: 100,
      answers: ['TSFN_OK', 'TSFN_OK', 'TSFN_FAILURE', 'TSFN_OK'],
    });
    const { reason } = await settled(started, 400);
    assert.strictEqual(calls, 400);
    assert(reason instanceof Error);
    assert.strictEqual(reason.code, 'TSFN_FAILURE');
    assert.match(reason.message, /thread 2/);
    assert.match(reason.message, /my search/);
  }));

  it('rejects with the first that failed, in the order they ended', driven(async (t) => {
    const latch = native.latch();
    // Thread 1 waits at the latch until the others have ended.
    const started = t.start(() => {}, { kind: 'call_js', threads: 1 }, {
      count: 1,
      latch,
      answers: ['TSFN_TIMED_OUT'],
    });
    native.arrivedAt(latch, 1);
    assert.strictEqual(started.fn.spawn({ producer: 1, count: 0, answers: ['TSFN_NO_MEMORY'] }), 'TSFN_OK');
    while (started.fn.report().exited < 1) await turn();
    native.openLatch(latch);
    const { reason } = await settled(started, 1);
    assert.strictEqual(reason.code, 'TSFN_NO_MEMORY');
  }));

  it('does not take TSFN_CLOSING for a failure of the thread', driven(async (t) => {
    const started = t.start(() => {}, { threads: 2 }, { count: 0, answers: ['TSFN_CLOSING', 'TSFN_OK'] });
    const outcome = await settled(started, 0);
    assert.deepStrictEqual(outcome, { status: 'fulfilled', value: undefined });
  }));

  it('rejects with the signal\'s reason', driven(async (t) => {
    for (const reason of [undefined, new Error('mine'), 'text', 0, null]) {
      const controller = new AbortController();
      const latch = native.latch();
      const { signal } = controller;
      const started = t.start(() => assert.fail('called'), { kind: 'call_js', signal, threads: 2 }, {
        count: 5,
        latch,
        latchAt: 3,
      });
      native.arrivedAt(latch, 2);
      controller.abort(reason);
      native.openLatch(latch);
      const outcome = await settled(started, 6);
      assert.strictEqual(outcome.status, 'rejected');
      assert.strictEqual(outcome.reason, signal.reason);
      assert.deepStrictEqual(started.fn.report().completed, { ABORTED: 6 });
    }
  }));

  it('starts no thread where the signal was aborted before', driven(async (t) => {
    const signal = AbortSignal.abort('too late');
    const started = t.start(() => {}, { signal, threads: 4 }, { count: 1 });
    const outcome = await settled(started, 0);
    assert.deepStrictEqual(outcome, { status: 'rejected', reason: 'too late' });
    assert.deepStrictEqual(started.fn.report().runs, []);
  }));

  it('rejects with TSFN_CLOSING where it was aborted without a signal', driven(async (t) => {
    const latch = native.latch();
    const started = t.start(() => {}, { threads: 2, name: 'stopped' }, { count: 0, latch });
    native.arrivedAt(latch, 2);
    assert.strictEqual(started.fn.abort(), 'TSFN_OK');
    native.openLatch(latch);
    const { reason } = await settled(started, 0);
    assert.strictEqual(reason.code, 'TSFN_CLOSING');
    assert.match(reason.message, /stopped/);
  }));

  it('the signal\'s reason comes before a thread\'s failure', driven(async (t) => {
    const controller = new AbortController();
    const latch = native.latch();
    const started = t.start(() => {}, { signal: controller.signal }, {
      count: 0,
      latch,
      answers: ['TSFN_FAILURE'],
    });
    native.arrivedAt(latch, 1);
    controller.abort('reason');
    native.openLatch(latch);
    assert.strictEqual((await settled(started, 0)).reason, 'reason');
  }));

  it('ends threads that compute, by tsfn_is_closing', driven(async (t) => {
    const controller = new AbortController();
    const latch = native.latch();
    const started = t.start(() => {}, { signal: controller.signal, threads: 4 }, {
      count: 0,
      latch,
      computes: true,
    });
    native.arrivedAt(latch, 4);
    native.openLatch(latch);
    await turn();
    assert.strictEqual(started.fn.report().exited, 0);
    controller.abort('enough');
    assert.strictEqual((await settled(started, 0)).reason, 'enough');
    assert.strictEqual(started.fn.report().exited, 4);
  }));

  it('ends threads that wait for room, by an abort', driven(async (t) => {
    const controller = new AbortController();
    const started = t.start(() => {}, { kind: 'call_js', bound: 2, signal: controller.signal, threads: 8 }, {
      count: 1e9,
      wait: FOREVER,
    });
    while (sum(started.fn.report().completed) < 1000) await turn();
    controller.abort('enough');
    const outcome = await settled(started);
    assert.strictEqual(outcome.reason, 'enough');
  }));

  it('has each callback and the promise in the context of its creation', driven(async (t) => {
    const storage = new AsyncLocalStorage();
    const stores = [];
    await storage.run('birth', async () => {
      const started = t.start(() => stores.push(storage.getStore()), { kind: 'call_js', threads: 2 }, { count: 5 });
      await started.promise;
      stores.push(storage.getStore());
      await settled(started, 10);
    });
    assert.deepStrictEqual(stores, Array(11).fill('birth'));
  }));

  it('may be called a hundred times at once', driven(async (t) => {
    let calls = 0;
    const all = range(100).map((index) =>
      t.start(() => { calls++; }, { kind: 'call_js', threads: 1 + (index % 3), bound: index % 4 }, {
        count: 10,
        wait: FOREVER,
      }));
    await Promise.all(all.map((started, index) => settled(started, 10 * (1 + (index % 3)))));
    assert.strictEqual(calls, 10 * (100 + 33 + 66));
  }));

  lacks({ bun: GOES_ON, deno: MESSAGE }, it)('does not reject where the callback throws and nobody handles it: the process ends', async () => {
    const { code, stderr, lines, timedOut, said } = await lives.inChild('nobodyHandles');
    assert.deepStrictEqual([code, timedOut, lines], [1, false, ['item']], said);
    assert.match(stderr, /the callback's/);
  });

  it('goes on where a handler takes what the callback throws', driven(async (t) => {
    const handled = [];
    let calls = 0;
    const started = t.start(() => {
      throw calls++;
    }, { kind: 'call_js', onError: (error) => handled.push(error) }, { count: 3 });
    assert.deepStrictEqual(await settled(started, 3), { status: 'fulfilled', value: undefined });
    assert.deepStrictEqual(handled, [0, 1, 2]);
  }));

  it('rejects with what the callback throws where the handler aborts its signal with that', driven(async (t) => {
    const controller = new AbortController();
    const thrown = new Error('mine');
    let calls = 0;
    const started = t.start(() => {
      calls++;
      throw thrown;
    }, {
      kind: 'call_js',
      signal: controller.signal,
      onError: (error) => controller.abort(error),
    }, { count: 3 });
    const outcome = await settled(started);
    assert.strictEqual(outcome.status, 'rejected');
    assert.strictEqual(outcome.reason, thrown);
    assert.strictEqual(calls, 1);
  }));

  it('keeps the process alive until it has settled', async () => {
    const lines = await lives.linesOf('isAliveUntilSettled');
    assert.deepStrictEqual(lines, ['alive', 'item', 'item', 'settled']);
  });

  it('is an error without a run, and for options of tsfn_create', () => {
    assert.throws(() => start(() => {}, {}, undefined), { code: 'TSFN_INVALID', message: /run is NULL/ });
    assert.throws(() => start(5, {}, {}), { code: 'TSFN_INVALID', message: /callback is not a function/ });
  });
});
