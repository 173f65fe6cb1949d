// SPDX-License-Identifier: MIT
'use strict';

// The lives of exports.test.js: see test/support/lives.js.

const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');
const { printWhatIsLeft } = require('../../support/memory');

const file = addon('exports', 'export');

// Objects that nobody has are freed, and what was kept is freed with them.
exports.collected = async () => {
  const { liveCounters, makeCounter } = require(file);
  for (let i = 0; i < 1000; i++) makeCounter(`${i}`);
  for (let i = 0; i < 100 && liveCounters() !== 0; i++) {
    global.gc();
    await new Promise(setImmediate);
  }
  console.log(liveCounters());
};

// A worker's objects are freed when it ends, also one that is terminated.
exports.ended = async () => {
  const { liveCounters } = require(file);
  for (const end of ['exit', 'terminate']) {
    const worker = new Worker(`
      const { parentPort } = require('node:worker_threads');
      const { makeCounter } = require(${JSON.stringify(file)});
      globalThis.kept = makeCounter('in a worker');
      if (kept.add(5) !== 5) throw new Error('it does not count');
      parentPort.postMessage('made');
      ${end === 'exit' ? '' : 'setInterval(() => {}, 1000);'}
    `, { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    if (end === 'terminate') await worker.terminate();
    else await new Promise((resolve) => worker.once('exit', resolve));
    console.log(end, liveCounters());
  }
};

// Arguments that are refused, kept and replaced leave nothing behind.
exports.arguments = async () => {
  const { every, keep } = require(file);
  const MiB = 1 << 20;
  const text = 'x'.repeat(MiB);
  const refused = [
    () => every(1, 'red', text, new Uint8Array(MiB), [{ path: text, line: 1 }], 5),
    () => every(1, 'red', text, new Uint8Array(MiB), [{ path: text, line: -1 }], () => {}),
    () => keep([text, text, 5]),
  ];
  const round = () => {
    keep([text, text], { path: text, line: 1 });
    for (const call of refused) {
      try { call(); } catch { continue; }
      throw new Error('it was not refused');
    }
    every(1, 'red', text, new Uint8Array(MiB), [{ path: text, line: 1 }], () => {});
  };
  printWhatIsLeft(round, 100, 100 * MiB);
};

// A program that has replaced Symbol.for.
exports.undescribed = () => {
  const real = Symbol.for;
  Symbol.for = () => { throw new Error('replaced'); };
  const native = require(file);
  Symbol.for = real;
  console.log(native.aBool());
  console.log(native[Symbol.for('libtsfn.description')]);
};
