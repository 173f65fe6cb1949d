// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { reasons: { RUNS_ON } } = require('../../support/host');
const { checkBooks } = require('./stage');

const COUNT = 10;

// A function with COUNT items in its queue, the loop thread's own, that come in
// one batch; `act(addon, workload)` is what the third one's callback does.
function queueBatch(addon, act, options) {
  let calls = 0;
  const workload = addon.start(
    () => {
      if (++calls === 3) act(addon, workload);
    },
    { threads: 0, keeps: true, ...options },
  );
  for (let n = 0; n < COUNT; n++) {
    assert.strictEqual(addon.act(workload, 'call'), 'TSFN_OK');
  }
  return workload;
}

// The worker ends by itself, well; answers the books of its functions.
async function endWell(stage, count = 1) {
  const { code, errors } = await stage.start().ended;
  assert.deepStrictEqual(errors, []);
  assert.strictEqual(code, 0);
  const all = [];
  while (all.length < count) {
    all.push(checkBooks(await stage.next('freed')));
  }
  return all;
}

const release = (addon, workload) =>
  assert.strictEqual(addon.act(workload, 'release'), 'TSFN_OK');

module.exports = {
  'the callback aborts: what comes after it is aborted': {
    worker(addon) {
      queueBatch(addon, (_, workload) => {
        assert.strictEqual(addon.act(workload, 'abort'), 'TSFN_OK');
        assert.strictEqual(addon.act(workload, 'call'), 'TSFN_CLOSING');
        assert.strictEqual(addon.act(workload, 'acquire'), 'TSFN_CLOSING');
        release(addon, workload);
      });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, 3);
      assert.strictEqual(completed.ABORTED, COUNT - 3);
    },
  },

  'the callback aborts and throws: it has thrown, the rest is aborted': {
    worker(addon) {
      const onError = () => {};
      const abort = (_, workload) => {
        addon.act(workload, 'abort');
        release(addon, workload);
        throw new Error('after the abort');
      };
      queueBatch(addon, abort, { onError });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, 2);
      assert.strictEqual(completed.THREW, 1);
      assert.strictEqual(completed.ABORTED, COUNT - 3);
    },
  },

  'the callback throws: it has thrown, the rest is delivered': {
    worker(addon) {
      const fail = () => {
        throw new Error('from the callback');
      };
      const workload = queueBatch(addon, fail, { onError: () => {} });
      release(addon, workload);
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, COUNT - 1);
      assert.strictEqual(completed.THREW, 1);
    },
  },

  'the handler of errors aborts: the rest is aborted': {
    worker(addon) {
      const fail = () => {
        throw new Error('from the callback');
      };
      const onError = () => {
        addon.act(workload, 'abort');
        release(addon, workload);
      };
      const workload = queueBatch(addon, fail, { onError });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.THREW, 1);
      assert.strictEqual(completed.ABORTED, COUNT - 3);
    },
  },

  'the callback releases the last use: the rest still arrives': {
    worker: (addon) => queueBatch(addon, release),
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, COUNT);
    },
  },

  'the callback makes functions, and aborts the old one': {
    worker(addon) {
      queueBatch(addon, (_, workload) => {
        addon.start(() => {}, { threads: 2, bound: 4, limit: 100 });
        addon.start(() => {}, { threads: 2, bound: 4, limit: 100, spawns: true });
        addon.act(workload, 'abort');
        release(addon, workload);
      });
    },
    async main(stage) {
      const all = await endWell(stage, 3);
      const delivered = all.map(({ completed }) => completed.DELIVERED);
      assert.deepStrictEqual(delivered.sort((a, b) => a - b), [3, 200, 200]);
    },
  },

  'the callback calls its own function: it arrives later, not inside': {
    worker(addon) {
      let depth = 0;
      let calls = 0;
      const workload = addon.start(
        () => {
          assert.strictEqual(++depth, 1);
          if (++calls < 1000) addon.act(workload, 'call');
          else release(addon, workload);
          depth--;
        },
        { threads: 0, keeps: true },
      );
      addon.act(workload, 'call');
      assert.strictEqual(calls, 0);
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, 1000);
    },
  },

  'the callback calls its own full queue: it would wait for itself': {
    worker(addon) {
      const answers = [];
      const fill = (_, workload) => {
        for (let n = 0; n < 12; n++) {
          answers.push(addon.act(workload, 'callBlocking'));
        }
        assert.deepStrictEqual(answers, [
          ...Array(10).fill('TSFN_OK'),
          'TSFN_WOULD_DEADLOCK',
          'TSFN_WOULD_DEADLOCK',
        ]);
        release(addon, workload);
      };
      queueBatch(addon, fill, { bound: COUNT });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, 2 * COUNT);
    },
  },

  'a microtask between two items of a batch aborts': {
    worker(addon) {
      queueBatch(addon, (_, workload) =>
        Promise.resolve().then(() => {
          addon.act(workload, 'abort');
          release(addon, workload);
        }),
      );
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.ok(completed.DELIVERED >= 3);
    },
  },

  'finalize tries everything on the function that it ends': {
    worker(addon) {
      const onFinalize = () => {
        for (const what of ['call', 'callBlocking', 'acquire']) {
          assert.strictEqual(addon.act(workload, what), 'TSFN_CLOSING');
        }
        for (const what of ['ref', 'unref', 'abort', 'stats', 'release']) {
          assert.strictEqual(addon.act(workload, what), 'TSFN_OK');
        }
      };
      const abort = () => addon.act(workload, 'abort');
      const workload = queueBatch(addon, abort, { onFinalize });
    },
    async main(stage) {
      const [{ completed, by }] = await endWell(stage);
      assert.strictEqual(completed.DELIVERED, 3);
      assert.strictEqual(by, 'loop');
    },
  },

  'finalize makes a function that runs': {
    worker(addon) {
      const onFinalize = () => addon.start(() => {}, { threads: 2, limit: 50 });
      queueBatch(addon, release, { onFinalize });
    },
    async main(stage) {
      const all = await endWell(stage, 2);
      const delivered = all.map(({ completed }) => completed.DELIVERED);
      assert.deepStrictEqual(delivered.sort((a, b) => a - b), [COUNT, 100]);
    },
  },

  'the worker is terminated in mid-batch, in a callback that waits': {
    lacks: { deno: RUNS_ON },
    worker(addon) {
      const word = new Int32Array(new SharedArrayBuffer(4));
      queueBatch(addon, (_, workload) => {
        release(addon, workload);
        parentPort.postMessage('waiting');
        Atomics.wait(word, 0, 0);
      });
    },
    async main(stage) {
      const worker = stage.start();
      await worker.heard();
      await worker.terminate();
      const { accepted, completed } = checkBooks(await stage.next('freed'));
      assert.strictEqual(accepted, COUNT);
      assert.strictEqual(completed.DELIVERED, 2);
    },
  },
};
