// SPDX-License-Identifier: MIT
'use strict';

// The lives of two-loops.test.js: see test/support/lives.js. The main thread has
// function 0 and the worker function 1; both are full when the two call.

const { once } = require('node:events');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const { addon } = require('../../support/build');

const native = require(addon('two_loops'));
const BLOCKS = -1;

// What a loop has queued stays queued until the loop turns: neither turns between
// its own fill and its call.
if (!isMainThread) {
  const { flag, isHost } = workerData;
  if (isHost) {
    native.host(1);
  } else {
    native.make(1);
    native.fill(1);
  }
  parentPort.postMessage('full');
  Atomics.wait(flag, 0, 0);
  if (isHost) native.hostCalls(0);
  else parentPort.postMessage(native.call(0, BLOCKS));
  parentPort.once('message', () => native.release(1));
}

async function start(isHost) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(__filename, { workerData: { flag, isHost } });
  await once(worker, 'message');
  return {
    worker,
    go() {
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    },
  };
}

async function run(milliseconds, watches) {
  const { worker, go } = await start(false);
  native.make(0);
  native.fill(0);
  go();
  if (watches) native.watch();
  const message = once(worker, 'message');
  console.log(`main ${native.call(1, milliseconds)}`);
  console.log(`worker ${(await message)[0]}`);
  native.release(0);
  worker.postMessage('done');
}

exports.forEver = () => run(BLOCKS, true);

exports.withDeadline = () => run(50, false);

exports.host = async () => {
  const { go } = await start(true);
  native.host(0);
  go();
  native.hostCalls(1);
  console.log('it came back');
};
