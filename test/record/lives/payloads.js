// SPDX-License-Identifier: MIT
'use strict';

// The lives of payloads.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { Worker, parentPort } = require('node:worker_threads');
const { addon } = require('../../support/build');
const { turn, until, untilWithoutTurns } = require('../../support/turn');

const native = require(addon('payloads', 'record'));

const fails = (error) => { throw error; };

// { got, handle }: all that arrived.
function start(sizes, options = {}) {
  const got = [];
  let count = 0;
  const handle = native.start((data) => { got[count++] = data; }, {
    bound: 0, onError: fails, passing: 'AS_ARGUMENTS', sizes, ...options,
  });
  native.release(handle);
  untilWithoutTurns(() => native.report(handle).accepted === sizes.length); // so that they are delivered together
  return { got, handle };
}

async function receive(sizes, options) {
  const { got, handle } = start(sizes, options);
  await until(() => native.report(handle).isFinalized);
  return got;
}

const sums = (list) => list.map((data) => (data === null ? 'null' : data.reduce((sum, byte) => sum + byte, 0)));

// Replaces a property, and answers what puts it back.
function replace(object, name, value) {
  const old = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { configurable: true, value });
  return () => (old ? Object.defineProperty(object, name, old) : delete object[name]);
}

// The second half is received where the program has replaced what it can.
exports.patched = async () => {
  const sizes = Array.from({ length: 200 }, (_, i) => [3, 100, 9000, -1][i % 4]);
  const first = sums(await receive(sizes));
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  const undo = [
    ...['slice', 'subarray', 'set'].map((method) => replace(typed, method, fails)),
    replace(String.prototype, 'substring', fails),
    replace(Array.prototype, 'push', fails),
    replace(Function.prototype, 'call', fails),
    replace(Function.prototype, 'bind', fails),
    replace(Uint8Array.prototype, 'constructor', fails),
    replace(globalThis, 'Uint8Array', fails),
    replace(globalThis, 'ArrayBuffer', fails),
  ];
  const { got: second, handle } = start(sizes);
  await until(() => native.report(handle).isFinalized);
  for (const putBack of undo) putBack();
  console.log(second.every((data) => data === null || Object.getPrototypeOf(data) === Uint8Array.prototype));
  console.log(sums(second).join() === first.join());
};

// A program that has replaced Buffer and what hangs on it, first.
exports.patchedBuffer = async () => {
  const { Buffer } = globalThis;
  const { prototype } = Buffer;
  const sizes = Array.from({ length: 200 }, (_, i) => [3, 100, 9000, -1][i % 4]);
  const undo = [
    ...['slice', 'subarray', 'fill'].map((method) => replace(prototype, method, fails)),
    replace(prototype, 'constructor', fails),
    replace(Buffer, Symbol.species, fails),
    replace(Buffer, 'from', fails),
    replace(globalThis, 'Buffer', fails),
  ];
  const { got, handle } = start(sizes, { buffers: true });
  await until(() => native.report(handle).isFinalized);
  for (const putBack of undo) putBack();
  console.log(got.every((data) => data === null || Object.getPrototypeOf(data) === prototype));
  console.log(got.every((data, i) => (data === null ? sizes[i] === -1 : data.length === sizes[i])));
};

exports.frozenBuffer = async () => {
  for (const object of [Buffer, Buffer.prototype]) Object.freeze(object);
  const got = await receive(Array.from({ length: 200 }, () => 40), { buffers: true });
  console.log(got.every((data) => Object.getPrototypeOf(data) === Buffer.prototype && data.length === 40));
};

// Hosts have had a function that throws: always, or for some buffers.
exports.unmarked = async () => {
  const sizes = Array.from({ length: 20000 }, (_, i) => [3, 100, 40, -1][i % 4]);
  let calls = 0;
  const markAsUntransferable = () => {
    if (++calls > 1) throw new Error('not implemented');
  };
  const putBack = replace(process, 'getBuiltinModule', () => ({ markAsUntransferable }));
  const got = await receive(sizes);
  putBack();
  console.log(calls > 1);
  console.log(got.every((data, i) => (data === null ? sizes[i] === -1 : data.length === sizes[i])));
};

// What the garbage collector knows of ArrayBuffers, in bytes, when nothing waits.
async function arrayBuffersLeft() {
  global.gc();
  await turn();
  global.gc();
  return process.memoryUsage().arrayBuffers;
}

// Receives 26 MB and drops them; the test's timeout ends a wait for memory that stays.
exports.collected = async (options) => {
  const sizes = Array.from({ length: 8000 }, (_, i) => [40, 100, 700, 3000, 9000, 70_000][i % 101 === 0 ? 5 : i % 5]);
  await receiveAndDrop(sizes.slice(0, 200), options); // what is made once
  const before = await arrayBuffersLeft();
  await receiveAndDrop(sizes, options);
  while (await arrayBuffersLeft() > before + 4096);
  console.log('collected');
};

async function receiveAndDrop(sizes, options) {
  let most = 0;
  const handle = native.start(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }, { bound: 0, onError: fails, sizes, ...options });
  native.release(handle);
  await until(() => native.report(handle).isFinalized);
  if (most === 0) throw new Error('this host does not tell what its ArrayBuffers take');
}

// A worker sends what it got, and ends when it is told to: Node 26 loses a message
// now and then whose worker ends at once.
exports.outlived = async () => {
  const worker = new Worker(`require(${JSON.stringify(__filename)}).makeAndSend()`, { eval: true });
  const [got] = await once(worker, 'message');
  worker.postMessage('end');
  await once(worker, 'exit');
  console.log(got.map((data) => data.length).join());
  console.log(sums(got).join());
};

exports.makeAndSend = async () => {
  const got = await receive([5, 64, 300, 9000]);
  parentPort.once('message', () => parentPort.unref());
  parentPort.postMessage(got);
};
