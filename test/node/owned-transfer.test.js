// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { lacks, reasons: { TRANSFER } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/owned-transfer'));

// Copied; the first that is handed over; one of its own mapping.
const sizes = [16383, 16384, 2 ** 20];

// In children, in which nothing else is collected or ends.
describe('owned memory that JavaScript sends on', () => {
  for (const size of sizes) {
    lacks({ 'node<22': TRANSFER }, it)(`${size} bytes are transferred to a worker, and none stay`, async () => {
      assert.deepStrictEqual(await lives.linesOf('sent', { args: [size] }), ['source 0', `received ${size} A..A`]);
    });

    it(`${size} bytes that are not transferred stay, and the receiver has a copy`, async () => {
      const lines = await lives.linesOf('copied', { args: [size] });
      assert.deepStrictEqual(lines, [`source ${size}`, `received ${size} A..A`]);
    });

    it(`${size} bytes that outlive the worker which made them are never freed memory`, async () => {
      const lines = await lives.linesOf('outlived', { args: [size] });
      assert.deepStrictEqual(lines, [`after the end ${size} A..A`]);
    });

    it(`${size} bytes that are not sent on are freed with their worker`, async () => {
      assert.deepStrictEqual(await lives.linesOf('kept', { args: [size] }), ['freed 1']);
    });

    lacks({ 'node<22': TRANSFER }, it)(`${size} bytes that were transferred are freed when the receiver drops them`, async () => {
      const lines = await lives.linesOf('dropped', { args: [size], execArgv: ['--expose-gc'] });
      assert.deepStrictEqual(lines, ['freed 1']);
    });
  }

  lacks({ 'node<22': TRANSFER }, it)('is handed over by the host\'s own transfer, whatever the program puts there later', async () => {
    assert.deepStrictEqual(await lives.linesOf('patched'), ['first A..A', 'second A..A']);
  });
});
