// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { getEventListeners } = require('node:events');
const { FOREVER, driven, native, turn } = require('../support/driver');

const listeners = (signal) => getEventListeners(signal, 'abort').length;

describe('options.signal', () => {
  it('aborts the function', driven(async ({ create }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const fn = create(() => assert.fail('called'), { signal });
    fn.fill(5, { way: 'empty' });
    assert.strictEqual(fn.is_closing(), 'false');
    controller.abort();
    assert.strictEqual(fn.is_closing(), 'true');
    assert.strictEqual(fn.call(), 'TSFN_CLOSING');
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { ABORTED: 5 });
  }));

  it('that was aborted before makes a function that is closing', driven(async ({ create }) => {
    const signal = AbortSignal.abort();
    const fn = create(() => assert.fail('called'), { signal });
    assert.strictEqual(listeners(signal), 0);
    assert.strictEqual(fn.is_closing(), 'true');
    assert.strictEqual(fn.call(), 'TSFN_CLOSING');
    assert.strictEqual(fn.spawn({}), 'TSFN_CLOSING'); // and nothing is thrown
    await fn.close();
  }));

  it('that calls its listener while it is added makes such a function too', driven(async ({ create }) => {
    const signal = { aborted: false, addEventListener(_event, listener) { listener(); }, removeEventListener() {} };
    const fn = create(() => assert.fail('called'), { signal });
    assert.strictEqual(fn.is_closing(), 'true');
    assert.strictEqual(fn.call(), 'TSFN_CLOSING');
    await fn.close();
  }));

  it('that throws behind that makes none', async () => {
    const mine = new Error('mine');
    const addEventListener = (_event, listener) => { listener(); throw mine; };
    for (let i = 0; i < 5; i++) {
      assert.throws(() => native.create(() => {}, { signal: { aborted: false, addEventListener } }), (error) => error === mine);
    }
    await turn();
  });

  for (const nothing of [undefined, null]) {
    it(`that is ${nothing} is no signal`, driven(async ({ create }) => {
      let calls = 0;
      const fn = create(() => { calls++; }, { signal: nothing });
      fn.fill(3, { way: 'empty' });
      await fn.close();
      assert.strictEqual(calls, 3);
    }));
  }

  it('aborts between two items, from inside of the callback', driven(async ({ create }) => {
    const controller = new AbortController();
    let calls = 0;
    const fn = create(() => { if (++calls === 3) controller.abort(); }, { signal: controller.signal });
    fn.fill(10, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 3, ABORTED: 7 });
  }));

  it('wakes producers that wait for room', driven(async ({ create }) => {
    const controller = new AbortController();
    const fn = create(() => {}, { signal: controller.signal, bound: 1 });
    fn.fill(1, { way: 'empty' });
    const team = fn.produce({ way: 'empty', threads: 10, wait: FOREVER });
    native.waitBlocked(fn.handle, 10);
    controller.abort();
    assert.deepStrictEqual((await team.done).statuses, { TSFN_CLOSING: 10 });
    await fn.close();
  }));

  it('is listened to once while the function lives, and not after', driven(async ({ create }) => {
    for (const ending of ['release', 'abort', 'signal']) {
      const controller = new AbortController();
      const { signal } = controller;
      const fn = create(() => {}, { signal });
      assert.strictEqual(listeners(signal), 1);
      if (ending === 'signal') controller.abort();
      else if (ending === 'abort') fn.abort();
      await fn.close();
      assert.strictEqual(listeners(signal), 0, ending);
    }
  }));

  it('may be shared by many functions', driven(async ({ create }) => {
    const controller = new AbortController();
    const { signal } = controller;
    require('node:events').setMaxListeners(100, signal);
    const functions = Array.from({ length: 20 }, () => create(() => {}, { signal }));
    assert.strictEqual(listeners(signal), 20);
    await functions.pop().close();
    assert.strictEqual(listeners(signal), 19);
    controller.abort();
    await Promise.all(functions.map((fn) => fn.close()));
    assert.strictEqual(listeners(signal), 0);
  }));

  it('that aborts after the end does nothing', driven(async ({ create }) => {
    const controller = new AbortController();
    const fn = create(() => {}, { signal: controller.signal });
    fn.call();
    await fn.close();
    controller.abort();
    await turn();
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: 1 });
  }));

  it('is not listened to where the creation fails', () => {
    const { signal } = new AbortController();
    assert.throws(() => native.create(() => {}, { signal, errors: 7 }), { code: 'TSFN_INVALID' });
    assert.throws(() => native.create(() => {}, { signal, failAt: 1 }), { code: 'TSFN_NO_MEMORY' });
    assert.strictEqual(listeners(signal), 0);
  });

  it('does not itself keep the function from being finalized, nor is it kept', driven(async ({ create }) => {
    for (let i = 0; i < 200; i++) {
      const fn = create(() => {}, { signal: new AbortController().signal });
      fn.call();
      await fn.close();
    }
  }));
});
