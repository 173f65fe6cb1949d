// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { FOREVER, driven, turn, until } = require('../support/driver');

function busy(microseconds) {
  const end = process.hrtime.bigint() + BigInt(microseconds) * 1000n;
  while (process.hrtime.bigint() < end);
}

describe('no function starves another', () => {
  it('two that threads flood without end both go on', driven(async ({ create }) => {
    for (const bound of [0, 64]) {
      const counts = [0, 0];
      const functions = counts.map((_, index) => create(() => { counts[index]++; }, { bound: bound || 5000 }));
      const teams = functions.map((fn) => fn.produce({ way: 'empty', threads: 1, count: 1e9, wait: FOREVER }));
      await until(() => counts.every((count) => count > 10000));
      functions.forEach((fn) => fn.abort());
      await Promise.all(teams.map((team) => team.done));
      await Promise.all(functions.map((fn) => fn.close()));
    }
  }));

  it('one that is flooded leaves turns to one that is called now and then', driven(async ({ create }) => {
    const flooded = create(() => {}, { bound: 1000 });
    const team = flooded.produce({ way: 'empty', threads: 2, count: 1e9, wait: FOREVER });
    let pings = 0;
    const fn = create(() => { pings++; }, {});
    for (let i = 0; i < 100; i++) {
      fn.call();
      await until(() => pings === i + 1);
    }
    flooded.abort();
    await team.done;
    await flooded.close();
    await fn.close();
  }));

  it('several with queues of their own take turns', driven(async ({ create }) => {
    const order = [];
    const functions = [0, 1, 2].map((index) =>
      create(() => order.push(index), { budgetItems: 5, budgetMicroseconds: 1e9 }));
    functions.forEach((fn) => fn.fill(15, { way: 'empty' }));
    await Promise.all(functions.map((fn) => fn.close()));
    assert.deepStrictEqual(order, Array.from({ length: 45 }, (_, i) => Math.floor(i / 5) % 3));
  }));

  it('one that calls itself from its callback leaves turns to the loop', driven(async ({ create }) => {
    let isOver = false;
    const fn = create(() => { if (!isOver) fn.call(); }, {});
    fn.call();
    for (let i = 0; i < 100; i++) await turn();
    await new Promise((resolve) => { setTimeout(resolve, 1); });
    isOver = true;
    await fn.drained();
    await fn.close();
  }));
});

describe('no flood starves the loop', () => {
  // A turn has 2 ms: 20 items of 100 us, and what one stride goes beyond.
  it('10,000 items of 100 us: setImmediate gets a turn every few of them', driven(async function slow({ create }) {
    this.timeout(120000);
    const count = 10000;
    const gaps = [];
    let since = 0;
    let calls = 0;
    const fn = create(() => {
      busy(100);
      since++;
      calls++;
    }, {});
    fn.fill(count, { way: 'empty' });
    let timers = 0;
    const timer = setInterval(() => { timers++; }, 1);
    while (calls < count) {
      await turn();
      gaps.push(since);
      since = 0;
    }
    clearInterval(timer);
    await fn.close();
    assert(Math.max(...gaps) <= 50, `${Math.max(...gaps)} items without a turn of the loop`);
    assert(timers >= 10, `${timers} timers`);
  }));

  it('a budget of items is kept exactly', driven(async ({ create }) => {
    for (const budgetItems of [1, 7, 100]) {
      let calls = 0;
      const seen = [];
      const fn = create(() => { calls++; }, { budgetItems, budgetMicroseconds: 1e9 });
      fn.fill(500, { way: 'empty' });
      while (calls < 500) {
        await turn();
        seen.push(calls);
      }
      await fn.close();
      const steps = seen.map((value, index) => value - (seen[index - 1] ?? 0));
      // The loop's turn has 2 ms for all drains together, so that one function
      // alone gets one drain in each.
      for (const step of steps) assert(step <= budgetItems, `${step} of ${budgetItems}`);
    }
  }));

  it('one slow item ends the turn', driven(async ({ create }) => {
    let calls = 0;
    const seen = [];
    const fn = create(() => {
      calls++;
      busy(3000);
    }, {});
    fn.fill(10, { way: 'empty' });
    while (calls < 10) {
      await turn();
      seen.push(calls);
    }
    await fn.close();
    const steps = seen.map((value, index) => value - (seen[index - 1] ?? 0));
    for (const step of steps) assert(step <= 1, `${step} items in one turn`);
  }));

  it('what was not delivered in a turn comes first in the next, in order', driven(async ({ create }) => {
    const order = [];
    const fn = create((err, producer, sequence) => {
      order.push(sequence);
      if (sequence < 20) fn.send({ sequence: 100 + sequence });
    }, { kind: 'convert', budgetItems: 3 });
    fn.fill(20);
    await until(() => order.length === 40);
    await fn.close();
    assert.deepStrictEqual(order, [
      ...Array.from({ length: 20 }, (_, i) => i),
      ...Array.from({ length: 20 }, (_, i) => 100 + i),
    ]);
  }));

  it('records whose callback throws spend their budget', driven(async ({ create }) => {
    let calls = 0;
    let since = 0;
    const gaps = [];
    const fn = create(() => {
      calls++;
      since++;
      throw new Error('mine');
    }, { kind: 'record', onError: () => {}, budgetItems: 100, budgetMicroseconds: 1e9 });
    fn.fill(600, { way: 'record' });
    while (calls < 600) {
      await turn();
      gaps.push(since);
      since = 0;
    }
    await fn.close();
    assert(Math.max(...gaps) <= 100, `${Math.max(...gaps)} in one turn`);
  }));
});
