// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { exampleOf } = require('../support/example');

const { ask, runExample } = exampleOf('06-async-work');

const below30 = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];

describe('examples/06-async-work: partial results from Node\'s own pool', () => {
  it('prints every prime in order, then how many', async () => {
    assert.deepStrictEqual(await runExample(), [...below30.map(String), '10 primes']);
  });

  it('settles after the last item, also when callbacks are slow', async () => {
    const found = await ask(`
      const calls = [];
      const count = await addon.primes(30, (...args) => {
        const end = performance.now() + 5;
        while (performance.now() < end);
        calls.push(args);
      });
      answer({ count, calls });`);
    assert.deepStrictEqual(found, {
      count: 10,
      calls: below30.map((prime) => [null, prime]),
    });
  });

  it('streams while the work runs: JavaScript can see it half done', async () => {
    const found = await ask(`
      let calls = 0;
      let settled = false;
      let later = false;
      const promise = addon.primes(100000, () => {
        if (++calls === 1) setImmediate(() => { later = !settled && calls < 9592; });
      });
      promise.then(() => { settled = true; });
      const count = await promise;
      answer({ count, calls, later });`);
    assert.deepStrictEqual(found, { count: 9592, calls: 9592, later: true });
  });

  it('runs several at once, each with its own items and count', async () => {
    const found = await ask(`
      const limits = [0, 3, 100, 1000];
      const calls = limits.map(() => 0);
      const counts = await Promise.all(limits.map((limit, index) =>
        addon.primes(limit, () => { calls[index]++; })));
      answer({ calls, counts });`);
    assert.deepStrictEqual(found.calls, [0, 1, 25, 168]);
    assert.deepStrictEqual(found.counts, found.calls);
  });

  it('goes on after a callback that throws', async () => {
    const found = await ask(`
      const errors = [];
      const seen = [];
      process.on('uncaughtException', (err) => errors.push(err.message));
      const count = await addon.primes(30, (err, prime) => {
        seen.push(prime);
        if (prime === 7) throw new Error('not this one');
      });
      answer({ count, errors, seen });`);
    assert.deepStrictEqual(found, {
      count: 10,
      errors: ['not this one'],
      seen: below30,
    });
  });

  it('throws an error that says which argument is wrong', async () => {
    const errors = await ask(`
      const wrong = [[], ['30', () => {}], [-1, () => {}], [NaN, () => {}], [30]];
      answer(wrong.map((args) => {
        try { addon.primes(...args); } catch (err) { return [err.name, err.message]; }
      }));`);
    const [missing, text, negative, nan, callback] = errors;
    const expected = 'primes: limit: expected an integer from 0 to 4294967295';
    assert.deepStrictEqual(missing, ['TypeError', `${expected}, got undefined`]);
    assert.deepStrictEqual(text, ['TypeError', `${expected}, got '30'`]);
    assert.deepStrictEqual(negative, ['RangeError', `${expected}, got -1`]);
    assert.deepStrictEqual(nan, ['RangeError', `${expected}, got NaN`]);
    assert.deepStrictEqual(callback, ['TypeError', 'primes: each: expected a function, got undefined']);
  });

  it('ends with the worker that is terminated in the midst of it', async () => {
    const code = await ask(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        setInterval(() => {}, 1000); // so that it does not end by itself
        require(workerData).primes(1e9, (err, prime) => {
          if (prime === 97) parentPort.postMessage(prime);
        });\`,
        { eval: true, workerData: process.argv[1] });
      await require('node:events').once(worker, 'message');
      answer(await worker.terminate());`);
    assert.strictEqual(code, 1);
  });
});
