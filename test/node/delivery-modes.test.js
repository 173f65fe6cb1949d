// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { AsyncLocalStorage } = require('node:async_hooks');
const {
  BATCH, COLUMNS, EACH, FOREVER, LATEST, PACKED_COLUMNS, PER_CALL, VALUES_ONLY, driven, native, turn, uncaught,
} = require('../support/driver');
const { delivery: MODES } = require('../support/enums');

// The sequence numbers that one call of the callback brought.
function numbers(delivery, value, count) {
  if (delivery === BATCH) return value.map((item) => item.sequence);
  if (delivery === COLUMNS || delivery === PACKED_COLUMNS) {
    assert.strictEqual(value.sequence.length, count);
    return [...value.sequence];
  }
  return [value.sequence];
}

const upTo = (count) => Array.from({ length: count }, (_, index) => index);

describe('a delivery mode', () => {
  for (const [name, delivery] of Object.entries(MODES)) {
    const isLatest = delivery === LATEST;

    it(`brings every item in order, TSFN_${name}`, driven(async ({ create }) => {
      for (const count of [1, 3, 63, 64, 65, 511, 512, 513, 5000]) {
        const got = [];
        const fn = create((err, value, n) => {
          assert.strictEqual(err, null);
          got.push(...numbers(delivery, value, n));
        }, { kind: 'record', delivery });
        fn.fill(count, { way: 'record' });
        await fn.close();
        if (isLatest) {
          assert.strictEqual(got[got.length - 1], count - 1);
          const { DELIVERED, DROPPED = 0 } = fn.report().completed;
          assert.deepStrictEqual([DELIVERED, DELIVERED + DROPPED], [got.length, count]);
        } else {
          assert.deepStrictEqual(got, upTo(count));
        }
      }
    }));

    it(`keeps errors in their place, TSFN_${name}`, driven(async ({ create }) => {
      const got = [];
      const fn = create((err, value, n) => {
        if (err) got.push(err.message);
        else got.push(numbers(delivery, value, n).pop());
      }, { kind: 'record', delivery });
      for (const [from, to] of [[0, 100], [100, 103], [103, 300]]) {
        for (let sequence = from; sequence < to; sequence++) fn.send({ way: 'record', sequence });
        fn.send({ way: 'error', text: `behind ${to}` });
      }
      await fn.close();
      const wanted = [99, 'behind 100', 102, 'behind 103', 299, 'behind 300'];
      assert.deepStrictEqual(got.filter((value) => wanted.includes(value)), wanted);
      assert.strictEqual(got[got.length - 1], 'behind 300');
      if (isLatest) assert.deepStrictEqual(got, wanted);
    }));

    it(`keeps errors in their place where values only are taken, TSFN_${name}`, driven(async ({ create }) => {
      const got = [];
      const fn = create((value, n) => { got.push(numbers(delivery, value, n).pop()); },
        { kind: 'record', delivery, errors: VALUES_ONLY, onError: (error) => got.push(error.message) });
      for (const [from, to] of [[0, 100], [100, 101], [101, 300]]) {
        for (let sequence = from; sequence < to; sequence++) fn.send({ way: 'record', sequence });
        fn.send({ way: 'error', text: `behind ${to}` });
      }
      await fn.close();
      const wanted = [99, 'behind 100', 100, 'behind 101', 299, 'behind 300'];
      assert.deepStrictEqual(got.filter((value) => wanted.includes(value)), wanted);
      assert.strictEqual(fn.accepted, 303);
    }));

    it(`throws: the items of that call have thrown, the rest arrive, TSFN_${name}`, driven(async ({ create }) => {
      const storage = new AsyncLocalStorage();
      const got = [];
      const stores = new Set();
      let calls = 0;
      const errors = await uncaught(async () => {
        const fn = storage.run('birth', () => create((err, value, n) => {
          stores.add(storage.getStore());
          if (calls++ === (delivery === EACH ? 70 : 0)) throw new Error('mine');
          got.push(...numbers(delivery, value, n));
        }, { kind: 'record', delivery, budgetItems: 200 }));
        fn.fill(600, { way: 'record' });
        await fn.close();
        const { THREW } = fn.report().completed;
        assert.strictEqual(THREW, { EACH: 1, BATCH: 200, COLUMNS: 200, PACKED_COLUMNS: 200, LATEST: 1 }[name]);
      });
      assert.deepStrictEqual(errors.map((error) => error.message), ['mine']);
      assert.deepStrictEqual([...stores], ['birth']);
      const wanted = { EACH: upTo(600).filter((n) => n !== 70), BATCH: upTo(600).slice(200),
        COLUMNS: upTo(600).slice(200), PACKED_COLUMNS: upTo(600).slice(200), LATEST: [] }[name];
      assert.deepStrictEqual(got, wanted);
    }));

    it(`throws each time and loses nothing, TSFN_${name}`, driven(async ({ create }) => {
      let calls = 0;
      const fn = create(() => {
        calls++;
        throw new Error('mine');
      }, { kind: 'record', delivery, onError: () => {}, budgetItems: 100, budgetMicroseconds: 1e9 });
      fn.fill(300, { way: 'record' });
      await fn.close();
      assert.strictEqual(calls, { EACH: 300, BATCH: 3, COLUMNS: 3, PACKED_COLUMNS: 3, LATEST: 1 }[name]);
      const { THREW, DROPPED = 0 } = fn.report().completed;
      assert.strictEqual(THREW + DROPPED, 300);
    }));

    it(`is aborted from its callback between two calls, TSFN_${name}`, driven(async ({ create }) => {
      let calls = 0;
      const fn = create(() => {
        calls++;
        if (calls === (delivery === EACH ? 80 : 1)) assert.strictEqual(fn.op('abort'), 'TSFN_OK');
      }, { kind: 'record', delivery, budgetItems: 100 });
      fn.fill(300, { way: 'record' });
      await fn.ended();
      assert.strictEqual(fn.op('release'), 'TSFN_OK');
      assert.strictEqual(calls, delivery === EACH ? 80 : 1);
      const { DELIVERED, ABORTED = 0, DROPPED = 0 } = fn.report().completed;
      assert.strictEqual(DELIVERED, { EACH: 80, BATCH: 100, COLUMNS: 100, PACKED_COLUMNS: 100, LATEST: 1 }[name]);
      assert.strictEqual(ABORTED, { EACH: 220, BATCH: 200, COLUMNS: 200, PACKED_COLUMNS: 200, LATEST: 0 }[name]);
      assert.strictEqual(DROPPED, isLatest ? 299 : 0);
    }));

    it(`is aborted by another thread in the middle of a call, TSFN_${name}`, driven(async ({ create }) => {
      let calls = 0;
      const fn = create(() => {
        calls++;
        // Waits for the thread: the abort is there before the call returns.
        if (calls === 1) assert.strictEqual(fn.onThread('abort'), 'TSFN_OK');
      }, { kind: 'record', delivery, budgetItems: 100 });
      fn.fill(1000, { way: 'record' });
      await fn.ended();
      assert.strictEqual(fn.op('call_record'), 'TSFN_CLOSING');
      assert.strictEqual(fn.op('release'), 'TSFN_OK');
      const { DELIVERED, ABORTED = 0, DROPPED = 0 } = fn.report().completed;
      assert.strictEqual(DELIVERED + ABORTED + DROPPED, 1000);
      // The loop of TSFN_EACH hears of it where it asks, after a stride at most.
      assert(calls <= (delivery === EACH ? 256 : 1), `${calls} calls`);
    }));

    it(`may acquire, release, create and abort in the middle of a batch, TSFN_${name}`, driven(async ({ create }) => {
      const got = [];
      const others = [];
      const fn = create((err, value, n) => {
        got.push(...numbers(delivery, value, n));
        assert.strictEqual(fn.op('acquire'), 'TSFN_OK');
        if (others.length < 20) {
          const other = create(() => assert.fail('aborted before'), { kind: 'record', delivery });
          other.fill(70, { way: 'record' });
          assert.strictEqual(other.op('abort'), 'TSFN_OK');
          assert.strictEqual(other.op('release'), 'TSFN_OK');
          others.push(other);
        }
        assert.strictEqual(fn.op('release'), 'TSFN_OK');
      }, { kind: 'record', delivery, budgetItems: 100 });
      fn.fill(500, { way: 'record' });
      await fn.drained();
      await fn.close();
      await Promise.all(others.map((other) => other.ended()));
      assert.strictEqual(got[got.length - 1], 499);
      if (!isLatest) assert.deepStrictEqual(got, upTo(500));
      for (const other of others) assert.deepStrictEqual(other.report().completed, { ABORTED: 70 });
    }));

    it(`may give its last use back in the middle of a batch, TSFN_${name}`, driven(async ({ create }) => {
      const got = [];
      let calls = 0;
      const fn = create((err, value, n) => {
        got.push(...numbers(delivery, value, n));
        if (++calls === 1) assert.strictEqual(fn.op('release'), 'TSFN_OK');
      }, { kind: 'record', delivery, budgetItems: 100 });
      fn.fill(500, { way: 'record' });
      await fn.ended();
      assert.strictEqual(got[got.length - 1], 499);
      if (!isLatest) assert.deepStrictEqual(got, upTo(500));
    }));

    it(`may call into the library from its callback, TSFN_${name}`, driven(async ({ create }) => {
      let calls = 0;
      let more = 100;
      const other = create(() => {}, {});
      const fn = create(() => {
        calls++;
        if (more-- > 0) fn.send({ way: 'record', sequence: 1000 - more });
        other.call();
      }, { kind: 'record', delivery });
      fn.fill(100, { way: 'record' });
      while (more > 0 || fn.stats().queued > 0) await turn();
      await fn.close();
      await other.close();
      assert(calls >= (delivery === EACH ? 200 : 1));
    }));

    it(`runs nextTick and promises after each call when asked, TSFN_${name}`, driven(async ({ create }) => {
      const order = [];
      const fn = create((value, n) => {
        const tag = numbers(delivery, value, n)[0];
        order.push(`call ${tag}`);
        process.nextTick(() => order.push(`tick ${tag}`));
        Promise.resolve().then(() => order.push(`micro ${tag}`));
      }, { kind: 'record', delivery, errors: VALUES_ONLY, microtasks: PER_CALL, budgetItems: 100 });
      fn.fill(300, { way: 'record' });
      await fn.close();
      assert(order.length >= (isLatest ? 3 : 9));
      for (let i = 0; i < order.length; i += 3) {
        const tag = order[i].split(' ')[1];
        assert.deepStrictEqual(order.slice(i, i + 3), [`call ${tag}`, `tick ${tag}`, `micro ${tag}`]);
      }
    }));

    it(`keeps its bound, TSFN_${name}`, driven(async ({ create }) => {
      const got = [];
      const fn = create((err, value, n) => { got.push(...numbers(delivery, value, n)); },
        { kind: 'record', delivery, bound: 64 });
      const team = fn.produce({ threads: 1, count: 5000, way: 'record', wait: -1 });
      await team.done;
      await fn.drained();
      await fn.close();
      const { DELIVERED, DROPPED = 0 } = fn.report().completed;
      assert.strictEqual(DELIVERED + DROPPED, 5000);
      if (!isLatest) assert.strictEqual(got.length, 5000);
    }));
  }

  it('lets timers keep their beat while each of 10,000 records takes 100 us', driven(async function slow({ create }) {
    this.timeout(120000);
    let calls = 0;
    let since = 0;
    const gaps = [];
    const fn = create(() => {
      const end = process.hrtime.bigint() + 100000n;
      while (process.hrtime.bigint() < end);
      calls++;
      since++;
    }, { kind: 'record', delivery: EACH });
    fn.fill(10000, { way: 'record' });
    while (calls < 10000) {
      await turn();
      gaps.push(since);
      since = 0;
    }
    await fn.close();
    // A turn has 2 ms: 20 of them, and what one stride goes beyond.
    assert(Math.max(...gaps) <= 50, `${Math.max(...gaps)} items in one turn`);
  }));

  it('in arrays or columns wants a record, and says so', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'call_js']) {
      for (const delivery of [BATCH, COLUMNS, PACKED_COLUMNS]) {
        assert.throws(() => create(() => {}, { kind, delivery }), {
          code: 'TSFN_INVALID', message: /options\.delivery.*options\.record/ });
      }
    }
  }));

  it('of the newest serves functions of every kind', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'call_js']) {
      const got = [];
      const fn = create((...args) => { got.push(args); }, { kind, delivery: LATEST });
      fn.fill(50, kind === 'none' ? { way: 'empty' } : { producer: 3 });
      await fn.close();
      assert.strictEqual(got.length, 1);
      if (kind !== 'none') assert.strictEqual(got[0].pop(), 49);
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: 1, DROPPED: 49 });
    }
  }));

  // waitBlocked and join keep the loop, as a callback that computes does.
  it('of the newest holds all that was accepted while JavaScript is busy, where there is no bound', driven(async ({ create }) => {
    const got = [];
    const fn = create((err, { sequence }) => { got.push(sequence); }, { kind: 'record', delivery: LATEST });
    fn.produce({ count: 1000, way: 'record' }).join();
    assert.strictEqual(fn.stats().queued, 1000);
    await fn.close();
    assert.deepStrictEqual(got, [999]);
  }));

  it('of the newest holds no more than its bound while JavaScript is busy, and calls that may not wait are refused', driven(async ({ create }) => {
    const got = [];
    const fn = create((err, { sequence }) => { got.push(sequence); }, { kind: 'record', delivery: LATEST, bound: 8 });
    const { accepted, statuses } = fn.produce({ count: 1000, way: 'record', persists: true }).join();
    assert.deepStrictEqual([accepted, statuses], [8, { TSFN_OK: 8, TSFN_QUEUE_FULL: 992 }]);
    assert.strictEqual(fn.stats().queued, 8);
    await fn.close();
    assert.deepStrictEqual(got, [7]);
  }));

  it('of the newest holds no more than its bound while JavaScript is busy, and calls that may wait do', driven(async ({ create }) => {
    const got = [];
    const fn = create((err, { sequence }) => { got.push(sequence); }, { kind: 'record', delivery: LATEST, bound: 8 });
    const { done } = fn.produce({ count: 1000, way: 'record', wait: FOREVER });
    native.waitBlocked(fn.handle, 1);
    assert.strictEqual(fn.stats().queued, 8);
    await done;
    await fn.close();
    assert.strictEqual(got.pop(), 999);
  }));

  // Few records come in cleared memory, many in memory that nobody has cleared.
  for (const count of [50, 2000]) {
    it(`hands out columns that are the callback's, ${count} at once: transferred, they do not change what comes`, driven(async ({ create }) => {
      const got = [];
      const fn = create((err, { sequence }) => {
        got.push(...sequence);
        assert.strictEqual(Object.getPrototypeOf(sequence.buffer), ArrayBuffer.prototype);
        assert.strictEqual(sequence.byteOffset, 0);
        assert.strictEqual(sequence.buffer.byteLength, sequence.byteLength);
        structuredClone(sequence, { transfer: [sequence.buffer] });
        assert.strictEqual(sequence.length, 0);
      }, { kind: 'record', delivery: COLUMNS, budgetItems: count });
      fn.fill(10 * count, { way: 'record' });
      await fn.close();
      assert.deepStrictEqual(got, upTo(10 * count));
    }));
  }
});
