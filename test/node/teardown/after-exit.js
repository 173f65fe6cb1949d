// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { checkBooks } = require('./stage');

// What a thread hears that still holds a use of a function whose environment is
// gone; the addon asked it all (probe.h).
const answers = {
  isSound: true,
  call: 'TSFN_CLOSING',
  callBlocking: 'TSFN_CLOSING',
  callTimed: 'TSFN_CLOSING',
  callMany: 'TSFN_CLOSING',
  callPointer: 'TSFN_CLOSING',
  callWith: 'TSFN_CLOSING',
  callError: 'TSFN_CLOSING',
  acquire: 'TSFN_CLOSING',
  ref: 'TSFN_OK',
  unref: 'TSFN_OK',
  abort: 'TSFN_OK',
  abortAgain: 'TSFN_OK',
  spawn: 'TSFN_WRONG_THREAD',
  stats: 'TSFN_OK',
};

const say = (what) => parentPort.postMessage(what);

// The worker of a probing workload: says that it runs, with its first item.
function startProbing(options) {
  return (addon) => {
    const workload = addon.start(() => say('running'), {
      threads: 4,
      bound: 8,
      probes: true,
      ...options,
    });
    // The loop thread has a use too: nobody gives it back.
    if (options && options.keeps) assert.ok(workload);
  };
}

// Lets the threads go on that hold on to what is gone, and hears them out.
async function probe(stage, threads) {
  stage.go();
  for (let thread = 0; thread < threads; thread++) {
    const { event, id, ...heard } = await stage.next('probe');
    assert.deepStrictEqual(heard, answers);
  }
  const books = checkBooks(await stage.next('freed'));
  assert.strictEqual(books.by, 'producer');
  return books;
}

async function terminateAndProbe(stage) {
  const worker = stage.start();
  await worker.heard();
  await worker.terminate();
  await probe(stage, 4);
}

module.exports = {
  'threads that hold uses after terminate hear a status from every call': {
    worker: startProbing(),
    main: terminateAndProbe,
  },

  'threads of a call_js function likewise': {
    worker: startProbing({ itemKind: 'callJs' }),
    main: terminateAndProbe,
  },

  'threads of an unbounded function likewise': {
    worker: startProbing({ bound: 0, limit: 20000 }),
    main: terminateAndProbe,
  },

  'threads that hold uses after a natural exit likewise': {
    worker: startProbing({ weak: true, bound: 1 }),
    async main(stage) {
      await stage.start().ended;
      await probe(stage, 4);
    },
  },

  'threads that hold uses of a function that was aborted before likewise': {
    worker(addon) {
      const workload = addon.start(() => addon.act(workload, 'abort'), {
        threads: 4,
        bound: 8,
        probes: true,
      });
    },
    async main(stage) {
      const { code } = await stage.start().ended; // the uses hold nothing
      assert.strictEqual(code, 0);
      const books = await probe(stage, 4);
      assert.strictEqual(books.withEnv, true);
    },
  },

  'a use that the loop thread never gave back frees nothing and breaks nothing':
    {
      worker: startProbing({ keeps: true }),
      async main(stage) {
        const worker = stage.start();
        await worker.heard();
        await worker.terminate();
        stage.go();
        for (let thread = 0; thread < 4; thread++) await stage.next('probe');
        assert.deepStrictEqual(stage.reports, []);
      },
    },
};
