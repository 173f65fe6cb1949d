// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { exampleOf } = require('../support/example');

const { ask, runExample } = exampleOf('02-counting');

const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('examples/02-counting: a thread calls back ten times', () => {
  it('prints the time and the number ten times, then true', async () => {
    const lines = await runExample('1');
    assert.strictEqual(lines.pop(), 'true');
    assert.deepStrictEqual(
      lines.map((line) => Number(line.split(' ')[1])),
      numbers,
    );
    for (const line of lines) {
      assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+$/);
    }
  });

  it('resolves true after the last callback, also after a slow one', async () => {
    const found = await ask(`
      const calls = [];
      const value = await addon.count(0, (err, number) => {
        const end = performance.now() + 5;
        while (performance.now() < end);
        calls.push([err, number]);
      });
      answer({ calls, value });`);
    assert.deepStrictEqual(found, {
      calls: numbers.map((number) => [null, number]),
      value: true,
    });
  });

  it('waits as long as it is told before each call', async () => {
    const times = await ask(`
      const start = performance.now();
      const times = [];
      await addon.count(20, () => times.push(performance.now() - start));
      answer(times);`);
    times.forEach((time, index) => assert(time >= 20 * (index + 1) - 1, times));
  });

  it('counts twice at the same time, each for itself', async () => {
    const found = await ask(`
      const calls = [[], []];
      const values = await Promise.all(calls.map((own) =>
        addon.count(1, (err, number) => own.push(number))));
      answer({ calls, values });`);
    assert.deepStrictEqual(found, {
      calls: [numbers, numbers],
      values: [true, true],
    });
  });

  it('throws an error that says which argument is wrong', async () => {
    const errors = await ask(`
      const wrong = [[], ['1', () => {}], [-1, () => {}], [NaN, () => {}], [1]];
      answer(wrong.map((args) => {
        try { addon.count(...args); } catch (err) { return [err.name, err.message]; }
      }));`);
    const [missing, text, negative, nan, callback] = errors;
    const expected = 'count: milliseconds: expected an integer from 0 to 65535';
    assert.deepStrictEqual(missing, ['TypeError', `${expected}, got undefined`]);
    assert.deepStrictEqual(text, ['TypeError', `${expected}, got '1'`]);
    assert.deepStrictEqual(negative, ['RangeError', `${expected}, got -1`]);
    assert.deepStrictEqual(nan, ['RangeError', `${expected}, got NaN`]);
    assert.deepStrictEqual(callback, ['TypeError', 'count: each: expected a function, got undefined']);
  });

  it('ends with the worker that is terminated in the midst of it', async () => {
    const found = await ask(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        setInterval(() => {}, 1000); // so that it does not end by itself
        require(workerData).count(100, (err, n) => parentPort.postMessage(n));\`,
        { eval: true, workerData: process.argv[1] });
      const numbers = [];
      worker.on('message', (number) => numbers.push(number));
      await require('node:events').once(worker, 'message');
      const code = await worker.terminate();
      answer({ code, first: numbers[0], all: numbers.length === 10 });`);
    assert.deepStrictEqual(found, { code: 1, first: 1, all: false });
  });
});
