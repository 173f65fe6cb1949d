// SPDX-License-Identifier: MIT
'use strict';

// Contract 3: the module that contains libtsfn stays in memory.

const { suite } = require('./teardown/suite');

suite('teardown: pin: the image', require.resolve('./teardown/pin.js'));
