// SPDX-License-Identifier: MIT
'use strict';

// Contracts 1, 5, 6 and 7: a callback that ends its own function, or its worker,
// in the middle of a batch.

const { suite } = require('./teardown/suite');

suite('teardown: reentrant', require.resolve('./teardown/reentrant.js'));
