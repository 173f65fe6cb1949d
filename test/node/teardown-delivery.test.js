// SPDX-License-Identifier: MIT
'use strict';

// Contracts 1 and 3: a worker that is terminated in mid-batch.

const { reasons: { RUNS_ON } } = require('../support/host');
const { suite } = require('./teardown/suite');

suite('teardown: delivery modes', require.resolve('./teardown/delivery-ends.js'), { lacks: { deno: RUNS_ON } });
