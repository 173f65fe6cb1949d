// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { runCode, describe: say } = require('../support/child');
const { exampleOf } = require('../support/example');
const { lacks, reasons: { MESSAGE } } = require('../support/host');

const { addon, ask, runExample } = exampleOf('04-hundred-threads');

const all = Array.from({ length: 100 }, (_, index) => index + 1);
const allBut13 = all.filter((number) => number !== 13);
const sort = (list) => list.sort((a, b) => a - b);

describe('examples/04-hundred-threads: each thread calls once', () => {
  it('prints the sums, the error as err, and the error uncaught', async () => {
    const lines = await runExample();
    assert.deepStrictEqual(lines, [
      '(err, result): 100 results, their sum is 5050',
      '(result): 100 results, their sum is 5050',
      'err: ERR_GAVE_UP: thread 13 gave up',
      '(err, result): 99 results, their sum is 5037',
      'uncaughtException: ERR_GAVE_UP: thread 13 gave up',
      '(result): 99 results, their sum is 5037',
    ]);
  });

  it('calls back (null, result) for each thread, error first', async () => {
    const calls = await ask(`
      const calls = [];
      await addon.errorFirst((...args) => calls.push(args));
      answer(calls);`);
    assert(calls.every((args) => args.length === 2 && args[0] === null));
    assert.deepStrictEqual(sort(calls.map(([, number]) => number)), all);
  });

  it('calls back (result) for each thread, values only', async () => {
    const calls = await ask(`
      const calls = [];
      await addon.valuesOnly((...args) => calls.push(args));
      answer(calls);`);
    assert(calls.every((args) => args.length === 1));
    assert.deepStrictEqual(sort(calls.map(([number]) => number)), all);
  });

  it('hands a thread its error as err, with code and message', async () => {
    const found = await ask(`
      const errors = [];
      const results = [];
      const value = await addon.errorFirst((err, ...rest) => {
        if (err) errors.push([err instanceof Error, err.code, err.message, ...rest]);
        else results.push(...rest);
      }, 13);
      answer({ errors, results, type: typeof value });`);
    assert.deepStrictEqual(found.errors, [
      [true, 'ERR_GAVE_UP', 'thread 13 gave up'],
    ]);
    assert.deepStrictEqual(sort(found.results), allBut13);
    assert.strictEqual(found.type, 'undefined');
  });

  it('makes it an uncaughtException, values only', async () => {
    const found = await ask(`
      const errors = [];
      const results = [];
      process.on('uncaughtException', (err) => errors.push([err.code, err.message]));
      await addon.valuesOnly((...args) => results.push(...args), 13);
      answer({ errors, results });`);
    assert.deepStrictEqual(found.errors, [['ERR_GAVE_UP', 'thread 13 gave up']]);
    assert.deepStrictEqual(sort(found.results), allBut13);
  });

  lacks({ deno: MESSAGE }, it)('ends the process when nobody handles that exception', async () => {
    const code = 'require(process.argv[1]).valuesOnly(() => {}, 13)';
    const result = await runCode(code, [addon]);
    assert.strictEqual(result.code, 1, say(result));
    assert.match(result.stderr, /thread 13 gave up/);
  });

  it('throws an error that says which argument is wrong', async () => {
    const errors = await ask(`
      const wrong = [[() => {}, '13'], [() => {}, -1], [() => {}, 101]];
      answer([...wrong, []].map((args) => {
        try { addon.errorFirst(...args); } catch (err) { return [err.name, err.message]; }
      }));`);
    const expected = 'errorFirst: failing: expected an integer from 0 to 4294967295';
    assert.deepStrictEqual(errors, [
      ['TypeError', `${expected}, got '13'`],
      ['RangeError', `${expected}, got -1`],
      ['RangeError', 'failing is not 0 to 100'],
      ['TypeError', 'errorFirst: each: expected a function, got undefined'],
    ]);
  });
});
