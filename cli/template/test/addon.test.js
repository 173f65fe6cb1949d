'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { findPrimes } = require('..');

test('both threads find primes, each in order, and then the promise resolves', async () => {
  const found = [[], []];
  const result = await findPrimes({ limit: 30 }, (err, prime) => {
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
  const search = findPrimes({ limit: 2 ** 32 - 1, signal: controller.signal }, () => {
    if (++count === 100) controller.abort(reason);
  });
  await assert.rejects(search, reason);
  assert.strictEqual(count, 100);
});

test('what is no question is refused', () => {
  assert.throws(() => findPrimes({ limit: 'ten' }, () => {}), TypeError);
  assert.throws(() => findPrimes({ limit: -1 }, () => {}), RangeError);
  assert.throws(() => findPrimes({ limit: 10, signal: 1 }, () => {}), TypeError);
  assert.throws(() => findPrimes({ limit: 10 }), TypeError);
});
