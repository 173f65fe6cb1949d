// SPDX-License-Identifier: MIT
'use strict';

// The lives of process-exits.test.js: see test/support/lives.js.

const { FOREVER, create, native, turn } = require('../../support/driver');

exports.referenced = () => {
  const fn = create(() => {}, { prints: true });
  setTimeout(() => {
    console.log('alive');
    fn.release();
  }, 20).unref();
};

exports.usedByThread = () => {
  const fn = create(() => console.log('called'), {});
  const latch = native.latch();
  fn.produce({ way: 'empty', count: 1, latch, quiet: true });
  fn.release();
  setTimeout(() => {
    console.log('alive');
    native.openLatch(latch);
  }, 20).unref();
};

exports.weak = () => {
  create(() => {}, { weak: true });
  process.on('beforeExit', () => console.log('nothing left to do'));
  setTimeout(() => console.log('alive'), 600000).unref();
};

exports.weakWithThreads = () => {
  const fn = create(() => console.log('called'), { weak: true });
  const latch = native.latch();
  fn.produce({ way: 'empty', threads: 3, count: 1, latch, quiet: true });
  native.arrivedAt(latch, 3);
};

exports.closed = (how) => {
  const fn = create(() => {}, { uses: how === 'abort' ? 5 : 1, onFinalize: () => console.log('finalized') });
  const latch = native.latch();
  if (how === 'abort') fn.produce({ way: 'empty', threads: 3, latch, quiet: true });
  fn.op(how);
};

exports.undelivered = () => {
  let count = 0;
  const fn = create(() => { count++; }, {
    budgetItems: 100,
    onFinalize: () => console.log(count),
  });
  fn.fill(10000, { way: 'empty' });
  fn.release();
};

exports.refAndUnref = async (way, calls, time) => {
  const fn = create(() => {}, {});
  for (const name of calls) fn[way](name);
  // From another thread it is done at the next drain.
  await turn();
  await turn();
  setTimeout(() => {
    console.log('alive');
    fn.unref();
  }, time).unref();
};

exports.weakWithRef = async (way) => {
  const fn = create(() => {}, { weak: true });
  fn[way]('ref');
  await turn();
  await turn();
  setTimeout(() => {
    console.log('alive');
    fn[way]('unref');
  }, 20).unref();
};

exports.unrefElsewhere = () => {
  const fn = create(() => {}, {});
  fn.onThread('unref');
};

exports.refAfterTheEnd = async () => {
  const fn = create(() => {}, {});
  fn.abort();
  await fn.ended();
  fn.ref();
  fn.onThread('ref');
  console.log('done');
};

exports.severalFunctions = () => {
  const functions = Array.from({ length: 5 }, () => create(() => {}, {}));
  functions[1].unref();
  functions[2].release();
  functions[3].abort();
  functions[0].release();
  setTimeout(() => {
    console.log('alive');
    functions[4].unref();
  }, 20).unref();
};

exports.exitWhileThreadsBlock = () => {
  const fn = create(() => {}, { bound: 1, prints: true });
  fn.fill(1, { way: 'empty' });
  fn.produce({ way: 'empty', threads: 4, count: 10, wait: FOREVER, quiet: true });
  native.waitBlocked(fn.handle, 4);
  process.exit(0);
};

exports.weakWithBlockedThreads = () => {
  const fn = create(() => {}, { bound: 2, weak: true, prints: true });
  fn.fill(2, { way: 'empty' });
  fn.produce({ way: 'empty', threads: 4, count: 1, wait: FOREVER, quiet: true });
  native.waitBlocked(fn.handle, 4);
};
