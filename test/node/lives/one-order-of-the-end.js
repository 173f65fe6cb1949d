// SPDX-License-Identifier: MIT
'use strict';

// The lives of one-order-of-the-end.test.js: see test/support/lives.js.

const { create } = require('../../support/driver');

exports.endsWithItemsQueued = (abort) => {
  const fn = create(() => {}, { kind: 'call_js', weak: true, prints: true });
  fn.fill(5);
  if (abort) process.on('exit', () => fn.abort());
};
