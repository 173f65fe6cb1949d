// SPDX-License-Identifier: MIT
'use strict';

// Contract 3: the module that contains libtsfn stays in memory.

const fs = require('node:fs');
const { skip } = require('../support/skip');
const { suite } = require('./teardown/suite');

describe('teardown: pin', function () {
  before(function () {
    if (!fs.existsSync('/proc/self/maps')) skip(this, 'it reads /proc');
  });
  suite('the image', require.resolve('./teardown/pin.js'));
});
