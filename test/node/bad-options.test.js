// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { driven, native, turn } = require('../support/driver');

const callback = () => {};

// [what is wrong, callback, options, what the message names]
const wrong = [
  ['no callback and no call_js', null, {}, /callback is NULL/],
  ['no callback with convert', null, { kind: 'convert' }, /callback is NULL/],
  ['no callback with a record', null, { kind: 'record' }, /callback is NULL/],
  ['a number as callback', 5, {}, /callback is not a function/],
  ['an object as callback', {}, { kind: 'call_js' }, /callback is not a function/],
  ['a text as callback', 'callback', {}, /callback is not a function/],
  ['convert and call_js', callback, { kind: 'convert call_js' }, /record, convert and call_js/],
  ['record and call_js', callback, { kind: 'record call_js' }, /record, convert and call_js/],
  ['all three', callback, { kind: 'record convert call_js' }, /record, convert and call_js/],
  ['an item size alone', callback, { itemSize: 8 }, /item_size/],
  ['an item size with a record', callback, { kind: 'record', itemSize: 8 }, /item_size/],
  ['an item size beyond memory', callback, { kind: 'convert', itemSize: 2 ** 60 }, /item_size/],
  ['a bound beyond memory', callback, { bound: 2 ** 50 }, /max_queue_size/],
  ['a stack beyond memory', callback, { stackSize: 2 ** 63 }, /stack_size/],
  ['too many uses', callback, { uses: 2 ** 28 }, /uses/],
  ['an unknown error strategy', callback, { errors: 2 }, /errors/],
  ['an unknown microtask policy', callback, { microtasks: 2 }, /microtasks/],
  ['an unknown passing', callback, { passing: 2 ** 31 }, /passing/],
  ['a number as on_error', callback, { onError: 5 }, /on_error/],
  ['null as on_error', callback, { onError: null }, /on_error/],
  ['a text as resource', callback, { resource: 'resource' }, /resource/],
  ['null as resource', callback, { resource: null }, /resource/],
  ['a number as signal', callback, { signal: 5 }, /signal/],
  ['an object without aborted as signal', callback, { signal: {} }, /signal/],
  ['an object that cannot listen as signal', callback, { signal: { aborted: false } }, /signal/],
  ['a signal whose addEventListener is no function', callback, {
    signal: { aborted: false, addEventListener: 1 },
  }, /signal/],
];

// What create threw; all that it had made was given back. `ends`: how often
// finalize and free_context ran, which tsfn_start promises and tsfn_create not.
function thrownBy(make, ends = 0) {
  try {
    make();
  } catch (error) {
    if (error.driver) {
      const { allocations, releases, finalized, freedContext, badReleases } = native.report(error.driver);
      assert.deepStrictEqual([finalized, freedContext, badReleases], [ends, ends, 0]);
      assert.strictEqual(allocations, releases);
    }
    return error;
  }
  return assert.fail('it did not throw');
}

describe('bad input: tsfn_create', () => {
  for (const [what, given, options, names] of wrong) {
    it(`${what}: a TypeError that says so`, () => {
      const error = thrownBy(() => native.create(given, { ...options, name: 'mine' }));
      assert(error instanceof TypeError);
      assert.strictEqual(error.code, 'TSFN_INVALID');
      assert.match(error.message, names);
      assert.match(error.message, /^mine: /);
    });

    if (options.uses) continue; // tsfn_start does not look at them

    it(`tsfn_start, ${what}: the same, and its data is given back once`, () => {
      const error = thrownBy(() => native.start(given, options, { count: 0 }), 1);
      assert(error instanceof TypeError);
      assert.strictEqual(error.code, 'TSFN_INVALID');
      assert.match(error.message, names);
    });
  }

  it('a function without a name is called libtsfn, and a long name is cut', () => {
    assert.match(thrownBy(() => native.create(5, {})).message, /^libtsfn: callback is not a function$/);
    const { message } = thrownBy(() => native.create(5, { name: 'long'.repeat(100) }));
    assert.strictEqual(message, `${'long'.repeat(20)}: callback is not a function`);
  });

  it('a signal whose getter throws: that exception', () => {
    const mine = new Error('mine');
    const signal = { get aborted() { throw mine; } };
    assert.strictEqual(thrownBy(() => native.create(callback, { signal })), mine);
    const other = { aborted: false, addEventListener() { throw mine; } };
    assert.strictEqual(thrownBy(() => native.create(callback, { signal: other })), mine);
  });

  it('no env: TSFN_INVALID, nothing thrown', () => {
    assert.strictEqual(native.createBadly(callback, 'env NULL'), 'TSFN_INVALID');
    assert.strictEqual(native.createBadly(callback, 'start env NULL'), 'TSFN_INVALID');
  });

  it('nowhere to put the function: a TypeError that says so', () => {
    assert.throws(() => native.createBadly(callback, 'out NULL'), {
      name: 'TypeError',
      code: 'TSFN_INVALID',
      message: /out is NULL/,
    });
  });

  it('with an exception pending: that one stays', () => {
    assert.throws(() => native.createBadly(callback, 'pending'), { code: 'EARLIER' });
  });

  it('on another thread: TSFN_WRONG_THREAD, nothing thrown, whatever else is wrong', driven(async ({ create }) => {
    const fn = create(callback, {}); // its environment is known from here on
    const cases = [
      [callback, {}],
      [null, { kind: 'call_js' }],
      [null, {}],
      [5, {}],
      [callback, { errors: 7 }],
    ];
    for (const [given, options] of cases) {
      assert.strictEqual(native.createElsewhere(given, options), 'TSFN_WRONG_THREAD');
      assert.strictEqual(native.createElsewhere(given, options, 'start'), 'TSFN_WRONG_THREAD');
    }
    await fn.close();
  }));

  it('after a failure a good call works, and the failed one left no trace', driven(async ({ create }) => {
    for (const [, given, options] of wrong) thrownBy(() => native.create(given, options));
    let calls = 0;
    const fn = create(() => { calls++; }, {});
    fn.call();
    await fn.close();
    await turn();
    assert.strictEqual(calls, 1);
  }));

  it('the largest that is allowed is allowed', driven(async ({ create }) => {
    // More slots than any memory has, with 64 bits and with 32.
    const bound = ['arm', 'ia32'].includes(process.arch) ? 2 ** 24 : 2 ** 48;
    const fn = create(callback, { bound, uses: 2 ** 28 - 1 });
    assert.strictEqual(fn.acquire(), 'TSFN_INVALID');
    assert.strictEqual(fn.release(), 'TSFN_OK');
    assert.strictEqual(fn.acquire(), 'TSFN_OK');
    for (let i = 0; i < 1000; i++) fn.release();
    assert.strictEqual(fn.stats().uses, 2 ** 28 - 1001);
    fn.abort();
    await fn.ended();
    assert.strictEqual(fn.report().freedContext, 0);
    fn.check = () => {}; // nobody will give so many back
  }));
});
