// SPDX-License-Identifier: MIT
'use strict';

// The lives of constructor.test.js: see test/support/lives.js.

const { once } = require('node:events');
const { Worker } = require('node:worker_threads');
const { addon } = require('../support/build');

const file = addon('constructor', 'dropin');

exports.load = () => {
  const { call, loads } = require(file);
  call(() => console.log(`called ${loads()}`));
};

const startWorker = () => new Worker(`require(${JSON.stringify(__filename)}).load();`, { eval: true });

exports.workers = async () => {
  for (let i = 0; i < 3; i++) await once(startWorker(), 'exit');
};

exports.workerAndMain = async () => {
  await once(startWorker(), 'exit');
  exports.load();
};

exports.atOneTime = async () => {
  await Promise.all([startWorker(), startWorker()].map((worker) => once(worker, 'exit')));
};
