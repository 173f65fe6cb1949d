// SPDX-License-Identifier: MIT
'use strict';

// Contracts 3 and 5: environments of one process, each with functions of its
// own, end without each other.

const { suite } = require('./teardown/suite');

suite('teardown: many', require.resolve('./teardown/many.js'), {
  timeout: 25000,
});
