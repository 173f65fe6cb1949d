// SPDX-License-Identifier: MIT
'use strict';

// The lives of throws.test.js: see test/support/lives.js.

const { AsyncLocalStorage, executionAsyncId } = require('node:async_hooks');
const { create, enums, uncaught } = require('../../support/driver');

exports.tickThrows = async (microtasks) => {
  const handled = [];
  const errors = await uncaught(async () => {
    const fn = create(() => process.nextTick(() => { throw new Error('tick'); }), {
      microtasks,
      onError: (error) => handled.push(error),
    });
    fn.fill(4, { way: 'empty' });
    await fn.close();
    fn.check();
    console.log(JSON.stringify(fn.report().completed));
  });
  console.log(errors.length + handled.length);
};

exports.nobodyHandles = () => {
  const fn = create((producer, sequence) => {
    console.log(sequence);
    if (sequence === 1) throw new Error('nobody catches this');
  }, { kind: 'call_js' });
  fn.fill(5);
};

exports.handlerThrows = () => {
  process.on('uncaughtException', () => { throw new Error('the handler\'s'); });
  const fn = create(() => { throw new Error('the callback\'s'); }, {});
  fn.fill(5, { way: 'empty' });
};

exports.exits = (place) => {
  const exit = () => { console.log('exit'); process.exit(42); };
  if (place === 'uncaughtException') process.on('uncaughtException', exit);
  const fn = create(() => {
    if (place === 'callback') exit();
    throw new Error('mine');
  }, { onError: place === 'onError' ? exit : undefined });
  fn.fill(5, { way: 'empty' });
};

exports.tickThrowsUnderStorage = async () => {
  new AsyncLocalStorage().run(1, () => {});
  process.on('uncaughtException', (error) => console.log(error.message));
  for (const microtasks of Object.values(enums.microtasks)) {
    const fn = create(() => process.nextTick(() => { throw new Error('of a tick'); }), {
      microtasks, onError: () => console.log('not its handler\'s'),
    });
    for (let i = 0; i < 3; i++) {
      fn.fill(1, { way: 'empty', sequence: i });
      await fn.drained();
    }
    await fn.close();
  }
  setTimeout(() => console.log(executionAsyncId() > 0), 1);
};
