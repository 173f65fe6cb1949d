// SPDX-License-Identifier: MIT
'use strict';

// Arguments by name (tsfn/export.h): an object whose properties are arguments.

const assert = require('node:assert');
const { addon } = require('../support/build');

const native = require(addon('named', 'export'));

const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const NOTHING = ['0 0 0 0 0 0', null, null, null, null];
const read = (options) => native.read_some({ path: 'a', range: { first: 1 }, done: () => {}, ...options });

describe('arguments by name', () => {
  it('arrive as each argument does', () => {
    const progress = () => {};
    const { signal } = new AbortController();
    const all = { limit: 5, name: 'x', folders: ['a', 'b'], paint: 'green', owner: native.make(), progress, signal };
    assert.deepStrictEqual(native.find('p', all), ['1 5 1 2 1 1', 'x', progress, signal, 'an owner']);
  });

  it('may be missing, each or all of them, and others are not looked at', () => {
    for (const missing of [[], [undefined], [null], [{}], [{ limit: undefined, name: null, other: 5 }]]) {
      assert.deepStrictEqual(native.find('p', ...missing), NOTHING);
    }
  });

  it('are undefined where they are missing, whatever Object.prototype has', () => {
    Object.defineProperty(Object.prototype, 'limit', { configurable: true, get() { throw new Error('read'); } });
    try {
      assert.deepStrictEqual([native.find('p'), native.find('p', null)], [NOTHING, NOTHING]);
    } finally {
      delete Object.prototype.limit;
    }
  });

  it('are read many times, and stay what they were', () => {
    const seen = [];
    for (let i = 0; i < 100; i++) {
      const progress = () => i;
      seen.push(native.find('p', { limit: i, progress })[2]() === i);
    }
    assert.deepStrictEqual(seen, Array(100).fill(true));
  });

  const wrong = [
    ['find: options: expected an object, got 5', () => native.find('p', 5)],
    ['find: options: expected an object, or null, got a function', () => native.find('p', () => {})],
    ['find: options: expected an object, or null, got an Array', () => native.find('p', [])],
    ["find: options.limit: expected an integer from 0 to 4294967295, got 'x'", () => native.find('p', { limit: 'x' })],
    ['find: options.progress: expected a function, or null, got 5', () => native.find('p', { progress: 5 })],
    ['find: options.signal: expected an AbortSignal, or null, got an object', () => native.find('p', { signal: {} })],
    ['find: options.owner: expected an object of type token, or null, got an object', () => native.find('p', { owner: {} })],
    ['find: options.folders[1]: expected a string without NUL, got 5', () => native.find('p', { folders: ['a', 5] })],
    ['read_some: options.path: expected a string without NUL, got undefined', () => native.read_some()],
    ['read_some: options.done: expected a function, got null', () => read({ done: null })],
    ['read_some: options.range.first: expected an integer from 0 to 4294967295, got undefined', () => read({ range: null })],
  ];
  for (const [message, attempt] of wrong) {
    it(`are refused: ${message}`, () => { assert.throws(attempt, { ...TYPE, message }); });
  }

  it('throw what a getter throws', () => {
    assert.throws(() => native.find('p', { get limit() { throw new RangeError('mine'); } }), { name: 'RangeError', message: 'mine' });
  });

  it('count as one argument where one of them must be there', () => {
    assert.deepStrictEqual([native.find.length, native.read_some.length, native.call.length], [1, 1, 2]);
  });

  it('may be in each other', () => {
    assert.strictEqual(read({ range: { first: 2, last: 3 } }), 'a 2 3');
  });

  it('tell how a callback is called', () => {
    assert.strictEqual(native.told(), 'find 1 1 1 1, read_some 1 1 1 1');
  });

  it('bring a callback and a signal', async () => {
    const seen = [];
    await native.call(3, { each: ({ line }) => { seen.push(line); } });
    assert.deepStrictEqual(seen, [0, 1, 2]);
    const signal = AbortSignal.abort(new Error('mine'));
    await assert.rejects(native.call(3, { each: () => {}, signal }), { message: 'mine' });
  });
});
