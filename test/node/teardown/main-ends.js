// SPDX-License-Identifier: MIT
'use strict';

// Scenarios without a worker load the addon in the main thread; how they end is
// seen from outside: `ends` says how the process ends (an exit code or a signal),
// `books`, where there is one, is given what the addon reported.

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { reasons: { PROCESS_ENDS } } = require('../../support/host');

const busy = { threads: 4, bound: 8 };

function after(n, act) {
  let calls = 0;
  return () => {
    if (++calls === n) act();
  };
}

const fail = () => {
  throw new Error('uncaught, on purpose');
};

function hasClosed({ closing }) {
  assert.strictEqual(closing, 4);
}

function runWorker(addon) {
  const running = after(5, () => parentPort.postMessage('running'));
  addon.start(running, { ...busy, joins: true });
}

async function startWorker(stage) {
  const worker = stage.start();
  await worker.heard();
  return worker;
}

module.exports = {
  'the main thread exits by itself with items queued on a weak function': {
    ends: 0,
    main(stage, addon) {
      const workload = addon.start(() => {}, {
        threads: 0,
        keeps: true,
        weak: true,
      });
      process.on('exit', () => {
        for (let n = 0; n < 10; n++) addon.act(workload, 'call');
        addon.act(workload, 'release');
      });
    },
    books({ accepted, completed, withEnv }) {
      assert.strictEqual(accepted, 10);
      assert.strictEqual(completed.ENV_GONE + completed.CANNOT_RUN_JS, 10);
      assert.strictEqual(withEnv, false);
    },
  },

  'the main thread exits by itself while producers call a weak function': {
    ends: 0,
    main(stage, addon) {
      const timer = setInterval(() => {}, 1000);
      addon.start(after(50, () => clearInterval(timer)), {
        ...busy,
        weak: true,
        joins: true,
      });
    },
    books: hasClosed,
  },

  'the main thread exits by itself while threads of the library call': {
    ends: 0,
    main(stage, addon) {
      const timer = setInterval(() => {}, 1000);
      addon.start(after(50, () => clearInterval(timer)), {
        ...busy,
        weak: true,
        spawns: true,
      });
    },
    books({ ended }) {
      assert.strictEqual(ended, 4);
    },
  },

  'the main thread exits by itself when all is delivered': {
    ends: 0,
    main(stage, addon) {
      addon.start(() => {}, { ...busy, limit: 500 });
    },
    books({ completed, withEnv }) {
      assert.strictEqual(completed.DELIVERED, 2000);
      assert.strictEqual(withEnv, true);
    },
  },

  'process.exit() while threads call': {
    ends: 7,
    main(stage, addon) {
      addon.start(() => {}, busy);
      setImmediate(() => process.exit(7));
    },
  },

  'process.exit() in the callback while threads call': {
    ends: 7,
    main(stage, addon) {
      addon.start(after(20, () => process.exit(7)), busy);
    },
  },

  'process.exit() while threads of tsfn_start call': {
    ends: 7,
    main(stage, addon) {
      addon.start(after(20, () => process.exit(7)), { ...busy, promise: true });
    },
  },

  "process.exit() in the 'exit' handler while threads call": {
    ends: 7,
    main(stage, addon) {
      addon.start(() => {}, { ...busy, weak: true });
      process.on('exit', () => process.exit(7));
    },
  },

  'an uncaught exception while threads call': {
    ends: 1,
    main(stage, addon) {
      addon.start(() => {}, busy);
      setImmediate(fail);
    },
  },

  'an uncaught exception of the callback while threads call': {
    ends: 1,
    main(stage, addon) {
      addon.start(after(20, fail), busy);
    },
  },

  'SIGTERM while threads call': {
    // Windows has no signals: the process is ended, with 1.
    ends: process.platform === 'win32' ? 1 : 'SIGTERM',
    main(stage, addon) {
      const terminate = () => process.kill(process.pid, 'SIGTERM');
      addon.start(after(20, terminate), busy);
    },
  },

  'process.exit() on the main thread while a worker is at work': {
    lacks: { 'bun deno': PROCESS_ENDS },
    ends: 7,
    worker: runWorker,
    listens: false,
    async main(stage) {
      await startWorker(stage);
      process.exit(7);
    },
    books: hasClosed,
  },

  'the main thread exits by itself while a worker that it unrefs is at work': {
    lacks: { 'bun deno': PROCESS_ENDS },
    ends: 0,
    worker: runWorker,
    listens: false,
    async main(stage) {
      (await startWorker(stage)).unref();
    },
    books: hasClosed,
  },

  'an uncaught exception on the main thread while a worker is at work': {
    lacks: { 'bun deno': PROCESS_ENDS },
    ends: 1,
    worker: runWorker,
    listens: false,
    async main(stage) {
      await startWorker(stage);
      setImmediate(fail);
    },
    books: hasClosed,
  },
};
