// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { driven } = require('../support/driver');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/no-deadlock-by-mistake'));

// In children: a call that does wait would never come back.
describe('contract 6: no deadlock by mistake', () => {
  it('a call that may wait answers TSFN_WOULD_DEADLOCK on the loop thread when it is full', async () => {
    const lines = await lives.linesOf('fullQueue');
    assert.deepStrictEqual(lines, ['TSFN_WOULD_DEADLOCK', 'TSFN_QUEUE_FULL', 'TSFN_OK']);
  });

  it('a call of many says which prefix was accepted', async () => {
    const lines = await lives.linesOf('fullQueueOfMany');
    assert.deepStrictEqual(lines, ['TSFN_WOULD_DEADLOCK 5', 'TSFN_WOULD_DEADLOCK 5']);
  });

  it('so does one from the callback itself, and from the finalizer', async () => {
    const lines = await lives.linesOf('insideTheCallback');
    assert.deepStrictEqual(lines, ['TSFN_OK TSFN_WOULD_DEADLOCK', 'TSFN_CLOSING']);
  });

  it('a timed wait ends with TSFN_TIMED_OUT while nobody drains', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', bound: 3 });
    fn.fill(3, { producer: 9 });
    // join() keeps the loop: only their time can end these calls.
    const ways = ['call', 'empty', 'pointer', 'with', 'error'];
    const teams = ways.map((way) => fn.produce({ way, threads: 2, count: 3, wait: 5, persists: true }));
    for (const team of teams) {
      const { accepted, statuses } = team.join();
      assert.deepStrictEqual({ accepted, statuses }, { accepted: 0, statuses: { TSFN_TIMED_OUT: 6 } });
    }
    assert.strictEqual(fn.stats().blocked, 0);
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 3 });
  }));

  it('a timed call of many that ran out says which prefix was accepted', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', bound: 3 });
    const team = fn.produce({ many: 10, count: 10, wait: 5 });
    const { accepted, statuses } = team.join();
    assert.deepStrictEqual({ accepted, statuses }, { accepted: 3, statuses: { TSFN_TIMED_OUT: 1 } });
    await fn.close();
  }));
});
