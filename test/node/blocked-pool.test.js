// SPDX-License-Identifier: MIT
'use strict';

// docs/pitfalls.md says this.

const assert = require('node:assert');
const { lacks, reasons: { POOL } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/blocked-pool'));
const THREADS = 4; // of the host's pool, where nothing is set
const env = { UV_THREADPOOL_SIZE: undefined };

lacks({ 'bun deno': POOL }, describe)('async works that block in calls of a full function', () => {
  it('keep the file system waiting where they take every thread of the host\'s pool', async () => {
    const lines = await lives.linesOf('allThreads', { args: [THREADS], env });
    assert.deepStrictEqual(lines, ['waits', 'answered']);
  });

  it('do not where they leave one thread', async () => {
    const lines = await lives.linesOf('allButOne', { args: [THREADS - 1], env });
    assert.deepStrictEqual(lines, ['answered']);
  });
});
