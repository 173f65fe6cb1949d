// SPDX-License-Identifier: MIT
'use strict';

// The promise of a function's end: its result, and errors of the author's own
// (tsfn/promise.h); TSFN_THROW_ENDS.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { turn, until } = require('../support/turn');

const native = require(addon('endings', 'answer'));

const MINE = { name: 'Error', code: 'E_MINE', message: 'my own words' };

// Each makes a promise of its own: by tsfn_start, and by tsfn_create.
const record = { text: 'a text', number: 5, data: Uint8Array.of(9, 9, 9, 9) };
const makers = { started: 7, created: record, task: record };

for (const [name, result] of Object.entries(makers)) {
  const make = (way, { callback = () => {}, throwEnds = false, signal } = {}) => native[name](callback, way, throwEnds, signal);

  describe(`the promise of a function: ${name}`, () => {
    it('resolves with what a thread has given, the first of two', async () => {
      assert.deepStrictEqual(await make('result'), result);
    });

    it('resolves after every item was delivered', async () => {
      let calls = 0;
      assert.deepStrictEqual(await make('calls', { callback: () => { calls++; } }), result);
      if (name !== 'task') assert.strictEqual(calls, 20);
    });

    it('rejects with a code and a message of the author\'s', async () => {
      await assert.rejects(make('fail'), MINE);
    });

    it('rejects where there is a failure and a result', async () => {
      await assert.rejects(make('both'), MINE);
    });

    it('rejects with a failure that came before the abort', async () => {
      await assert.rejects(make('aborted'), MINE);
    });

    it('rejects with the abort where the failure came after it', async () => {
      await assert.rejects(make('late'), { code: 'TSFN_CLOSING', message: `${name} was aborted` });
    });

    it('rejects with the name, code and message that an ask has heard', async () => {
      await assert.rejects(make('named'), { name: 'RangeError', code: 'E_NAMED', message: 'by name' });
    });

    it('rejects with the reason of the signal', async () => {
      const controller = new AbortController();
      const promise = make('waits', { signal: controller.signal });
      const reason = new Error('enough');
      setImmediate(() => controller.abort(reason));
      await assert.rejects(promise, (err) => err === reason);
    });

    it('rejects also where the signal does not tell its reason', async () => {
      const listeners = [];
      const signal = {
        aborted: false, addEventListener(_type, listener) { listeners.push(listener); }, removeEventListener() {}, get reason() { throw new Error('getter'); },
      };
      const promise = make('waits', { signal });
      signal.aborted = true;
      for (const listener of listeners) listener();
      await assert.rejects(promise, { code: 'TSFN_CLOSING' });
    });

    it('rejects where nobody has given a result', async () => {
      await assert.rejects(make('none'), { code: 'TSFN_DROPPED', message: 'the function has ended without its result' });
    });

    it('rejects with what the callback threw, once, where that ends the function', async () => {
      const reason = { any: 'value' };
      let calls = 0;
      const callback = () => { calls++; throw reason; };
      await assert.rejects(make('calls', { callback, throwEnds: true }), (err) => err === reason);
      assert.strictEqual(calls, 1);
      for (const value of ['text', 5, undefined, null]) {
        const promise = make('calls', { callback: () => { throw value; }, throwEnds: true });
        assert.deepStrictEqual(await promise.catch((err) => ({ err })), { err: value });
      }
    });
  });
}

describe('a task', () => {
  it('rejects at once where it is aborted, and frees a result that comes later', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const before = native.runs();
    const promise = native.task(null, 'holds', false, controller.signal);
    await until(() => native.runs() > before);
    controller.abort(reason);
    await assert.rejects(promise, (err) => err === reason);
    native.letGo();
    await until(() => native.live() === 0);
  });

  it('of a signal that was aborted before starts nothing', async () => {
    const before = native.runs();
    const reason = new Error('before');
    await assert.rejects(native.task(null, 'result', false, AbortSignal.abort(reason)), (err) => err === reason);
    assert.strictEqual(native.runs(), before);
  });

  it('leaves the signal as it was', async () => {
    const { signal } = new AbortController();
    const heard = () => {};
    signal.onabort = heard;
    await native.task(null, 'result', false, signal);
    assert.strictEqual(signal.onabort, heard);
  });

  it('tells its progress, the newest, or to nobody', async () => {
    const numbers = [];
    assert.deepStrictEqual(await native.task((_error, { number }) => { numbers.push(number); }, 'calls', false), record);
    assert.ok(numbers.length >= 1 && numbers.length <= 10, numbers.join());
    assert.deepStrictEqual(await native.task(null, 'calls', false), record);
  });
});

describe('the promise of a function that was started', () => {
  it('rejects with the status of a thread', async () => {
    await assert.rejects(native.started(() => {}, 'status', false), { code: 'TSFN_NO_MEMORY', message: /^thread \d of started: out of memory/ });
  });

  it('resolves with undefined where it has no result', async () => {
    assert.strictEqual(await native.nothing(() => {}, 'calls'), undefined);
    await assert.rejects(native.nothing(() => {}, 'fail'), MINE);
  });
});

describe('what is given again, or late, or to nobody', () => {
  it('is told by a status', async () => {
    assert.deepStrictEqual(native.twice(() => {}), [
      'TSFN_INVALID', 'TSFN_INVALID', 'TSFN_INVALID', 'TSFN_WRONG_TYPE', 'TSFN_OK', 'TSFN_CLOSING', 'TSFN_INVALID', 'TSFN_CLOSING',
      'TSFN_CLOSING',
    ]);
    for (let i = 0; i < 5; i++) await turn();
    assert.deepStrictEqual(native.afterwards(), ['TSFN_CLOSING', 'TSFN_CLOSING']);
  });

  it('is freed', async () => {
    await until(() => native.live() === 0);
  });
});
