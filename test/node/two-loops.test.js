// SPDX-License-Identifier: MIT
'use strict';

// The header says this of TSFN_BLOCKING, and docs/pitfalls.md.

const assert = require('node:assert');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/two-loops'));
const HANGS = 1500; // ms: one that does not hang takes a tenth

describe('two loop threads that each call the full function of the other', () => {
  it('wait for each other where neither has a deadline, until a function closes', async () => {
    const [first, ...others] = await lives.linesOf('forEver');
    assert.strictEqual(first, 'each waits for the other');
    // Function 0 was aborted, so the worker's loop turned and made room in its own.
    assert.deepStrictEqual(others, ['main TSFN_OK', 'worker TSFN_CLOSING']);
  });

  it('go on where one of them has a deadline', async () => {
    const lines = await lives.linesOf('withDeadline');
    assert.deepStrictEqual(lines, ['main TSFN_TIMED_OUT', 'worker TSFN_OK']);
  });

  it('wait for each other with the host\'s own functions too', async () => {
    const { timedOut, lines, said } = await lives.inChild('host', { timeout: HANGS });
    assert.deepStrictEqual([timedOut, lines], [true, []], said);
  });
});
