// SPDX-License-Identifier: MIT
'use strict';

const { sort } = require('./build/Release/addon.node');

const words = ['pear', 'fig', 'plum', 'cherry', 'apple', 'kiwi', 'date'];

async function main() {
  // Words of the same length keep their order.
  const sorted = await sort(words, (left, right) => left.length - right.length);
  console.log(sorted.join(' '));

  // The comparator may take its time.
  const prices = { fig: 4, date: 2, kiwi: 1, plum: 3 };
  const find = async (word) => prices[word];
  const cheap = await sort(Object.keys(prices), async (left, right) =>
    await find(left) - await find(right));
  console.log(cheap.join(' '));

  // What it throws rejects the promise.
  const failed = sort(words, () => {
    throw Object.assign(new Error('I cannot tell'), { code: 'ERR_TASTE' });
  });
  await failed.catch((err) => console.log(`${err.code}: ${err.message}`));
}

main();
