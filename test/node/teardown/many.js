// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { checkBooks } = require('./stage');

const COUNT = 8;

// What a worker does: a function of its own, that must see its own items only.
function runOwn(addon, options) {
  let own;
  let calls = 0;
  addon.start((producer, sequence, id) => {
    own = own || id;
    assert.strictEqual(id, own);
    if (++calls === 20) parentPort.postMessage('running');
  }, options);
}

async function hearBooks(stage, count) {
  const all = [];
  while (all.length < count) {
    all.push(checkBooks(await stage.next('freed')));
  }
  const ids = new Set(all.map(({ id }) => id));
  assert.strictEqual(ids.size, count);
  return all;
}

module.exports = {
  'eight workers are terminated while each one has a function at work': {
    worker: (addon) => runOwn(addon, { threads: 4, bound: 8 }),
    async main(stage) {
      const workers = Array.from({ length: COUNT }, () => stage.start());
      await Promise.all(workers.map((worker) => worker.heard()));
      await Promise.all(workers.map((worker) => worker.terminate()));
      await hearBooks(stage, COUNT);
    },
  },

  'eight workers end one by one and the others go on': {
    worker: (addon, limit) => runOwn(addon, { threads: 2, bound: 8, limit }),
    async main(stage) {
      // Every second one ends by itself, the others are terminated.
      const workers = Array.from({ length: COUNT }, (_, n) =>
        stage.start(n % 2 === 0 ? 2000 : 0),
      );
      await Promise.all(workers.map((worker) => worker.heard()));
      for (const [n, worker] of workers.entries()) {
        if (n % 2 === 0) assert.strictEqual((await worker.ended).code, 0);
        else await worker.terminate();
      }
      const all = await hearBooks(stage, COUNT);
      const whole = all.filter(
        ({ completed }) => completed.DELIVERED === 4000,
      );
      assert.ok(whole.length >= COUNT / 2);
    },
  },

  'a worker with a hundred functions is terminated': {
    worker(addon) {
      let running = 0;
      for (let n = 0; n < 100; n++) {
        let calls = 0;
        const count = () => {
          if (++calls === 1 && ++running === 100) parentPort.postMessage('all');
        };
        addon.start(count, { threads: 1, bound: 4 });
      }
    },
    async main(stage) {
      const worker = stage.start();
      await worker.heard();
      await worker.terminate();
      await hearBooks(stage, 100);
    },
  },

  'twenty workers, one after the other, each with ten functions': {
    worker(addon) {
      for (let n = 0; n < 10; n++) {
        addon.start(() => {}, { threads: 2, limit: 100 });
      }
    },
    async main(stage) {
      for (let round = 0; round < 20; round++) {
        assert.strictEqual((await stage.start().ended).code, 0);
        for (const books of await hearBooks(stage, 10)) {
          assert.strictEqual(books.completed.DELIVERED, 200);
        }
      }
    },
  },

  "a worker's end leaves the main thread's functions alone": {
    worker: (addon) => runOwn(addon, { threads: 4, bound: 8 }),
    async main(stage) {
      const addon = require(stage.addonPath);
      let calls = 0;
      const done = new Promise((resolve) =>
        addon.start(() => calls++, {
          threads: 2,
          bound: 64,
          limit: 20000,
          onFinalize: resolve,
        }),
      );
      for (let round = 0; round < 3; round++) {
        const worker = stage.start();
        await worker.heard();
        await worker.terminate();
      }
      await done;
      assert.strictEqual(calls, 40000);
      await hearBooks(stage, 4);
    },
  },
};
