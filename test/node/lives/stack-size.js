// SPDX-License-Identifier: MIT
'use strict';

// The lives of stack-size.test.js: see test/support/lives.js.

const { addon } = require('../../support/build');
const { use } = require(addon('stack'));

exports.uses = (way, stackSize, bytes) => {
  try {
    use(() => console.log('used'), way, stackSize, bytes);
  } catch (error) {
    console.log(error.code, error.message);
  }
};
