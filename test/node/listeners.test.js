// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { lacks, reasons: { SNAPSHOT } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/listeners'));

describe('listeners to events of the process', () => {
  it('are one of each, however many addons have a function', async () => {
    assert.deepStrictEqual(await lives.linesOf('many'), ['1 1', '1 1', 'warnings 0']);
  });

  it('are gone when the event loop has run out and every function has ended', async () => {
    assert.deepStrictEqual(await lives.linesOf('gone'), ['1 1', '0 0', 'symbols 0']);
  });

  it('are there again for the next function', async () => {
    assert.deepStrictEqual(await lives.linesOf('again'), ['1 1', '0 0', '1 1', 'called', '0 0']);
  });

  it('leave a function alone that is made while the program emits the event', async () => {
    assert.deepStrictEqual(await lives.linesOf('whileMade'), ['called 3']);
  });

  lacks({ 'bun deno': SNAPSHOT }, it)('and all else of JavaScript are gone when a snapshot is made', async () => {
    assert.deepStrictEqual(await lives.linesOf('snapshot'), ['called, used', '0']);
  });
});
