// SPDX-License-Identifier: MIT
'use strict';

// The lives of doorbell.test.js: see test/support/lives.js.

const { createHook } = require('node:async_hooks');
const { create, turn } = require('../../support/driver');

exports.backEnd = async () => {
  const types = new Set();
  createHook({ init: (id, type) => types.add(type) }).enable();
  const fn = create(() => {}, { name: 'mine' });
  await fn.close();
  console.log(types.has('mine'), types.has('tsfn'));
};

exports.ownTimers = async () => {
  const own = setImmediate;
  let calls = 0;
  const fn = create(() => { calls++; }, { budgetItems: 10 });
  fn.fill(101, { way: 'empty' });
  globalThis.setImmediate = () => {};
  while (calls < 101) await turn();
  globalThis.setImmediate = own;
  await fn.close();
  console.log(calls);
};
