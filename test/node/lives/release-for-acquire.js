// SPDX-License-Identifier: MIT
'use strict';

// The lives of release-for-acquire.test.js: see test/support/lives.js.

const { create } = require('../../support/driver');

exports.keptMemory = async () => {
  const fn = create(() => {}, { name: 'gone' });
  await fn.close();
  console.log(fn.report().allocations - fn.report().releases);
};

exports.releasedTooOften = async () => {
  const fn = create(() => {}, { name: 'gone too often' });
  await fn.close();
  console.log(fn.op('release'), fn.onThread('release'));
};
