// SPDX-License-Identifier: MIT
'use strict';

// node classes.js ADDON END CLASS WHAT: three items are under way when an
// environment ends.

const { once } = require('node:events');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const [, , file, end, type, what] = isMainThread ? process.argv : workerData;
const whats = ['calls', 'makes values', 'resolves'];

function start(isUnreferenced, callback = () => {}) {
  require(file).start(type, whats.indexOf(what), callback, isUnreferenced);
}

const ends = {
  'the main thread ends': () => process.on('exit', () => start(true)),
  'the main thread exits': () => {
    start(false);
    process.exit(0);
  },
  'a worker ends': () => process.on('exit', () => start(true)),
  'a worker exits': () => {
    start(false);
    process.exit(0);
  },
  'a worker is terminated': () => {
    start(false);
    parentPort.postMessage('started');
    for (;;);
  },
  'a worker is terminated inside of a callback': () => {
    start(false, () => {
      parentPort.postMessage('inside');
      for (;;);
    });
  },
};

async function runWorker() {
  const worker = new Worker(__filename, { workerData: process.argv });
  worker.on('message', () => worker.terminate());
  await once(worker, 'exit');
  await new Promise(setImmediate);
  console.log('the process lives');
}

if (isMainThread && end.includes('worker')) runWorker();
else ends[end]();

module.exports = { ends: Object.keys(ends), whats };
