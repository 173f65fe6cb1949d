// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { lacks, reasons: { CONSTRUCTOR } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./constructor'));

// In children: the image is loaded once in a process.
lacks({ windows: CONSTRUCTOR }, describe)('an addon that registers itself in a constructor', () => {
  it('is loaded by one worker after another', async () => {
    const lines = await lives.linesOf('workers');
    assert.deepStrictEqual(lines, ['called 1', 'called 2', 'called 3']);
  });

  it('is loaded by a worker and then by the main thread', async () => {
    assert.deepStrictEqual(await lives.linesOf('workerAndMain'), ['called 1', 'called 2']);
  });

  it('is loaded by two workers at one time', async () => {
    const lines = await lives.linesOf('atOneTime');
    assert.deepStrictEqual(lines.map((line) => line.split(' ')[0]), ['called', 'called']);
  });
});
