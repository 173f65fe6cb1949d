// SPDX-License-Identifier: MIT
'use strict';

// A job with two functions (docs/pitfalls.md): one has the promise and is told of
// progress, the other is asked, and ends with the first.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { RUNS_ON } } = require('../support/host');
const { livesIn } = require('../support/lives');

const { filter } = require(addon('pairs', 'answer'));
const lives = livesIn(require.resolve('./lives/two-functions'));

const isEven = ({ number }) => number % 2 === 0;
const never = () => new Promise(() => {});

describe('a job with two functions', () => {
  it('is told of all its progress before its promise resolves', async () => {
    for (let round = 0; round < 20; round++) {
      const seen = [];
      assert.strictEqual(await filter(50, { ask: isEven, progress: ({ done }) => { seen.push(done); } }), 25);
      assert.deepStrictEqual(seen, Array.from({ length: 50 }, (_, i) => i + 1));
    }
  });

  it('rejects with what the one that is asked throws', async () => {
    await assert.rejects(filter(5, { ask: ({ number }) => { if (number === 3) throw new RangeError('no 3'); return true; } }),
      { name: 'RangeError', message: 'no 3' });
  });

  it('rejects with what progress throws', async () => {
    const error = new RangeError('mine');
    await assert.rejects(filter(5, { ask: isEven, progress: () => { throw error; } }), (err) => err === error);
  });

  it('rejects with the reason of its signal, while an answer never comes', async () => {
    const controller = new AbortController();
    const promise = filter(5, { ask: () => { setImmediate(() => controller.abort('enough')); return never(); }, signal: controller.signal });
    await assert.rejects(promise, (reason) => reason === 'enough');
  });

  it('rejects with it where the signal was aborted before', async () => {
    let calls = 0;
    await assert.rejects(filter(5, { ask: () => { calls++; }, signal: AbortSignal.abort('before') }), (reason) => reason === 'before');
    assert.strictEqual(calls, 0);
  });

  for (const way of ['signal', 'throws', 'exit']) {
    lacks(way === 'exit' ? { deno: RUNS_ON } : {}, it)(`lets the process end, and the worker: ${way}`, async () => {
      assert.deepStrictEqual(await lives.linesOf('ends', { args: [way] }), ['ended']);
    });
  }
});
