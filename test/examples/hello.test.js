// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { exampleOf } = require('../support/example');

const { ask, runExample } = exampleOf('01-hello');

describe('examples/01-hello: two threads send what they find', () => {
  it('prints every match, those of a thread in its order, then done', async () => {
    const lines = await runExample();
    assert.strictEqual(lines.pop(), 'done');
    assert.strictEqual(lines.length, 6);
    for (const name of ['notes.txt', 'letters.txt']) {
      const own = lines.filter((line) => line.startsWith(name));
      assert.deepStrictEqual(own, [`${name}:1`, `${name}:2`, `${name}:3`]);
    }
  });

  it('calls back with null and an object of path and line', async () => {
    const calls = await ask(`
      const calls = [];
      await addon.search((...args) => calls.push(args));
      answer(calls);`);
    const own = calls.filter(([, match]) => match.path === 'notes.txt');
    assert.strictEqual(calls.length, 6);
    assert.deepStrictEqual(own, [
      [null, { path: 'notes.txt', line: 1 }],
      [null, { path: 'notes.txt', line: 2 }],
      [null, { path: 'notes.txt', line: 3 }],
    ]);
  });

  it('resolves undefined, after the last match', async () => {
    const found = await ask(`
      let calls = 0;
      const value = await addon.search(() => { calls++; });
      answer({ type: typeof value, calls });`);
    assert.deepStrictEqual(found, { type: 'undefined', calls: 6 });
  });

  it('throws a TypeError when it is not given a function', async () => {
    const errors = await ask(`
      answer([undefined, null, 'a', {}].map((each) => {
        try { addon.search(each); } catch (err) { return [err.name, err.message]; }
      }));`);
    assert.deepStrictEqual(errors, ['undefined', 'null', "'a'", 'an object'].map((got) =>
      ['TypeError', `search: each: expected a function, got ${got}`]));
  });
});
