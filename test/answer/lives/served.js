// SPDX-License-Identifier: MIT
'use strict';

// The lives of served.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');

const file = addon('served', 'answer');

exports.ends = async (weak) => {
  const server = require(file).serve(0, weak);
  server.start();
  console.log(await server.ask(() => 7));
  server.end();
  server.release();
  process.on('exit', () => console.log('exit'));
};

// A worker posts to the mailbox of the main thread.
exports.elsewhere = async () => {
  const server = require(file).serve(0, true);
  const worker = new Worker(`
    const server = require(${JSON.stringify(file)}).serve(0, true);
    try {
      server.elsewhere(1, () => {});
    } catch ({ code }) {
      require('node:worker_threads').parentPort.postMessage(code);
    }
    server.release();
  `, { eval: true });
  const [code] = await once(worker, 'message');
  console.log(code);
  server.release();
};

// A timer that does not hold the process fires where something else does.
exports.keeps = async (weak) => {
  const server = require(file).serve(0, weak);
  server.start();
  await server.keep(() => {});
  console.log('kept');
  process.on('exit', () => console.log('exit'));
  setTimeout(async () => {
    console.log('timer');
    server.end();
  }, 300).unref();
};

// Threads ask, wait for room, or keep what they got when their worker ends.
exports.terminated = async (rounds) => {
  const { live } = require(file);
  for (let i = 0; i < rounds; i++) {
    const worker = new Worker(`
      const { serve } = require(${JSON.stringify(file)});
      const { parentPort } = require('node:worker_threads');
      const servers = [0, 1, 2].map(() => serve(0, ${i % 2 === 0}));
      for (const server of servers) server.start();
      const caught = (promise) => promise.catch(() => {});
      caught(servers[0].ask(() => { parentPort.postMessage('begun'); return new Promise(() => {}); }));
      caught(servers[1].each(1e6, () => {
        if (${i % 3} !== 1) return;
        parentPort.postMessage('begun');
        for (;;);
      }));
      caught(servers[2].keep(() => {}));
      for (let n = 0; n < 100; n++) caught(servers[2].tell(1000));
      if (${i % 3} === 2) setTimeout(() => process.exit(), 5);
    `, { eval: true });
    await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
    await worker.terminate();
  }
  for (let i = 0; i < 1000 && live() !== 0; i++) await new Promise((resolve) => { setTimeout(resolve, 5); });
  console.log(live());
};
