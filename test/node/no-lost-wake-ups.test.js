// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { AS_ARGUMENTS, FOREVER, VALUES_ONLY, driven, native, scale, until } = require('../support/driver');

// Counts what arrives; each producer's items must come in its order, none
// missing.
function counter() {
  const next = [];
  const self = {
    count: 0,
    callback(producer, sequence) {
      if (sequence !== (next[producer] ?? 0)) self.broken ??= `${producer}:${sequence}`;
      next[producer] = sequence + 1;
      self.count++;
    },
  };
  return self;
}

async function flood(create, { bound, threads, total, ...more }) {
  const seen = counter();
  const fn = create(seen.callback, {
    kind: 'record',
    passing: AS_ARGUMENTS,
    errors: VALUES_ONLY,
    bound,
  });
  const count = Math.floor(total / threads);
  const plan = { way: 'record', threads, count, wait: FOREVER, ...more };
  const { accepted, statuses } = await fn.produce(plan).done;
  await fn.close();
  assert.strictEqual(seen.broken, undefined);
  assert.strictEqual(seen.count, count * threads);
  assert.strictEqual(accepted, count * threads);
  assert.deepStrictEqual(Object.keys(statuses), ['TSFN_OK']);
}

describe('contract 4: no lost wake-ups', () => {
  it(`bound 4, 4 blocking producers, ${scale} items: all arrive, in order`, driven(async function bound4({ create }) {
    this.timeout(200000);
    await flood(create, { bound: 4, threads: 4, total: scale });
  }));

  it(`bound 1, 8 blocking producers, ${scale} items: all arrive, in order`, driven(async function bound1({ create }) {
    this.timeout(200000);
    await flood(create, { bound: 1, threads: 8, total: scale });
  }));

  it('bounds and producers of every relation, single calls and many at once', driven(async function all({ create }) {
    this.timeout(120000);
    for (const bound of [1, 2, 3, 7, 64]) {
      for (const threads of [1, 2, 6, 20]) {
        for (const many of [1, 5]) {
          await flood(create, { bound, threads, many, total: 2000 });
        }
      }
    }
  }));

  it('without a bound nobody waits', driven(async function unbound({ create }) {
    this.timeout(120000);
    await flood(create, { bound: 0, threads: 4, total: scale, wait: 0 });
  }));

  it('a full queue is exact: the bound and no item more', driven(async ({ create }) => {
    for (const bound of [1, 2, 3, 31, 32, 33, 1000]) {
      const fn = create(() => {}, { kind: 'convert', bound });
      for (const first of [0, bound]) {
        const { status, accepted } = fn.sendMany({ sequence: first, many: bound + 5 });
        assert.deepStrictEqual({ status, accepted }, { status: 'TSFN_QUEUE_FULL', accepted: bound });
        assert.strictEqual(fn.call(), 'TSFN_QUEUE_FULL');
        await fn.drained();
      }
      await fn.close();
    }
  }));

  it('a callback finds room for the whole bound while its drain runs', driven(async ({ create }) => {
    const answers = [];
    const fn = create((err, producer, sequence) => {
      if (sequence > 0) return;
      for (let i = 1; i <= 4; i++) answers.push(fn.send({ sequence: 10 + i }));
    }, { kind: 'convert', bound: 3 });
    fn.fill(3);
    await until(() => answers.length > 0);
    await fn.drained();
    assert.deepStrictEqual(answers, ['TSFN_OK', 'TSFN_OK', 'TSFN_OK', 'TSFN_QUEUE_FULL']);
    await fn.close();
  }));

  it('fifty blocked producers that hear the abort all answer TSFN_CLOSING', driven(async ({ create }) => {
    for (const bound of [1, 10]) {
      const fn = create(() => assert.fail('called'), { bound });
      fn.fill(bound, { way: 'empty' });
      const team = fn.produce({ way: 'empty', threads: 50, count: 1, wait: FOREVER });
      native.waitBlocked(fn.handle, 50); // the loop stands still: nothing is drained
      fn.abort();
      assert.deepStrictEqual(await team.done, {
        accepted: 0,
        released: 50,
        statuses: { TSFN_CLOSING: 50 },
        each: Array(50).fill(0),
      });
      await fn.close();
    }
  }));

  it('fifty blocked producers hear an abort from another thread', driven(async ({ create }) => {
    const fn = create(() => assert.fail('called'), { bound: 1 });
    fn.fill(1, { way: 'empty' });
    const team = fn.produce({ way: 'empty', threads: 50, count: 9, wait: 600000, many: 3 });
    native.waitBlocked(fn.handle, 50);
    assert.strictEqual(fn.onThread('abort'), 'TSFN_OK');
    assert.deepStrictEqual(team.join().statuses, { TSFN_CLOSING: 50 });
    await fn.close();
  }));

  it('fifty blocked producers all find room once the loop drains', driven(async ({ create }) => {
    const fn = create(() => {}, { bound: 3 });
    fn.fill(3, { way: 'empty' });
    const team = fn.produce({ way: 'empty', threads: 50, count: 1, wait: FOREVER });
    native.waitBlocked(fn.handle, 50);
    assert.strictEqual(fn.stats().blocked, 50);
    assert.deepStrictEqual((await team.done).statuses, { TSFN_OK: 50 });
    assert.strictEqual(fn.stats().blocked, 0);
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 53 });
  }));

  it('a blocked call of many is answered with the prefix that found room', driven(async ({ create }) => {
    const fn = create(() => assert.fail('called'), { kind: 'call_js', bound: 5 });
    const team = fn.produce({ many: 20, count: 20, wait: FOREVER });
    native.waitBlocked(fn.handle, 1);
    fn.abort();
    const { accepted, statuses } = team.join();
    assert.deepStrictEqual({ accepted, statuses }, { accepted: 5, statuses: { TSFN_CLOSING: 1 } });
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { ABORTED: 5 });
  }));
});
