// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { AsyncLocalStorage } = require('node:async_hooks');
const { PER_CALL, PER_DRAIN, VALUES_ONLY, driven, turn, uncaught } = require('../support/driver');
const { lacks, reasons: { FRAMES, REJECTION } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/async-context'));

const storage = new AsyncLocalStorage();
const kinds = ['none', 'convert', 'call_js', 'record'];
const policies = [PER_DRAIN, PER_CALL];

const wayOf = (kind) => ({ none: 'empty', record: 'record' })[kind] ?? 'call';

describe('contract 7: AsyncLocalStorage of the place where the function was created', () => {
  for (const kind of kinds) {
    for (const microtasks of policies) {
      const policy = microtasks === PER_CALL ? 'per call' : 'per drain';

      it(`is seen in every callback: ${kind}, microtasks ${policy}`, driven(async ({ create }) => {
        const stores = [];
        const options = { kind, microtasks, budgetItems: 7 };
        const fn = storage.run('birth', () => create(() => stores.push(storage.getStore()), options));
        storage.run('call', () => fn.fill(20, { way: wayOf(kind) }));
        await storage.run('close', () => fn.close());
        assert.deepStrictEqual(stores, Array(20).fill('birth'));
      }));

      it(`is seen after a callback threw: ${kind}, microtasks ${policy}`, driven(async ({ create }) => {
        const stores = [];
        const errors = await uncaught(async () => {
          const fn = storage.run('birth', () => create(() => {
            stores.push(storage.getStore());
            if (stores.length % 3 === 1) throw new Error('a third');
          }, { kind, microtasks }));
          fn.fill(20, { way: wayOf(kind) });
          await fn.close();
        });
        assert.deepStrictEqual(stores, Array(20).fill('birth'));
        assert.strictEqual(errors.length, 7);
      }));

      it(`is seen by what the callback leaves for later: ${kind}, microtasks ${policy}`, driven(async ({ create }) => {
        const stores = [];
        const see = (what) => stores.push(`${what} ${storage.getStore()}`);
        const fn = storage.run('birth', () => create(async () => {
          see('call');
          process.nextTick(see, 'tick');
          queueMicrotask(() => see('micro'));
          setImmediate(see, 'immediate');
          await null;
          see('await');
        }, { kind, microtasks }));
        fn.fill(5, { way: wayOf(kind) });
        await fn.close();
        await turn();
        await turn();
        assert.strictEqual(stores.length, 25);
        assert.deepStrictEqual(stores.filter((store) => !store.endsWith(' birth')), []);
      }));
    }
  }

  it('is seen by errors, by callbacks of one call and by the finalizer', driven(async ({ create }) => {
    const stores = [];
    const see = () => stores.push(storage.getStore());
    const fn = storage.run('birth', () => create(see, { kind: 'convert', onFinalize: see }));
    for (const way of ['error', 'with', 'call', 'pointer', 'error', 'with']) {
      fn.send({ way, sequence: stores.length, producer: 300 });
    }
    await fn.close();
    assert.deepStrictEqual(stores, Array(7).fill('birth'));
  }));

  it('is seen by the handler of errors', driven(async ({ create }) => {
    const stores = [];
    const see = () => stores.push(storage.getStore());
    const fn = storage.run('birth', () => create(() => { throw new Error('each'); }, {
      kind: 'record',
      errors: VALUES_ONLY,
      onError: see,
    }));
    fn.fill(3, { way: 'record' });
    fn.send({ way: 'error' });
    await fn.close();
    assert.deepStrictEqual(stores, Array(4).fill('birth'));
  }));

  it('is each function\'s own, when several have items in one turn', driven(async ({ create }) => {
    const seen = [];
    const functions = Array.from({ length: 10 }, (_, index) =>
      storage.run(index, () => create(() => seen.push([index, storage.getStore()]), {})));
    for (let round = 0; round < 3; round++) functions.forEach((fn) => fn.call());
    await Promise.all(functions.map((fn) => fn.close()));
    assert.strictEqual(seen.length, 30);
    for (const [index, store] of seen) assert.strictEqual(store, index);
  }));

  it('is undefined where there was none', driven(async ({ create }) => {
    const stores = [];
    const fn = storage.exit(() => create(() => stores.push(storage.getStore()), {}));
    storage.run('call', () => { fn.call(); fn.call(); });
    await storage.run('close', () => fn.close());
    assert.deepStrictEqual(stores, [undefined, undefined]);
  }));

  it('does not leak out of a callback that enters another', driven(async ({ create }) => {
    const stores = [];
    const fn = storage.run('birth', () => create(() => {
      stores.push(storage.getStore());
      storage.run('inner', () => {});
    }, { microtasks: PER_CALL }));
    fn.fill(3, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(stores, Array(3).fill('birth'));
    assert.strictEqual(storage.getStore(), undefined);
  }));

  // Older versions keep the store in the function's async resource.
  for (const kind of kinds) {
    lacks({ 'node<24 bun deno': FRAMES }, it)(`is seen after a callback entered another store, microtasks per call: ${kind}`, driven(async ({ create }) => {
      const stores = [];
      const fn = storage.run('birth', () => create(() => {
        stores.push(storage.getStore());
        if (stores.length % 3 === 1) storage.enterWith('entered');
        else process.nextTick(() => storage.enterWith('tick'));
      }, { kind, microtasks: PER_CALL }));
      fn.fill(200, { way: wayOf(kind) });
      await storage.run('close', () => fn.close());
      assert.deepStrictEqual(stores, Array(200).fill('birth'));
    }));
  }

  lacks({ 'node<24 bun deno': FRAMES }, it)('is seen in each record where the program hides process.getBuiltinModule', async () => {
    assert.deepStrictEqual(await lives.linesOf('hidden', { args: [200] }), ['birth']);
  });

  lacks({ 'node<24 bun deno': FRAMES }, it)('comes back with the next turn of the queue, microtasks per drain', driven(async ({ create }) => {
    const stores = [];
    const fn = storage.run('birth', () => create(() => {
      stores.push(storage.getStore());
      storage.enterWith('entered');
    }, { microtasks: PER_DRAIN, budgetItems: 2, budgetMicroseconds: 1e9 }));
    fn.fill(6, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(stores, Array(3).fill(['birth', 'entered']).flat());
  }));

  it('survives a call_js that reports what the callback threw', driven(async ({ create }) => {
    for (const microtasks of policies) {
      const stores = [];
      const errors = await uncaught(async () => {
        const fn = storage.run('birth', () => create(() => {
          stores.push(storage.getStore());
          if (stores.length % 3 === 1) throw new Error('a third');
        }, { kind: 'call_js', callJsReports: true, microtasks }));
        fn.fill(10);
        await fn.close();
        assert.deepStrictEqual(fn.report().completed, { DELIVERED: 10 });
      });
      assert.strictEqual(errors.length, 4);
      assert.deepStrictEqual(stores, Array(10).fill('birth'), `microtasks ${microtasks}`);
    }
  }));

  // In children: a host whose bookkeeping went wrong ends the process.
  for (const where of ['tick', 'microtask', 'rejection']) {
    for (const microtasks of policies) {
      const policy = microtasks === PER_CALL ? 'per call' : 'per drain';

      lacks(where === 'rejection' ? { bun: REJECTION } : {}, it)(`survives a throw in a ${where}, microtasks ${policy}`, async () => {
        const lines = await lives.linesOf('throwsLater', { args: [where, microtasks] });
        assert.deepStrictEqual(lines, [Array(10).fill('birth').join(), '5']);
      });
    }
  }
});
