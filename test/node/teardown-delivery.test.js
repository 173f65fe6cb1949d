// SPDX-License-Identifier: MIT
'use strict';

// Contracts 1 and 3: a worker that is terminated in mid-batch.

const { suite } = require('./teardown/suite');

suite('teardown: delivery modes', require.resolve('./teardown/delivery-ends.js'));
