// SPDX-License-Identifier: MIT
'use strict';

// The lives of mailbox.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');

const file = addon('mailboxes', 'answer');

exports.ends = async () => {
  const server = require(file).serve(0);
  server.start(2);
  console.log(await server.add(2, 3));
  server.end();
  server.release();
  process.on('exit', () => console.log('exit'));
};

exports.exits = async () => {
  const { live } = require(file);
  const worker = new Worker(`
    const { begin, serve } = require(${JSON.stringify(file)});
    const station = begin(() => {}, 0, false);
    station.listen(4);
    const server = serve(0);
    server.start(2);
    server.add(1, 1).then(() => process.exit(0));
  `, { eval: true });
  const [code] = await once(worker, 'exit');
  for (let i = 0; i < 1000 && live() !== 0; i++) await new Promise((resolve) => { setTimeout(resolve, 5); });
  console.log(code, live());
};

// A thread of one function waits for a mailbox of another, made before it or after.
exports.across = async () => {
  for (const otherFirst of [false, true]) {
    const worker = new Worker(`
      require(${JSON.stringify(file)}).receiveAtEnd(${otherFirst});
      require('node:worker_threads').parentPort.postMessage('begun');
      setInterval(() => {}, 1000);
    `, { eval: true });
    await once(worker, 'message');
    await worker.terminate();
    console.log('ended');
  }
};

// What is posted is being served, or not, when the worker ends.
exports.terminated = async (rounds) => {
  const { live } = require(file);
  for (let i = 0; i < rounds; i++) {
    const worker = new Worker(`
      const { begin, serve } = require(${JSON.stringify(file)});
      const { parentPort } = require('node:worker_threads');
      const server = serve(0);
      const station = begin(() => {}, 8, true);
      const post = station.poster();
      if (${i % 4} !== 0) { server.start(2); station.listen(4); }
      for (let n = 0; n < 1000; n++) {
        server.add(n, n).catch(() => {});
        server.later().catch(() => {});
        Promise.resolve(post({ name: 'x', number: n, words: ['y'] })).catch(() => {});
      }
      parentPort.postMessage('begun');
      ${i % 3 === 0 ? 'process.exit();' : i % 3 === 1 ? 'for (;;);' : 'setInterval(() => {}, 1000);'}
    `, { eval: true });
    await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
    await worker.terminate();
  }
  for (let i = 0; i < 1000 && live() !== 0; i++) await new Promise((resolve) => { setTimeout(resolve, 5); });
  console.log(live());
};
