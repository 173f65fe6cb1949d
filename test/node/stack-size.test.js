// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/stack-size'));
const MIB = 2 ** 20;

// Of the two qemu takes all memory for the smaller one, where it refuses the other.
const TOO_LARGE = process.platform === 'win32' ? 2 ** 46 : 2 ** 47;

// In children: a stack that is too small ends the process.
describe('options.stack_size', () => {
  for (const way of ['start', 'spawn']) {
    it(`gives a thread of tsfn_${way} that much stack`, async () => {
      assert.deepStrictEqual(await lives.linesOf('uses', { args: [way, 16 * MIB, 12 * MIB] }), ['used']);
    });

    it(`left out, gives a thread of tsfn_${way} as much as the host gives its own`, async () => {
      assert.deepStrictEqual(await lives.linesOf('uses', { args: [way, 0, MIB] }), ['used']);
    });

    it(`that the system refuses is an exception of tsfn_${way}`, async () => {
      const lines = await lives.linesOf('uses', { args: [way, TOO_LARGE, 0] });
      assert.deepStrictEqual(lines, ['TSFN_NO_MEMORY stack: a thread was not started: out of memory or threads']);
    });
  }
});
