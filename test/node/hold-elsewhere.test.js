// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/hold-elsewhere'));

// In children: what is asked is whether the process ends.
describe('contract 8: a hold that another thread takes', () => {
  it('holds from the moment that tsfn_ref returns', async () => {
    assert.deepStrictEqual(await lives.linesOf('refThenCall'), ['TSFN_OK', 'called']);
  });

  it('holds in a worker as well', async () => {
    assert.deepStrictEqual(await lives.linesOf('inWorker'), ['TSFN_OK', 'called', 'exit 0']);
  });

  it('is refused with TSFN_CLOSING when the event loop has run out', async () => {
    assert.deepStrictEqual(await lives.linesOf('tooLate'), ['TSFN_CLOSING']);
  });

  it('is taken again when the loop goes on after it has run out', async () => {
    const lines = await lives.linesOf('goesOn');
    assert.deepStrictEqual(lines, ['beforeExit', 'TSFN_OK', 'called']);
  });

  it('is taken again by a turn of the loop, where the program has fake timers', async () => {
    assert.deepStrictEqual(await lives.linesOf('fakeTimers'), ['TSFN_OK', 'exit']);
  });

  it('ends with tsfn_unref on another thread', async () => {
    assert.deepStrictEqual(await lives.linesOf('refAndUnref'), ['TSFN_OK', 'TSFN_OK', 'exit']);
  });
});
