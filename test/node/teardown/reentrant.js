// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { checkLedger, play } = require('./scenario');

const COUNT = 10;

// A function with COUNT items in its queue, the loop thread's own, that come in
// one batch; `act(addon, crew)` is what the third one's callback does.
function queueBatch(addon, act, options) {
  let calls = 0;
  const crew = addon.start(
    () => {
      if (++calls === 3) act(addon, crew);
    },
    { threads: 0, keeps: true, ...options },
  );
  for (let n = 0; n < COUNT; n++) {
    assert.strictEqual(addon.act(crew, 'call'), 'TSFN_OK');
  }
  return crew;
}

// The worker ends by itself, well; answers the ledgers of its functions.
async function endWell(stage, count = 1) {
  const { code, errors } = await stage.start().ended;
  assert.deepStrictEqual(errors, []);
  assert.strictEqual(code, 0);
  const ledgers = [];
  while (ledgers.length < count) {
    ledgers.push(checkLedger(await stage.next('freed')));
  }
  return ledgers;
}

const release = (addon, crew) =>
  assert.strictEqual(addon.act(crew, 'release'), 'TSFN_OK');

play(module, {
  'the callback aborts: what comes after it is aborted': {
    worker(addon) {
      queueBatch(addon, (_, crew) => {
        assert.strictEqual(addon.act(crew, 'abort'), 'TSFN_OK');
        assert.strictEqual(addon.act(crew, 'call'), 'TSFN_CLOSING');
        assert.strictEqual(addon.act(crew, 'acquire'), 'TSFN_CLOSING');
        release(addon, crew);
      });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.delivered, 3);
      assert.strictEqual(completed.aborted, COUNT - 3);
    },
  },

  'the callback aborts and throws: it has thrown, the rest is aborted': {
    worker(addon) {
      const onError = () => {};
      const abort = (_, crew) => {
        addon.act(crew, 'abort');
        release(addon, crew);
        throw new Error('after the abort');
      };
      queueBatch(addon, abort, { onError });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.delivered, 2);
      assert.strictEqual(completed.threw, 1);
      assert.strictEqual(completed.aborted, COUNT - 3);
    },
  },

  'the callback throws: it has thrown, the rest is delivered': {
    worker(addon) {
      const fail = () => {
        throw new Error('from the callback');
      };
      const crew = queueBatch(addon, fail, { onError: () => {} });
      release(addon, crew);
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.delivered, COUNT - 1);
      assert.strictEqual(completed.threw, 1);
    },
  },

  'the handler of errors aborts: the rest is aborted': {
    worker(addon) {
      const fail = () => {
        throw new Error('from the callback');
      };
      const onError = () => {
        addon.act(crew, 'abort');
        release(addon, crew);
      };
      const crew = queueBatch(addon, fail, { onError });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.threw, 1);
      assert.strictEqual(completed.aborted, COUNT - 3);
    },
  },

  'the callback releases the last use: the rest still arrives': {
    worker: (addon) => queueBatch(addon, release),
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.delivered, COUNT);
    },
  },

  'the callback makes functions, and aborts the old one': {
    worker(addon) {
      queueBatch(addon, (_, crew) => {
        addon.start(() => {}, { threads: 2, bound: 4, limit: 100 });
        addon.start(() => {}, { threads: 2, bound: 4, limit: 100, spawns: true });
        addon.act(crew, 'abort');
        release(addon, crew);
      });
    },
    async main(stage) {
      const ledgers = await endWell(stage, 3);
      const delivered = ledgers.map(({ completed }) => completed.delivered);
      assert.deepStrictEqual(delivered.sort((a, b) => a - b), [3, 200, 200]);
    },
  },

  'the callback calls its own function: it arrives later, not inside': {
    worker(addon) {
      let depth = 0;
      let calls = 0;
      const crew = addon.start(
        () => {
          assert.strictEqual(++depth, 1);
          if (++calls < 1000) addon.act(crew, 'call');
          else release(addon, crew);
          depth--;
        },
        { threads: 0, keeps: true },
      );
      addon.act(crew, 'call');
      assert.strictEqual(calls, 0);
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.delivered, 1000);
    },
  },

  'the callback calls its own full queue: it would wait for itself': {
    worker(addon) {
      const answers = [];
      const fill = (_, crew) => {
        for (let n = 0; n < 12; n++) {
          answers.push(addon.act(crew, 'callBlocking'));
        }
        assert.deepStrictEqual(answers, [
          ...Array(10).fill('TSFN_OK'),
          'TSFN_WOULD_DEADLOCK',
          'TSFN_WOULD_DEADLOCK',
        ]);
        release(addon, crew);
      };
      queueBatch(addon, fill, { bound: COUNT });
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.strictEqual(completed.delivered, 2 * COUNT);
    },
  },

  'a microtask between two items of a batch aborts': {
    worker(addon) {
      queueBatch(addon, (_, crew) =>
        Promise.resolve().then(() => {
          addon.act(crew, 'abort');
          release(addon, crew);
        }),
      );
    },
    async main(stage) {
      const [{ completed }] = await endWell(stage);
      assert.ok(completed.delivered >= 3);
    },
  },

  'finalize tries everything on the function that it ends': {
    worker(addon) {
      const onFinalize = () => {
        for (const what of ['call', 'callBlocking', 'acquire']) {
          assert.strictEqual(addon.act(crew, what), 'TSFN_CLOSING');
        }
        for (const what of ['ref', 'unref', 'abort', 'stats', 'release']) {
          assert.strictEqual(addon.act(crew, what), 'TSFN_OK');
        }
      };
      const abort = () => addon.act(crew, 'abort');
      const crew = queueBatch(addon, abort, { onFinalize });
    },
    async main(stage) {
      const [{ completed, by }] = await endWell(stage);
      assert.strictEqual(completed.delivered, 3);
      assert.strictEqual(by, 'loop');
    },
  },

  'finalize makes a function that runs': {
    worker(addon) {
      const onFinalize = () => addon.start(() => {}, { threads: 2, limit: 50 });
      queueBatch(addon, release, { onFinalize });
    },
    async main(stage) {
      const ledgers = await endWell(stage, 2);
      const delivered = ledgers.map(({ completed }) => completed.delivered);
      assert.deepStrictEqual(delivered.sort((a, b) => a - b), [COUNT, 100]);
    },
  },

  'the worker is terminated in mid-batch, in a callback that waits': {
    worker(addon) {
      const word = new Int32Array(new SharedArrayBuffer(4));
      queueBatch(addon, (_, crew) => {
        release(addon, crew);
        parentPort.postMessage('waiting');
        Atomics.wait(word, 0, 0);
      });
    },
    async main(stage) {
      const worker = stage.start();
      await worker.heard();
      await worker.terminate();
      const { accepted, completed } = checkLedger(await stage.next('freed'));
      assert.strictEqual(accepted, COUNT);
      assert.strictEqual(completed.delivered, 2);
    },
  },
});
