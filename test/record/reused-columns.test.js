// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { addon } = require('../support/build');
const { BATCH, COLUMNS, EACH, LATEST, driven, turn } = require('../support/driver');

const { send } = require(addon('kinds', 'record'));

const AS_ARGUMENTS = 1;

const reused = { kind: 'record', delivery: COLUMNS, reuseColumns: true, budgetItems: 50, budgetMicroseconds: 1e9 };
const upTo = (count) => Array.from({ length: count }, (_, index) => index);

// Ways to take the memory of an array away, and what has it afterwards.
const thieves = {
  'structuredClone with transfer': (array) => structuredClone(array, { transfer: [array.buffer] }),
  'a MessagePort': (array) => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(array, [array.buffer]);
    const { receiveMessageOnPort } = require('node:worker_threads');
    const { message } = receiveMessageOnPort(port2);
    port1.close();
    return message;
  },
};
if (ArrayBuffer.prototype.transfer) { // Node 22 and later
  thieves['ArrayBuffer.prototype.transfer'] = (array) => new Uint32Array(array.buffer.transfer());
}

for (const passing of [0, AS_ARGUMENTS]) {
  // The sequences and the count, from what the callback got.
  const read = passing === AS_ARGUMENTS
    ? (args) => ({ column: args[2], count: args[3] })
    : (args) => ({ column: args[1].sequence, count: args[2] });

  describe(`columns that are reused, as ${passing === AS_ARGUMENTS ? 'arguments' : 'an object'}`, () => {
    it('are the same arrays at each call', driven(async ({ create }) => {
      const got = [];
      const arrays = new Set();
      const fn = create((...args) => {
        const { column, count } = read(args);
        arrays.add(column);
        got.push(...column.subarray(0, count));
      }, { ...reused, passing });
      fn.fill(500, { way: 'record' });
      await fn.drained();
      fn.fill(30, { way: 'record', producer: 1 });
      await fn.close();
      assert.strictEqual(arrays.size, 1);
      assert.deepStrictEqual(got, [...upTo(500), ...upTo(30)]);
    }));

    it('have more entries than are valid, and the count says how many are', driven(async ({ create }) => {
      const counts = [];
      const fn = create((...args) => {
        const { column, count } = read(args);
        assert(column.length >= count);
        assert.deepStrictEqual([...column.subarray(0, count)], upTo(count));
        counts.push(count);
      }, { ...reused, passing });
      for (const [producer, count] of [40, 3, 1].entries()) {
        fn.fill(count, { way: 'record', producer });
        await fn.drained();
      }
      await fn.close();
      assert.deepStrictEqual(counts, [40, 3, 1]);
    }));

    it('grow with what a drain brings', driven(async ({ create }) => {
      const arrays = [];
      const fn = create((...args) => {
        const { column, count } = read(args);
        arrays.push(column);
        assert.deepStrictEqual([...column.subarray(0, count)], upTo(count));
      }, { ...reused, passing, budgetItems: 4096 });
      // All of them in one block of the queue, which a busy drain does not part.
      for (const [producer, count] of [10, 400, 100].entries()) {
        fn.fill(count, { way: 'record', producer });
        await fn.drained();
      }
      await fn.close();
      assert.strictEqual(arrays.length, 3);
      assert.notStrictEqual(arrays[0], arrays[1]);
      assert.strictEqual(arrays[1], arrays[2]);
      // The smaller one is the callback's: it keeps what it had.
      assert.deepStrictEqual([...arrays[0].subarray(0, 10)], upTo(10));
    }));

    for (const [way, steal] of Object.entries(thieves)) {
      it(`are never written again once taken away, by ${way}`, driven(async ({ create }) => {
        const got = [];
        const taken = [];
        const fn = create((...args) => {
          const { column, count } = read(args);
          got.push(...column.subarray(0, count));
          if (got.length % 100 !== 0) return; // every other call
          const owner = steal(column);
          assert.strictEqual(column.length, 0);
          taken.push({ owner, copy: owner.slice() });
        }, { ...reused, passing });
        fn.fill(500, { way: 'record' });
        await fn.close();
        assert.deepStrictEqual(got, upTo(500));
        assert.strictEqual(taken.length, 5);
        for (const { owner, copy } of taken) {
          assert.deepStrictEqual(owner, copy);
          owner.fill(7); // and the memory is there to be written
        }
      }));
    }

    it('are the callback\'s own again after the end of the function', driven(async ({ create }) => {
      let kept;
      const fn = create((...args) => { kept = read(args).column; }, { ...reused, passing });
      fn.fill(20, { way: 'record' });
      await fn.close();
      if (global.gc) global.gc();
      assert.deepStrictEqual([...kept.subarray(0, 20)], upTo(20));
    }));

    it('survive a callback that throws each time', driven(async ({ create }) => {
      const got = [];
      const arrays = new Set();
      const fn = create((...args) => {
        const { column, count } = read(args);
        arrays.add(column);
        got.push(...column.subarray(0, count));
        throw new Error('mine');
      }, { ...reused, passing, onError: () => {} });
      fn.fill(200, { way: 'record' });
      await fn.close();
      assert.deepStrictEqual(got, upTo(200));
      assert.strictEqual(arrays.size, 1);
      assert.deepStrictEqual(fn.report().completed, { THREW: 200 });
    }));
  });
}

describe('columns that are reused', () => {
  it('come with fresh arrays of values, and errors in their place', async () => {
    const COUNT = 300;
    const seen = { u32v: new Set(), x: new Set(), three: new Set(), name: new Set() };
    let items = 0;
    const errors = [];
    send((error, columns, count) => {
      if (error) {
        errors.push([items, error.code]);
        return;
      }
      seen.u32v.add(columns.u32v);
      seen.x.add(columns.at.x);
      seen.three.add(columns.three);
      seen.name.add(columns.name);
      assert.strictEqual(columns.name.length, count);
      for (let k = 0; k < count; k++, items++) {
        assert.strictEqual(columns.u32v[k], items);
        assert.strictEqual(columns.at.x[k], items + 0.25);
        assert.deepStrictEqual([...columns.three.subarray(3 * k, 3 * k + 3)], [1, 2, items]);
        assert.strictEqual(columns.name[k], [`name ${items}`, `caf\ufffd${items}`, null][items % 3]);
        assert.deepStrictEqual(columns.given[k], new Uint8Array(4).fill(items));
      }
    }, { count: COUNT, size: 4, delivery: COLUMNS, budget: 60, reuse: 1, errorAt: 100 });
    while (items < COUNT) await turn();
    assert.deepStrictEqual(errors, [[100, 'E_MIDDLE']]);
    assert.deepStrictEqual([seen.u32v.size, seen.x.size, seen.three.size], [1, 1, 1]);
    assert(seen.name.size >= 5);
  });

  it('are asked for with TSFN_COLUMNS only', driven(async ({ create }) => {
    for (const delivery of [EACH, BATCH, LATEST]) {
      assert.throws(() => create(() => {}, { kind: 'record', delivery, reuseColumns: true }), {
        code: 'TSFN_INVALID', message: /reuse_columns.*TSFN_COLUMNS/ });
    }
  }));

  it('are not what is handed out without asking', driven(async ({ create }) => {
    const arrays = new Set();
    const fn = create((err, { sequence }, count) => {
      arrays.add(sequence);
      assert.strictEqual(sequence.length, count);
    }, { ...reused, reuseColumns: false });
    fn.fill(500, { way: 'record' });
    await fn.close();
    assert.strictEqual(arrays.size, 10);
  }));

  it('take a failed allocation for a call with fresh ones', driven(async ({ create }) => {
    for (let nth = 1; nth <= 6; nth++) {
      const got = [];
      const fn = create((err, { sequence }, count) => got.push(...sequence.subarray(0, count)), reused);
      fn.fill(120, { way: 'record' });
      const { failAt } = require('../support/driver').native;
      failAt(fn.handle, nth);
      await fn.drained();
      failAt(fn.handle, 0);
      await fn.close();
      assert.deepStrictEqual(got, upTo(120));
    }
  }));
});
