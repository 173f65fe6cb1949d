// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { FOREVER, driven, native, turn } = require('../support/driver');

const calls = ['call', 'call_many', 'call_with', 'call_error', 'call_pointer'];

// The answers while it is open, and from the moment that it closes. Release
// comes last: the test holds a use until then.
const whileOpen = {
  ...Object.fromEntries(calls.map((name) => [name, 'TSFN_OK'])),
  acquire: 'TSFN_OK',
  ref: 'TSFN_OK',
  unref: 'TSFN_OK',
  context: 'the context',
  stats: 'TSFN_OK',
  is_closing: 'false',
};
const whileClosing = {
  ...Object.fromEntries(calls.map((name) => [name, 'TSFN_CLOSING'])),
  acquire: 'TSFN_CLOSING',
  ref: 'TSFN_OK',
  unref: 'TSFN_OK',
  context: 'the context',
  stats: 'TSFN_OK',
  is_closing: 'true',
  abort: 'TSFN_OK',
};

function answersOf(fn, how, expected) {
  const answers = {};
  for (const name of Object.keys(expected)) answers[name] = fn[how](name);
  if (answers.acquire === 'TSFN_OK') fn.op('release');
  return answers;
}

function ask(fn, expected) {
  for (const how of ['op', 'onThread']) {
    assert.deepStrictEqual(answersOf(fn, how, expected), expected, how);
  }
}

describe('contract 3: safe in every state', () => {
  it('every call is answered while the function is open', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js' });
    ask(fn, whileOpen);
    await fn.drained();
    ask(fn, whileOpen);
    await fn.close();
  }));

  it('every call is answered between abort and finalize', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js' });
    fn.fill(5);
    fn.abort();
    ask(fn, whileClosing);
    assert.strictEqual(fn.report().finalized, 0);
    await fn.close();
  }));

  it('every call is answered after finalize, to whoever holds a use', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js' });
    fn.abort();
    await fn.ended();
    ask(fn, whileClosing);
    await turn();
    ask(fn, whileClosing);
    assert.strictEqual(fn.onThread('release'), 'TSFN_OK');
    assert.strictEqual(fn.report().freedContext, 1);
  }));

  it('every call is answered inside of the finalizer', driven(async ({ create }) => {
    for (const ending of ['abort', 'release']) {
      let asked = 0;
      const fn = create(() => {}, {
        kind: 'call_js',
        onFinalize() {
          ask(fn, whileClosing);
          asked++;
        },
      });
      fn.op(ending);
      await fn.ended();
      assert.strictEqual(asked, 1);
      if (ending === 'abort') assert.strictEqual(fn.release(), 'TSFN_OK');
    }
  }));

  it('every call is answered inside of the callback', driven(async ({ create }) => {
    let step = 0;
    const fn = create((producer, sequence) => {
      if (producer !== 9) return;
      if (sequence === 0) ask(fn, whileOpen);
      if (sequence === 0) fn.abort();
      ask(fn, whileClosing);
      step++;
    }, { kind: 'call_js' });
    fn.fill(5, { producer: 9 });
    await fn.ended();
    assert.strictEqual(step, 1);
    assert.strictEqual(fn.release(), 'TSFN_OK');
  }));

  it('release to zero lets what was called before arrive', driven(async ({ create }) => {
    let count = 0;
    const fn = create(() => { count++; }, {});
    fn.fill(1000, { way: 'empty' });
    await fn.close();
    assert.strictEqual(count, 1000);
  }));

  it('abort may come any number of times, from anywhere', driven(async ({ create }) => {
    const fn = create(() => {}, { uses: 2 });
    fn.fill(3, { way: 'empty' });
    for (let i = 0; i < 3; i++) {
      assert.strictEqual(fn.abort(), 'TSFN_OK');
      assert.strictEqual(fn.onThread('abort'), 'TSFN_OK');
    }
    await fn.ended();
    assert.strictEqual(fn.abort(), 'TSFN_OK');
    assert.strictEqual(fn.onThread('release'), 'TSFN_OK');
    assert.strictEqual(fn.abort(), 'TSFN_OK');
    assert.strictEqual(fn.release(), 'TSFN_OK');
    assert.strictEqual(fn.report().finalized, 1);
  }));

  it('abort after the last release aborts what is still queued', driven(async ({ create }) => {
    const fn = create(() => assert.fail('called'), { uses: 2 });
    fn.fill(3, { way: 'empty' });
    fn.release();
    fn.abort();
    fn.release();
    await fn.ended();
    assert.deepStrictEqual(fn.report().completed, { ABORTED: 3 });
  }));

  it('abort races with 8 threads that call, acquire and release', driven(async ({ create }) => {
    for (let round = 0; round < 50; round++) {
      const latch = native.latch();
      let count = 0;
      const fn = create(() => { if (++count === round * 7) fn.abort(); }, { bound: 1 + (round % 5) });
      const plan = { way: 'empty', threads: 8, count: 1000, wait: FOREVER, latch, persists: round % 2 === 0 };
      const team = fn.produce(plan);
      native.openLatch(latch);
      if (round === 0) fn.abort();
      const { released } = await team.done;
      assert.strictEqual(released, 8);
      fn.onThread('abort');
      await fn.close();
    }
  }));

  it('the last release races with calls of the others', driven(async ({ create }) => {
    for (let round = 0; round < 50; round++) {
      const latch = native.latch();
      const fn = create(() => {}, {});
      const team = fn.produce({ way: 'empty', threads: 8, count: round * 10, latch });
      native.openLatch(latch);
      fn.release();
      const { accepted } = await team.done;
      await fn.ended();
      assert.strictEqual(accepted, 8 * round * 10);
      assert.deepStrictEqual(fn.report().completed.DELIVERED ?? 0, accepted);
    }
  }));

  it('a function can be made and ended inside of a callback', driven(async ({ create }) => {
    let inner;
    const outer = create(() => {
      inner = create(() => {}, {});
      inner.call();
      inner.release();
    }, {});
    outer.call();
    await outer.close();
    await inner.ended();
    assert.deepStrictEqual(inner.report().completed, { DELIVERED: 1 });
  }));

  it('a thousand functions come and go', driven(async ({ create }) => {
    const functions = Array.from({ length: 1000 }, (_, index) =>
      create(() => {}, { kind: 'call_js', bound: index % 3 }));
    functions.forEach((fn, index) => {
      fn.call();
      if (index % 2 === 0) fn.abort();
    });
    await Promise.all(functions.map((fn) => fn.close()));
  }));
});
