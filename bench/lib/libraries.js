// SPDX-License-Identifier: MIT
'use strict';

// The bench addons: the harness (native/harness.h) with one adapter each.

const path = require('node:path');

const build = path.join(__dirname, '../../build', process.env.VARIANT || 'release', 'bench');

// Throws where it was not built for this platform.
function load(library) {
  return require(path.join(build, `${library}.node`));
}

module.exports = { load };
