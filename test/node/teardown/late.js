// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { reasons: { EXTERNAL } } = require('../../support/host');
const { checkBooks } = require('./stage');

// Hooks run the newest first: libtsfn's own is added with the environment's first
// function.
const places = {
  hook: "a cleanup hook that runs before libtsfn's",
  olderHook: "a cleanup hook that runs after libtsfn's",
  external: "an external's finalizer",
  instance: "the instance data's finalizer",
};
const acts = {
  call: ['TSFN_OK', 'TSFN_QUEUE_FULL', 'TSFN_CLOSING'],
  callBlocking: ['TSFN_OK', 'TSFN_WOULD_DEADLOCK', 'TSFN_CLOSING'],
  acquire: ['TSFN_OK', 'TSFN_CLOSING'],
  release: ['TSFN_OK'],
  abort: ['TSFN_OK'],
  ref: ['TSFN_OK'],
  unref: ['TSFN_OK'],
  stats: ['TSFN_OK'],
};

// A workload whose creating use is the late act's; its callback never returns, so
// that terminate ends it.
function startKept(addon) {
  const spin = () => {
    parentPort.postMessage('running');
    for (;;);
  };
  return addon.start(spin, { threads: 2, bound: 4, keeps: true });
}

function actLate(addon, where, what) {
  if (where === 'olderHook') {
    addon.atEnd('hook', what);
    startKept(addon);
  } else {
    globalThis.kept = addon.atEnd(where, what, startKept(addon));
  }
}

// Finalizers and older hooks come when the function has ended; before that it
// closes as soon as a turn of the loop finds that JavaScript cannot run.
function answersTo(where, what) {
  const isClosed = where !== 'hook' && acts[what].includes('TSFN_CLOSING');
  return isClosed ? ['TSFN_CLOSING'] : acts[what];
}

const scenarios = {};

for (const [where, place] of Object.entries(places)) {
  const lacks = where === 'external' ? { bun: EXTERNAL } : {};
  for (const what of Object.keys(acts)) {
    scenarios[`${what} from ${place}`] = {
      lacks,
      worker: (addon) => actLate(addon, where, what),
      async main(stage) {
        const worker = stage.start();
        await worker.heard();
        await worker.terminate();
        const late = await stage.next('late');
        assert.ok(
          answersTo(where, what).includes(late.status),
          JSON.stringify(late),
        );
        if (what === 'release') checkBooks(await stage.next('freed'));
      },
    };
  }

  if (where === 'olderHook') continue;
  const hearCreated = async (stage) => {
    const worker = stage.start();
    await worker.heard();
    await worker.terminate();
    const late = await stage.next('late');
    assert.strictEqual(late.status, 'TSFN_CANNOT_RUN_JS');
  };
  scenarios[`create from ${place}, the first function`] = {
    lacks,
    worker(addon) {
      globalThis.kept = addon.atEnd(where, 'create');
      parentPort.postMessage('running');
    },
    main: hearCreated,
  };
  scenarios[`create from ${place}, after functions that have ended`] = {
    lacks,
    worker(addon) {
      const onFinalize = () => {
        globalThis.kept = addon.atEnd(where, 'create');
        parentPort.postMessage('running');
      };
      addon.start(() => {}, { threads: 1, limit: 1, onFinalize });
    },
    main: hearCreated,
  };
  scenarios[`create from ${place}, beside a function at work`] = {
    lacks,
    worker(addon) {
      startKept(addon);
      globalThis.kept = addon.atEnd(where, 'create');
    },
    main: hearCreated,
  };
}

// Between the loop's last turn and libtsfn's hook: the one place where what is
// queued surely waits for the hook.
scenarios["what a cleanup hook before libtsfn's queued completes, then finalize"] =
  {
    worker(addon) {
      const workload = addon.start(() => {}, {
        threads: 0,
        keeps: true,
        weak: true,
      });
      addon.atEnd('hook', 'release', workload); // the older one runs later
      addon.atEnd('hook', 'call', workload);
    },
    async main(stage) {
      await stage.start().ended;
      const books = checkBooks(await stage.next('freed'));
      assert.strictEqual(books.accepted, 1);
      assert.strictEqual(books.completed.ENV_GONE, 1);
    },
  };

module.exports = scenarios;
