// SPDX-License-Identifier: MIT
'use strict';

// Contracts 1, 3 and 5, for each way in which a worker ends.

const { suite } = require('./teardown/suite');

suite('teardown: worker', require.resolve('./teardown/worker-ends.js'));
