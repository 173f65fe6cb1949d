// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { lacks, reasons: { LOOP } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/inner-loop'));

// In children: what is not delivered inside would wait for ever.
lacks({ 'bun deno windows': LOOP }, describe)('an event loop that runs inside of a callback', () => {
  for (const [microtasks, policy] of [[0, 'per drain'], [1, 'per call']]) {
    it(`delivers what other functions have, microtasks ${policy}`, async () => {
      const lines = await lives.linesOf('others', { args: [microtasks] });
      assert.deepStrictEqual(lines, ['outer begins', 'other 1', 'other 2', 'outer ends', 'finished']);
    });

    it(`never calls the callback that runs it a second time, microtasks ${policy}`, async () => {
      const lines = await lives.linesOf('itself', { args: [microtasks] });
      assert.deepStrictEqual(lines, ['1 begins', '1 ends', '2 begins', '2 ends', 'finished']);
    });

    it(`goes three deep, microtasks ${policy}`, async () => {
      const lines = await lives.linesOf('deep', { args: [microtasks] });
      assert.deepStrictEqual(lines, ['0 begins', '1 begins', '2 begins', '2 ends', '1 ends', '0 ends', 'finished']);
    });
  }

  it('leaves the throw of a record to the function that it is of', async () => {
    for (const who of ['outside', 'inside']) {
      assert.deepStrictEqual(await lives.linesOf('throws', { args: [who] }), [`${who} reports ${who}`, 'finished']);
    }
  });
});
