// SPDX-License-Identifier: MIT
'use strict';

// The lives of async-context.test.js: see test/support/lives.js.

const { AsyncLocalStorage } = require('node:async_hooks');
const { PER_CALL, create, turn, uncaught } = require('../../support/driver');

// The host cannot be asked for what tells one context from another.
exports.hidden = async (count) => {
  process.getBuiltinModule = undefined;
  const store = new AsyncLocalStorage();
  const stores = new Set();
  const fn = store.run('birth', () => create(() => {
    stores.add(store.getStore());
    store.enterWith('entered');
  }, { kind: 'record', microtasks: PER_CALL }));
  fn.fill(count, { way: 'record' });
  await fn.close();
  console.log([...stores].join());
};

exports.throwsLater = async (where, microtasks) => {
  const store = new AsyncLocalStorage();
  const stores = [];
  const fail = () => { throw new Error('later'); };
  const later = {
    tick: () => process.nextTick(fail),
    microtask: () => queueMicrotask(fail),
    rejection: () => { Promise.reject(new Error('later')); },
  }[where];
  const errors = await uncaught(async () => {
    const fn = store.run('birth', () => create(() => {
      stores.push(store.getStore());
      if (stores.length % 2 === 0) later();
    }, { microtasks }));
    fn.fill(10, { way: 'empty' });
    await fn.close();
    fn.check();
    await turn();
  });
  console.log(stores.join());
  console.log(errors.length);
};
