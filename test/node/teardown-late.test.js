// SPDX-License-Identifier: MIT
'use strict';

// Contracts 3 and 6: what an author may do while an environment goes down, in
// cleanup hooks and in finalizers, is answered, and does not hang.

const { reasons: { RUNS_ON } } = require('../support/host');
const { suite } = require('./teardown/suite');

suite('teardown: late', require.resolve('./teardown/late.js'), { lacks: { deno: RUNS_ON } });
