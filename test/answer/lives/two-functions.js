// SPDX-License-Identifier: MIT
'use strict';

// The lives of two-functions.test.js: see test/support/lives.js.

const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');

// The job ends in a worker while an answer never comes; then the process does.
exports.ends = async (way) => {
  const worker = new Worker(`
    const { filter } = require(${JSON.stringify(addon('pairs', 'answer'))});
    const way = ${JSON.stringify(way)};
    const controller = new AbortController();
    const ask = ({ number }) => {
      if (number < 3) return true;
      if (way === 'signal') setImmediate(() => controller.abort());
      if (way === 'exit') setImmediate(() => process.exit(0));
      return new Promise(() => {});
    };
    const progress = ({ done }) => { if (way === 'throws' && done === 3) throw new Error('mine'); };
    filter(5, { ask, progress, signal: controller.signal }).catch(() => {});
  `, { eval: true });
  await new Promise((resolve) => { worker.on('exit', resolve); });
  console.log('ended');
};
