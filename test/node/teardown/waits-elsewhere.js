// SPDX-License-Identifier: MIT
'use strict';

// One function whose threads wait outside of the library, and one way to end it.
//
//   waits-elsewhere.js ADDON ENDING OPTIONS     OPTIONS: JSON, for waiter.c
//
// The addon says on stdout what the function was told; see waiter.c.

const { Worker, isMainThread, workerData } = require('node:worker_threads');

const never = () => { throw new Error('called'); };

// In the environment that ends, main or worker. `leave` ends it by itself.
const endings = {
  async abort(addon, options) {
    addon.start(never, options);
    addon.abort();
    addon.release();
  },
  async 'abort elsewhere'(addon, options) {
    addon.start(never, options);
    addon.elsewhere('abort');
    addon.release();
  },
  async signal(addon, options) {
    const controller = new AbortController();
    const promise = addon.start(never, { ...options, signal: controller.signal });
    if (options.threads !== 'start') addon.release();
    controller.abort(new Error('enough'));
    await promise?.then(() => console.log('resolved'), (error) => console.log(error.message));
  },
  async 'signal aborted before'(addon, options) {
    const signal = AbortSignal.abort(new Error('never'));
    const promise = addon.start(never, { ...options, signal });
    if (options.threads !== 'start') addon.release();
    await promise?.then(() => console.log('resolved'), (error) => console.log(error.message));
  },
  async 'natural exit'(addon, options) {
    addon.start(never, { ...options, weak: true });
    if (options.threads !== 'start') addon.release();
  },
  async 'process.exit'(addon, options) {
    addon.start(never, options);
    if (options.threads !== 'start') addon.release();
    process.exit();
  },
  async terminate(addon, options) {
    addon.start(never, options);
    if (options.threads !== 'start') addon.release();
    require('node:worker_threads').parentPort.postMessage('started');
  },
};

if (isMainThread) {
  const [addon, ending, options, where] = process.argv.slice(2);
  if (where === 'worker') {
    const worker = new Worker(__filename, { workerData: { addon, ending, options } });
    worker.on('message', () => worker.terminate());
    worker.on('error', (error) => { throw error; });
  } else {
    endings[ending](require(addon), JSON.parse(options));
  }
} else {
  endings[workerData.ending](require(workerData.addon), JSON.parse(workerData.options));
}
