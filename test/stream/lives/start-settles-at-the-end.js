// SPDX-License-Identifier: MIT
'use strict';

// The lives of start-settles-at-the-end.test.js: see test/support/lives.js.

const { native, start } = require('../../support/driver');

exports.isAliveUntilSettled = () => {
  const latch = native.latch();
  start(() => console.log('item'), { kind: 'call_js', threads: 2 }, { count: 1, latch })
    .promise.then(() => console.log('settled'));
  setTimeout(() => {
    console.log('alive');
    native.openLatch(latch);
  }, 20).unref();
};

exports.nobodyHandles = () => {
  start(() => {
    console.log('item');
    throw new Error("the callback's");
  }, { kind: 'call_js' }, { count: 1 }).promise.finally(() => console.log('settled'));
};
