// SPDX-License-Identifier: MIT
'use strict';

// Contracts 2, 3 and 5: native threads that outlive the worker whose function
// they hold.

const { reasons: { SOONER } } = require('../support/host');
const { suite } = require('./teardown/suite');

suite('teardown: after exit', require.resolve('./teardown/after-exit.js'), { lacks: { deno: SOONER } });
