// SPDX-License-Identifier: MIT
'use strict';

// The lives of microtasks.test.js: see test/support/lives.js.

const { create, enums, turn, uncaught } = require('../../support/driver');

exports.rejections = async () => {
  for (const microtasks of Object.values(enums.microtasks)) {
    const errors = await uncaught(async () => {
      const fn = create(async () => { throw new Error('async'); }, { microtasks });
      fn.fill(3, { way: 'empty' });
      await fn.close();
      await turn();
      console.log(JSON.stringify(fn.report().completed));
    });
    console.log(errors.map((error) => error.message).join());
  }
};
