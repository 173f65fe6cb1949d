// SPDX-License-Identifier: MIT
'use strict';

// The lives of exactly-one-completion.test.js: see test/support/lives.js.

const { create } = require('../../support/driver');

exports.endsWithItemsQueued = (kind) => {
  const fn = create(() => console.log('called'), { kind, weak: true, prints: true });
  fn.fill(30);
  fn.send({ way: 'error' });
  fn.fill(30, { way: 'pointer', producer: 1 });
};
