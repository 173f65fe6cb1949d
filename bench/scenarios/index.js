// SPDX-License-Identifier: MIT
'use strict';

// In the order of the report.

module.exports = [
  ...require('./each'),
  ...require('./call-js'),
  ...require('./dropin'),
  ...require('./bounded'),
  ...require('./latency'),
  ...require('./resources'),
  ...require('./payloads'),
  ...require('./strings'),
  ...require('./records'),
  ...require('./answers'),
];
