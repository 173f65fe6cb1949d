// SPDX-License-Identifier: MIT
'use strict';

// Contract 10: a promise of ours is settled once, or rejected when its deferred is
// dropped, from any thread, in every state (tsfn/deferred.h).

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { RUNS_ON } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { rounds } = require('../support/scale');
const { turn, untilWithoutTurns } = require('../support/turn');

const lives = livesIn(require.resolve('./lives/deferred'));
const native = require(addon('deferred', 'answer'));

const DROPPED = { code: 'TSFN_DROPPED', message: 'nobody will settle the promise: its deferred was dropped' };
const rowOf = (id) => ({ id, name: `name ${id}`, data: new Uint8Array(Uint32Array.of(id).buffer) });

// What promise `i` must become.
function checkMixed({ status, value, reason }, i) {
  if (i % 3 === 0) return assert.deepStrictEqual([status, value], ['fulfilled', rowOf(i)]);
  assert.strictEqual(status, 'rejected');
  const { code, message } = reason;
  return assert.deepStrictEqual({ code, message }, i % 3 === 1 ? { code: 'E_MINE', message: `name ${i}` } : DROPPED);
}

describe('contract 10: a promise that any thread settles', () => {
  it('is resolved with a record', async () => {
    assert.deepStrictEqual(await native.one('resolve'), rowOf(7));
  });

  it('is rejected with a code and a message', async () => {
    await assert.rejects(native.one('reject'), { name: 'Error', code: 'E_MINE', message: 'name 7' });
  });

  it('is rejected where its deferred is dropped', async () => {
    await assert.rejects(native.one('drop'), DROPPED);
  });

  it('is settled once, and a second time is a status', () => {
    assert.deepStrictEqual(native.twice(), [
      'TSFN_WRONG_TYPE', 'TSFN_WRONG_TYPE', 'TSFN_INVALID', 'TSFN_INVALID', 'TSFN_OK', 'TSFN_CLOSING', 'TSFN_CLOSING',
    ]);
  });

  it('may be a declared function\'s, of a kind, a list or nothing', async () => {
    assert.strictEqual(await native.numbers(5), 5);
    assert.deepStrictEqual(await native.strings(), ['one', 'two']);
    assert.strictEqual(await native.nothing(), undefined);
  });

  for (const threads of [1, 4]) {
    it(`is settled in any way, many of them by ${threads} threads`, async () => {
      const settled = await Promise.allSettled(native.settle(rounds(100000), threads, 'mixed'));
      settled.forEach(checkMixed);
      assert.strictEqual(native.live(), 0);
    }).timeout(60000);
  }

  it('is settled by one of two threads that try at the same time', async () => {
    const promises = native.race();
    assert.strictEqual(promises.settled, 1000);
    for (const { status, reason } of await Promise.allSettled(promises)) assert.deepStrictEqual([status, reason.message, 'code' in reason], ['rejected', 'raced', false]);
  });

  it('keeps the async context of who awaits it', async () => {
    const { AsyncLocalStorage } = require('node:async_hooks');
    const storage = new AsyncLocalStorage();
    await storage.run('mine', async () => {
      await native.settle(1, 1, 'resolve')[0];
      assert.strictEqual(storage.getStore(), 'mine');
    });
  });

  it('lets the loop turn while ten thousand are settled', async () => {
    const count = 50000;
    let turns = 0;
    let settled = 0;
    const promises = native.settle(count, 2, 'resolve');
    untilWithoutTurns(() => native.live() === count); // all of them are pushed
    for (const promise of promises) promise.then(() => { settled++; });
    while (settled < count) {
      await turn();
      turns++;
    }
    assert.ok(turns >= 10, `${turns} turns`);
  });

  it('keeps the process alive until it is settled or dropped', async () => {
    assert.deepStrictEqual(await lives.linesOf('holds'), ['settled 5']);
    assert.deepStrictEqual(await lives.linesOf('holdsUntilDropped'), ['TSFN_DROPPED']);
    const { timedOut, lines } = await lives.inChild('holdsForEver', { timeout: 1500 });
    assert.deepStrictEqual([timedOut, lines], [true, ['kept']]);
  }).timeout(30000);

  lacks({ deno: RUNS_ON }, it)('harms nothing where workers end while threads settle theirs', async () => {
    assert.deepStrictEqual(await lives.linesOf('workers', { args: [rounds(100)], timeout: 100000 }), ['0']);
  }).timeout(120000);

  it('is told by a status that the environment has ended', async () => {
    assert.deepStrictEqual(await lives.linesOf('late'), ['TSFN_CLOSING 0']);
  }).timeout(30000);
});
