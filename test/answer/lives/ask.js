// SPDX-License-Identifier: MIT
'use strict';

// The lives of ask.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');

const file = addon('asks', 'answer');
const promises = addon('deferred', 'answer');

// A worker ends by itself while threads wait for answers that never come.
exports.ends = async (way) => {
  const { counts } = require(file);
  const worker = new Worker(`
    const { asking } = require(${JSON.stringify(file)});
    let calls = 0;
    asking(() => {
      if (++calls === 4) {
        if (${JSON.stringify(way)} === 'exit') process.exit(0);
        setImmediate(() => { throw new Error('the end'); });
      }
      return new Promise(() => {});
    }, 4);
  `, { eval: true });
  worker.on('error', () => {}); // that of the throw
  await new Promise((resolve) => { worker.on('exit', resolve); });
  console.log(JSON.stringify(counts()));
};

// A thread of one function asks another, made before it or after; both end.
exports.across = async () => {
  const { counts } = require(file);
  for (const otherFirst of [false, true]) {
    const worker = new Worker(`
      const { parentPort } = require('node:worker_threads');
      require(${JSON.stringify(file)}).across(() => { parentPort.postMessage('asked'); return new Promise(() => {}); }, ${otherFirst});
    `, { eval: true });
    await once(worker, 'message');
    await worker.terminate();
    console.log(JSON.stringify(counts()));
  }
};

// The program has put a setter that throws in the place of Error.prototype.name.
exports.setter = async () => {
  const { begin } = require(file);
  const setter = () => { throw new TypeError('setter'); };
  for (const [name, value] of [['name', 'Error'], ['code', undefined]]) Object.defineProperty(Error.prototype, name, { get: () => value, set: setter });
  const failing = begin(() => { throw Object.defineProperties(new Error('mine'), { name: { value: 'Mine' }, code: { value: 'E_MINE' } }); });
  const fine = begin(() => 5);
  const both = await Promise.allSettled([failing.relay(), fine.relay()]);
  console.log(JSON.stringify(both.map(({ value, reason }) => (reason ? [reason.name, reason.code, reason.message, Object.keys(reason)] : value))));
  failing.release();
  fine.release();
};

// The program replaces built-in functions once the first promise has been awaited.
exports.replaced = async () => {
  const { begin } = require(file);
  const session = begin(async () => 5);
  await session.ask('digit', 1, 60000);
  Promise.prototype.then = () => { throw new Error('replaced'); };
  Reflect.apply = Promise.prototype.then;
  const asked = begin(() => ({ then: (resolve) => resolve(5) }));
  const [{ status, reply }] = await asked.ask('digit', 1, 60000);
  console.log(status, reply);
  session.release();
  asked.release();
};

// A worker with 8 threads that ask, and with 100 promises that are settled while it
// ends, or never. The rounds differ in what the callback is doing then.
exports.terminated = async (round) => {
  const { counts } = require(file);
  const { live } = require(promises);
  const total = () => counts().reduce((sum, { threads }) => sum + threads, 0);
  const worker = new Worker(`
    const { asking } = require(${JSON.stringify(file)});
    const { settle } = require(${JSON.stringify(promises)});
    const { parentPort } = require('node:worker_threads');
    let calls = 0;
    asking(() => {
      if (++calls === 8) parentPort.postMessage('begun');
      if (${round % 3} === 1 && calls > 8) for (;;);
      return ${round % 2} === 1 ? 5 : new Promise((resolve) => setTimeout(resolve, calls % 3, 5));
    }, 8).catch(() => {});
    for (const promise of settle(100, 2, 'mixed')) promise.catch(() => {});
  `, { eval: true });
  await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
  await worker.terminate();
  for (let i = 0; i < 1000 && live() !== 0; i++) await new Promise((resolve) => { setTimeout(resolve, 5); });
  console.log(JSON.stringify({ threads: total(), live: live(), counts: counts() }));
};

// Main thread and worker each look at their own function, while both are there.
exports.crossed = async () => {
  const { begin } = require(file);
  const session = begin(() => 5);
  const worker = new Worker(`
    const { begin } = require(${JSON.stringify(file)});
    const { parentPort } = require('node:worker_threads');
    const session = begin(() => 5);
    parentPort.once('message', () => { session.release(); parentPort.close(); });
    parentPort.postMessage(session.here(1e9));
  `, { eval: true });
  const [inWorker] = await once(worker, 'message');
  for (const statuses of [inWorker, session.here(1e9)]) console.log(statuses.join(' '));
  worker.postMessage('end');
  session.release();
};
