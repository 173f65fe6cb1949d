// SPDX-License-Identifier: MIT
'use strict';

// The lives of async-context.test.js: see test/support/lives.js.

const { AsyncLocalStorage } = require('node:async_hooks');
const { create, turn, uncaught } = require('../../support/driver');

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
