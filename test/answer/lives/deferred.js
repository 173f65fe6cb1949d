// SPDX-License-Identifier: MIT
'use strict';

// The lives of deferred.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');

const file = addon('deferred', 'answer');

// The process ends by itself once the promise is settled, not before.
exports.holds = async () => {
  const { keep, kept } = require(file);
  keep().then(({ id }) => console.log('settled', id));
  setTimeout(() => kept('resolve'), 50).unref();
};

exports.holdsUntilDropped = async () => {
  const { keep, kept } = require(file);
  keep().catch(({ code }) => console.log(code));
  setTimeout(() => kept('drop'), 50).unref();
};

// A promise that is never settled, with its deferred never dropped, keeps the
// process alive.
exports.holdsForEver = () => {
  require(file).keep();
  console.log('kept');
};

// Workers that end while threads settle their promises: each ends, and nothing that
// was owned is left.
exports.workers = async (rounds) => {
  const { live } = require(file);
  for (let i = 0; i < rounds; i++) {
    const worker = new Worker(`
      const { settle } = require(${JSON.stringify(file)});
      const { parentPort } = require('node:worker_threads');
      for (const promise of settle(2000, 4, 'mixed')) promise.catch(() => {});
      parentPort.postMessage('begun');
      ${i % 3 === 0 ? 'process.exit();' : i % 3 === 1 ? 'for (;;);' : 'setInterval(() => {}, 1000);'}
    `, { eval: true });
    await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
    await worker.terminate();
  }
  for (let i = 0; i < 1000 && live() !== 0; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  console.log(live());
};

// A thread that settles after the environment has ended hears of it.
exports.late = async () => {
  const { settleLate, live } = require(file);
  const worker = new Worker(`require(${JSON.stringify(file)}).keepForThread(); process.exit();`, { eval: true });
  await once(worker, 'exit');
  console.log(settleLate(), live());
};
