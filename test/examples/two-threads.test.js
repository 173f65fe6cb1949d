// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { exampleOf } = require('../support/example');

const { ask, runExample } = exampleOf('03-two-threads');

describe('examples/03-two-threads: arrays become arguments', () => {
  it('prints both arrays, then done', async () => {
    const lines = await runExample();
    assert.strictEqual(lines.pop(), 'done');
    assert.deepStrictEqual(lines.sort(), ['0,1,2,3', '3,2,1,0']);
  });

  it('calls back with null and each number as an argument', async () => {
    const calls = await ask(`
      const calls = [];
      await addon.start((err, ...values) => calls.push({ err, values }));
      answer(calls);`);
    calls.sort((a, b) => a.values[0] - b.values[0]);
    assert.deepStrictEqual(calls, [
      { err: null, values: [0, 1, 2, 3] },
      { err: null, values: [3, 2, 1, 0] },
    ]);
  });

  it('resolves undefined, after both arrays', async () => {
    const found = await ask(`
      let calls = 0;
      const value = await addon.start(() => { calls++; });
      answer({ type: typeof value, calls });`);
    assert.deepStrictEqual(found, { type: 'undefined', calls: 2 });
  });

  it('throws a TypeError when it is not given a function', async () => {
    const name = await ask(`
      try { addon.start(); } catch (err) { answer(err.name); }`);
    assert.strictEqual(name, 'TypeError');
  });
});
