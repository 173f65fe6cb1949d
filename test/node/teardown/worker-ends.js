// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { reasons: { RUNS_ON } } = require('../../support/host');
const { checkBooks } = require('./stage');

const busy = { threads: 4, bound: 8 };

// A callback that does `act` in its nth call.
function after(n, act) {
  let calls = 0;
  return () => {
    if (++calls === n) act();
  };
}

// One worker that is to exit with `code`; answers its books.
async function exitWith(stage, code, errorCount = 0) {
  const end = await stage.start().ended;
  assert.strictEqual(end.code, code);
  assert.strictEqual(end.errors.length, errorCount, String(end.errors));
  return checkBooks(await stage.next('freed'));
}

// One worker that is terminated after its first message; answers its books.
async function terminate(stage) {
  const worker = stage.start();
  await worker.heard();
  assert.strictEqual(await worker.terminate(), 1);
  return checkBooks(await stage.next('freed'));
}

const say = (what) => parentPort.postMessage(what);

module.exports = {
  'a worker exits by itself while producers call a weak function': {
    worker(addon) {
      const timer = setInterval(() => {}, 1000); // until they are at work
      addon.start(after(50, () => clearInterval(timer)), {
        ...busy,
        weak: true,
      });
    },
    async main(stage) {
      const books = await exitWith(stage, 0);
      assert.strictEqual(books.closing, 4);
      assert.ok(books.completed.DELIVERED >= 50);
    },
  },

  'a worker exits by itself when the last use was released': {
    worker(addon) {
      addon.start(() => {}, { ...busy, limit: 1000 });
    },
    async main(stage) {
      const books = await exitWith(stage, 0);
      assert.strictEqual(books.completed.DELIVERED, 4000);
      assert.strictEqual(books.withEnv, true);
    },
  },

  'process.exit() in a worker while producers call': {
    worker(addon) {
      addon.start(() => {}, busy);
      setImmediate(() => process.exit(7));
    },
    main: (stage) => exitWith(stage, 7),
  },

  'process.exit() in the callback, in a worker': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      addon.start(after(20, () => process.exit(7)), busy);
    },
    async main(stage) {
      const books = await exitWith(stage, 7);
      assert.strictEqual(books.completed.DELIVERED, 19);
    },
  },

  'process.exit() in the callback, in a worker, through call_js': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      addon.start(after(20, () => process.exit(7)), { ...busy, itemKind: 'callJs' });
    },
    async main(stage) {
      const books = await exitWith(stage, 7);
      assert.strictEqual(books.shown + books.shownNull, books.accepted);
      // The 20th was shown; call_js must not see it a second time.
      assert.strictEqual(books.completed.DELIVERED, 19);
    },
  },

  "process.exit() in a worker's 'exit' handler": {
    worker(addon) {
      addon.start(() => {}, { ...busy, weak: true });
      process.on('exit', () => process.exit(7));
    },
    main: (stage) => exitWith(stage, 7),
  },

  "a function that is made in a worker's 'exit' handler ends with it": {
    worker(addon) {
      process.on('exit', () => addon.start(() => {}, busy));
    },
    async main(stage) {
      const books = await exitWith(stage, 0);
      // The host may turn the loop once more, without JavaScript.
      const { ENV_GONE: gone, CANNOT_RUN_JS: cannot } = books.completed;
      assert.strictEqual(gone + cannot, books.accepted);
    },
  },

  'an uncaught throw in the callback ends the worker': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const fail = () => {
        throw new Error('from the callback');
      };
      addon.start(after(20, fail), busy);
    },
    async main(stage) {
      const books = await exitWith(stage, 1, 1);
      assert.strictEqual(books.completed.DELIVERED, 19);
      assert.strictEqual(books.completed.THREW, 1);
    },
  },

  'terminated in an endless loop in the callback': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const spin = () => {
        say('looping');
        for (;;);
      };
      addon.start(after(3, spin), busy);
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.strictEqual(books.completed.DELIVERED, 2);
      assert.strictEqual(books.closing, 4);
    },
  },

  'terminated in an endless loop in a microtask of the callback': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const spin = () => {
        say('looping');
        for (;;);
      };
      addon.start(after(3, () => Promise.resolve().then(spin)), busy);
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.ok(books.completed.DELIVERED >= 3);
    },
  },

  'terminated in an endless loop in on_error': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const fail = () => {
        throw new Error('from the callback');
      };
      const onError = () => {
        say('looping');
        for (;;);
      };
      addon.start(after(3, fail), { ...busy, onError });
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.strictEqual(books.completed.THREW, 1);
    },
  },

  'terminated in JavaScript that finalize calls': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const onFinalize = () => {
        say('finalizing');
        for (;;);
      };
      addon.start(() => {}, { ...busy, limit: 100, onFinalize });
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.strictEqual(books.completed.DELIVERED, 400);
    },
  },

  'terminated while finalize blocks': {
    worker(addon) {
      addon.start(() => {}, { ...busy, limit: 100, waits: true });
    },
    async main(stage) {
      const worker = stage.start();
      await stage.next('finalizing');
      const terminated = worker.terminate();
      stage.go();
      await terminated;
      checkBooks(await stage.next('freed'));
    },
  },

  'finalize joins the threads that still called': {
    worker(addon) {
      addon.start(after(5, () => say('running')), { ...busy, joins: true });
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.strictEqual(books.closing, 4);
    },
  },

  'threads of the library have ended when finalize begins': {
    worker(addon) {
      addon.start(after(5, () => say('running')), { ...busy, spawns: true });
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.strictEqual(books.ended, 4);
    },
  },

  'threads that wait with a deadline hear closing at once': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const workload = addon.start(
        () => {
          while (addon.stats(workload).blocked < 4);
          say('parked');
          for (;;);
        },
        { threads: 4, bound: 1, wait: 3600000 },
      );
    },
    async main(stage) {
      const books = await terminate(stage);
      assert.strictEqual(books.closing, 4);
      assert.strictEqual(books.timedOut, 0);
    },
  },

  'terminated while the promise of tsfn_start is pending': {
    worker(addon) {
      const running = after(5, () => say('running'));
      addon
        .start(running, { ...busy, promise: true })
        .finally(() => say('settled'));
    },
    async main(stage) {
      const worker = stage.start();
      assert.strictEqual(await worker.heard(), 'running');
      await worker.terminate();
      const books = checkBooks(await stage.next('freed'));
      assert.strictEqual(books.ended, 4);
      const said = await Promise.race([worker.heard(), 'nothing']);
      assert.strictEqual(said, 'nothing');
    },
  },

  'process.exit() in a worker while the promise of tsfn_start is pending': {
    worker(addon) {
      addon.start(after(5, () => process.exit(7)), { ...busy, promise: true });
    },
    async main(stage) {
      const books = await exitWith(stage, 7);
      assert.strictEqual(books.ended, 4);
    },
  },
};
