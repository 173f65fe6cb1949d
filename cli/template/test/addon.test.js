'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { findPrimes } = require('..');

test('both threads find primes, each in order, and then the promise resolves', async () => {
  const found = [[], []];
  const result = await findPrimes(30, (err, prime) => {
    assert.ifError(err);
    found[prime.thread].push(prime.value);
  });
  assert.strictEqual(result, undefined);
  assert.deepStrictEqual(found, [[2, 3, 5, 7, 11, 13], [17, 19, 23, 29]]);
});

test('a signal ends the search, and its reason rejects the promise', async () => {
  const controller = new AbortController();
  const reason = new Error('that is enough');
  let count = 0;
  const search = findPrimes(2 ** 32 - 1, () => {
    if (++count === 100) controller.abort(reason);
  }, { signal: controller.signal });
  await assert.rejects(search, reason);
  assert.strictEqual(count, 100);
});

test('a wrong argument is refused', () => {
  assert.throws(() => findPrimes('ten', () => {}), TypeError);
  assert.throws(() => findPrimes(-1, () => {}), RangeError);
  assert.throws(() => findPrimes(10), TypeError);
  assert.throws(() => findPrimes(10, () => {}, 1), TypeError);
});
