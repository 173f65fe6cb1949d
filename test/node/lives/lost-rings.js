// SPDX-License-Identifier: MIT
'use strict';

// The life of lost-rings.test.js: see test/support/lives.js.

const { addon } = require('../../support/build');
const { ring } = require(addon('rings'));

exports.rings = async (count) => {
  await ring(() => {}, count);
  console.log('all were heard');
};
