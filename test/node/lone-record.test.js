// SPDX-License-Identifier: MIT
'use strict';

// A record that a drain brings alone has a way of its own into JavaScript
// (src/crossing/lone.h). Its callback cannot tell.

const assert = require('node:assert');
const { AsyncLocalStorage } = require('node:async_hooks');
const { AS_ARGUMENTS, PER_CALL, PER_DRAIN, VALUES_ONLY, driven, uncaught } = require('../support/driver');
const { lacks, reasons: { TICKS } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/lone-record'));

const record = { kind: 'record' };

// Sends one record at a time, the next when the loop has done with the last.
async function sendAlone(fn, count, first = 0) {
  for (let sequence = first; sequence < first + count; sequence++) {
    assert.strictEqual(fn.send({ way: 'record', sequence }), 'TSFN_OK');
    await fn.drained();
  }
}

describe('a record that comes alone', () => {
  const ways = [
    ['with a null error', {}, (point) => [null, point]],
    ['as a value', { errors: VALUES_ONLY }, (point) => [point]],
    ['as arguments', { errors: VALUES_ONLY, passing: AS_ARGUMENTS }, (point) => Object.values(point)],
    ['as arguments behind a null error', { passing: AS_ARGUMENTS },
      (point) => [null, ...Object.values(point)]],
  ];
  for (const [how, options, wanted] of ways) {
    it(`arrives ${how}, as those that come together`, driven(async ({ create }) => {
      const calls = [];
      const fn = create(function callback() {
        calls.push([this, ...arguments]);
      }, { ...record, ...options });
      await sendAlone(fn, 2);
      for (const sequence of [2, 3]) fn.send({ way: 'record', sequence });
      await fn.close();
      assert.deepStrictEqual(calls, [0, 1, 2, 3].map((sequence) =>
        [undefined, ...wanted({ producer: 0, sequence })]));
    }));
  }

  it('has thrown when the callback throws, and the next one still arrives', driven(async ({ create }) => {
    let calls = 0;
    const errors = await uncaught(async () => {
      const fn = create(() => { throw new Error(`call ${++calls}`); }, record);
      await sendAlone(fn, 3);
      await fn.close();
      assert.deepStrictEqual(fn.report().completed, { THREW: 3 });
    });
    assert.deepStrictEqual(errors.map((error) => error.message), ['call 1', 'call 2', 'call 3']);
  }));

  it('goes to the function\'s own handler when the callback throws', driven(async ({ create }) => {
    const handled = [];
    const fn = create(() => { throw new Error('mine'); }, {
      ...record,
      onError: (error) => handled.push(error.message),
    });
    await sendAlone(fn, 2);
    await fn.close();
    assert.deepStrictEqual(handled, ['mine', 'mine']);
  }));

  // In a child: a host whose bookkeeping went wrong ends the process.
  for (const microtasks of [PER_DRAIN, PER_CALL]) {
    const when = microtasks === PER_CALL ? 'each call' : 'each drain';
    it(`was delivered when a tick after ${when} throws, and no handler of its own hears`, async () => {
      const lines = await lives.linesOf('tickThrows', { args: [microtasks] });
      assert.deepStrictEqual(lines, ['{"DELIVERED":3}', '3 0']);
    });
  }

  it('sees the AsyncLocalStorage of the place where the function was created', driven(async ({ create }) => {
    const storage = new AsyncLocalStorage();
    const seen = [];
    const fn = storage.run('here', () => create(() => seen.push(storage.getStore()), record));
    await storage.run('elsewhere', () => sendAlone(fn, 3));
    await fn.close();
    assert.deepStrictEqual(seen, ['here', 'here', 'here']);
  }));

  it('may abort the function: it was delivered, what came meanwhile is aborted', driven(async ({ create }) => {
    const fn = create(() => {
      fn.send({ way: 'record', sequence: 1 });
      fn.abort();
    }, record);
    fn.send({ way: 'record', sequence: 0 });
    await fn.finalized;
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 1, ABORTED: 1 });
  }));

  it('is not alone where something else came with it: ticks run after all of them', driven(async ({ create }) => {
    const order = [];
    const fn = create((error, point) => {
      order.push(error ? 'error' : `call ${point.sequence}`);
      process.nextTick(() => order.push('tick'));
    }, { ...record, budgetMicroseconds: 1e9 });
    fn.send({ way: 'record', sequence: 0 });
    fn.send({ way: 'error' });
    fn.send({ way: 'record', sequence: 1 });
    await fn.close();
    assert.deepStrictEqual(order, ['call 0', 'error', 'call 1', 'tick', 'tick', 'tick']);
  }));

  lacks({ deno: TICKS }, it)('has its ticks before the next function\'s record, where that is asked for', driven(async ({ create }) => {
    const order = [];
    const functions = ['a', 'b'].map((name) => create(() => {
      order.push(`call ${name}`);
      process.nextTick(() => order.push(`tick ${name}`));
    }, { ...record, microtasks: PER_CALL }));
    for (const fn of functions) fn.send({ way: 'record', sequence: 0 });
    for (const fn of functions) await fn.close();
    assert.deepStrictEqual(order, ['call a', 'tick a', 'call b', 'tick b']);
  }));

  it('is completed once, after its callback', driven(async ({ create }) => {
    const seen = [];
    const fn = create(() => seen.push({ ...fn.report().completed }), record);
    await sendAlone(fn, 2);
    await fn.close();
    assert.deepStrictEqual(seen, [{}, { DELIVERED: 1 }]);
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 2 });
  }));

  it('may be followed at once by another, from the callback and from its ticks', driven(async ({ create }) => {
    const order = [];
    const fn = create((error, { sequence }) => {
      order.push(`call ${sequence}`);
      process.nextTick(() => order.push(`tick ${sequence}`));
      if (sequence === 0) fn.send({ way: 'record', sequence: 1 });
      if (sequence === 1) process.nextTick(() => fn.send({ way: 'record', sequence: 2 }));
    }, { ...record, microtasks: PER_CALL });
    fn.send({ way: 'record', sequence: 0 });
    while (order.length < 6) await new Promise(setImmediate);
    await fn.close();
    assert.deepStrictEqual(order, [0, 1, 2].flatMap((n) => [`call ${n}`, `tick ${n}`]));
  }));
});
