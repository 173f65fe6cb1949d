// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { runFile } = require('../support/child');
const { sum } = require('../support/driver');
const { lacks, reasons: { END, UNSETTLED } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/process-exits'));
const AWAITS = require.resolve('./lives/weak-top-level-await.mjs');

// Each in a child whose life depends on the function alone. A timer that does
// not itself keep the loop fires only where something else does.
describe('contract 8: the process exits when it should', () => {
  it('a referenced function with a use keeps it alive', async () => {
    const [alive, books, ...more] = await lives.linesOf('referenced');
    assert.deepStrictEqual([alive, JSON.parse(books).finalized, more], ['alive', 1, []]);
  });

  it('a thread\'s use keeps it alive, though the creator\'s was released', async () => {
    assert.deepStrictEqual(await lives.linesOf('usedByThread'), ['alive', 'called']);
  });

  it('a weak one does not', async () => {
    assert.deepStrictEqual(await lives.linesOf('weak'), ['nothing left to do']);
  });

  lacks({ 'bun deno': UNSETTLED }, it)('a weak one whose promise a module awaits at its top level: code 13', async () => {
    const { code, stderr, timedOut, stdout } = await runFile(AWAITS, ['true']);
    assert.deepStrictEqual([code, timedOut, stdout], [13, false, 'waits\n'], stderr);
  });

  it('a referenced one whose promise a module awaits there keeps it alive', async () => {
    const { code, stderr, timedOut, stdout } = await runFile(AWAITS, ['false']);
    assert.deepStrictEqual([code, timedOut, stdout], [0, false, 'waits\nalive\nrejected\n'], stderr);
  });

  it('a weak one does not, whatever threads hold and wait for', async () => {
    assert.deepStrictEqual(await lives.linesOf('weakWithThreads'), []);
  });

  it('a closed and finalized one does not, whoever still has uses', async () => {
    for (const ending of ['abort', 'release']) {
      assert.deepStrictEqual(await lives.linesOf('closed', { args: [ending] }), ['finalized']);
    }
  });

  it('undelivered items and the finalizer come first', async () => {
    assert.deepStrictEqual(await lives.linesOf('undelivered'), ['10000']);
  });

  describe('unref lets it exit, ref holds it again, and neither counts', () => {
    const sequences = [
      [['unref'], false],
      [['ref', 'ref', 'unref'], false],
      [['unref', 'unref', 'ref'], true],
      [['ref', 'unref', 'ref', 'unref'], false],
      [['unref', 'ref', 'unref', 'ref'], true],
    ];
    for (const how of ['op', 'onThread']) {
      for (const [names, isAlive] of sequences) {
        it(`${names.join(', ')}${how === 'onThread' ? ' on another thread' : ''}`, async () => {
          // A process that is to end does not wait for the timer, however slow it is.
          const args = [how, names, isAlive ? 20 : 600000];
          assert.deepStrictEqual(await lives.linesOf('refAndUnref', { args }), isAlive ? ['alive'] : []);
        });
      }
    }
  });

  it('ref makes a weak one hold it, from any thread', async () => {
    for (const how of ['op', 'onThread']) {
      assert.deepStrictEqual(await lives.linesOf('weakWithRef', { args: [how] }), ['alive']);
    }
  });

  it('an unref from another thread is enough to end it', async () => {
    assert.deepStrictEqual(await lives.linesOf('unrefElsewhere'), []);
  });

  it('ref after the end holds nothing', async () => {
    assert.deepStrictEqual(await lives.linesOf('refAfterTheEnd'), ['done']);
  });

  it('of several functions the last one that holds decides', async () => {
    assert.deepStrictEqual(await lives.linesOf('severalFunctions'), ['alive']);
  });

  it('process.exit ends it at once, with threads in blocking calls', async () => {
    assert.deepStrictEqual(await lives.linesOf('exitWhileThreadsBlock'), []);
  });

  lacks({ 'bun deno': END }, it)('a weak one with blocked threads ends, they hear it, and all is completed', async () => {
    const [line] = await lives.linesOf('weakWithBlockedThreads');
    const { completed: { ENV_GONE, CANNOT_RUN_JS, ...others } } = JSON.parse(line);
    const gone = ENV_GONE + CANNOT_RUN_JS;
    assert.strictEqual(sum(others), 0, line);
    assert(gone >= 2 && gone <= 6, line);
  });
});
