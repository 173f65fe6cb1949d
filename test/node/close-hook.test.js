// SPDX-License-Identifier: MIT
'use strict';

// options.on_close: threads that wait outside of the library hear of the close,
// whoever closes, so the process ends. Without it they never would.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { runFile, describe: tell } = require('../support/child');

const file = require.resolve('./teardown/waits-elsewhere.js');
const HANGS = 3000; // milliseconds after which a child counts as hung

// [ending, where, what finalize finds: aborted, env]
const endings = [
  ['abort', 'main', 1, 1],
  ['abort elsewhere', 'main', 1, 1],
  ['signal', 'main', 1, 1],
  ['natural exit', 'main', 0, 0],
  ['abort', 'worker', 1, 1],
  ['terminate', 'worker', 0, 0],
  ['process.exit', 'worker', 0, 0],
  ['natural exit', 'worker', 0, 0],
];

async function play(ending, where, options, timeout = 20000) {
  const shown = JSON.stringify({ hook: true, ...options });
  return runFile(file, [addon('waiter'), ending, shown, where], { timeout });
}

describe('options.on_close', function () {
  this.timeout(60000);
  for (const threads of ['start', 'spawn', 'own']) {
    for (const wait of ['pipe', 'condition']) {
      for (const [ending, where, aborted, env] of endings) {
        if (threads === 'start' && ending.startsWith('abort')) continue; // it has no handle yet
        it(`frees threads (${threads}) that wait elsewhere (${wait}): ${ending}, ${where}`, async () => {
          const result = await play(ending, where, { threads, wait });
          assert.strictEqual(result.code, 0, tell(result));
          const lines = result.stdout.trim().split('\n').sort();
          const told = `closed 1 finalized 1 aborted ${aborted} env ${env} ended 2`;
          const rejected = ending === 'signal' && threads === 'start' ? ['enough'] : [];
          assert.deepStrictEqual(lines, [told, ...rejected], tell(result));
        });
      }
    }
  }

  for (const threads of ['start', 'spawn']) {
    it(`runs inside of the making where the signal was aborted before: ${threads}`, async () => {
      const result = await play('signal aborted before', 'main', { threads, wait: 'pipe' });
      assert.strictEqual(result.code, 0, tell(result));
      const lines = result.stdout.trim().split('\n').sort();
      // With tsfn_start only its threads get the handle, and none has run.
      const expected = threads === 'start'
        ? ['closed 1 finalized 1 aborted 0 env 1 ended 0', 'never']
        : ['closed 1 finalized 1 aborted 1 env 1 ended 0'];
      assert.deepStrictEqual(lines, expected);
    });
  }

  it('left out: the threads are never told, and the process does not end', async () => {
    const result = await play('natural exit', 'main', { threads: 'start', wait: 'pipe', hook: false }, HANGS);
    assert.strictEqual(result.timedOut, true, tell(result));
    assert.strictEqual(result.stdout, '');
  });
});
