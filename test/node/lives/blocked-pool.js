// SPDX-License-Identifier: MIT
'use strict';

// The lives of blocked-pool.test.js: see test/support/lives.js.

const fs = require('node:fs');
const { addon } = require('../../support/build');
const { until } = require('../../support/turn');

const native = require(addon('pool'));

// So many works, all of which have begun. counts: the items of each.
async function start(works) {
  const counts = Array(works).fill(0);
  counts.forEach((_, index) => native.start(() => { counts[index]++; }));
  await until(() => counts.every((count) => count > 0));
  return counts;
}

// Whether a call of the file system was answered.
function ask() {
  const call = { isAnswered: false };
  fs.stat(__filename, () => { call.isAnswered = true; });
  return call;
}

exports.allThreads = async (works) => {
  const counts = await start(works);
  const before = [...counts];
  const call = ask();
  await until(() => counts.every((count, index) => count > before[index] + 1000));
  console.log(call.isAnswered ? 'answered' : 'waits');
  native.stop(0);
  await until(() => call.isAnswered);
  console.log('answered');
  for (let index = 1; index < works; index++) native.stop(index);
};

exports.allButOne = async (works) => {
  await start(works);
  const call = ask();
  await until(() => call.isAnswered);
  console.log('answered');
  for (let index = 0; index < works; index++) native.stop(index);
};
