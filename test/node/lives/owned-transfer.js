// SPDX-License-Identifier: MIT
'use strict';

// The lives of owned-transfer.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { MessageChannel, Worker, receiveMessageOnPort, workerData, parentPort } = require('node:worker_threads');
const { addon } = require('../../support/build');
const { turn } = require('../../support/turn');
const owned = require(addon('owned'));

const ends = (bytes) => String.fromCharCode(bytes[0], 46, 46, bytes[bytes.length - 1]);

async function make(size) {
  let data;
  await owned.send((error, frame) => { data = frame.data; }, size);
  return data;
}

function startWorker(name, size) {
  const code = `require(${JSON.stringify(__filename)})[${JSON.stringify(name)}]()`;
  return new Worker(code, { eval: true, workerData: size });
}

async function send(size, list) {
  const data = await make(size);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(data, list(data));
  console.log(`source ${data.length}`);
  const { message } = receiveMessageOnPort(port2);
  console.log(`received ${message.length} ${ends(message)}`);
  port1.close();
}

exports.sent = (size) => send(size, (data) => [data.buffer]);
exports.copied = (size) => send(size, () => []);

// Lives until it is told to end: Node 26 loses a message now and then whose worker
// ends at once.
exports.makeAndSend = async () => {
  const data = await make(workerData);
  parentPort.once('message', () => parentPort.unref());
  parentPort.postMessage(data, [data.buffer]);
};

exports.outlived = async (size) => {
  const worker = startWorker('makeAndSend', size);
  const [data] = await once(worker, 'message');
  worker.postMessage('end');
  await once(worker, 'exit');
  console.log(`after the end ${data.length} ${ends(data)}`);
};

exports.makeAndKeep = async () => {
  globalThis.kept = await make(workerData);
};

exports.kept = async (size) => {
  await once(startWorker('makeAndKeep', size), 'exit');
  console.log(`freed ${owned.freed()}`);
};

// Garbage is collected until the memory is freed; the test's timeout ends a wait
// for nothing.
exports.dropped = async (size) => {
  await make(size).then((data) => { structuredClone(data, { transfer: [data.buffer] }); });
  while (owned.freed() === 0) {
    global.gc();
    await turn();
  }
  console.log(`freed ${owned.freed()}`);
};

exports.patched = async () => {
  console.log(`first ${ends(await make(16384))}`);
  ArrayBuffer.prototype.transfer = () => { throw new Error('patched'); };
  console.log(`second ${ends(await make(16384))}`);
};
