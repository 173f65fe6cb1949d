// SPDX-License-Identifier: MIT
'use strict';

// The bench addons: the harness (native/harness.h) with one adapter each. One whose
// name begins with BEFORE is that of the tree BENCH_BEFORE.

const path = require('node:path');

const BEFORE = 'before/';
const here = path.join(__dirname, '../..');
const folderIn = (tree) => path.join(tree, 'build', process.env.VARIANT || 'release', 'bench');

// Throws where it was not built for this platform.
function load(library) {
  if (!library.startsWith(BEFORE)) return require(path.join(folderIn(here), `${library}.node`));
  return require(path.join(folderIn(path.resolve(process.env.BENCH_BEFORE)), `${library.slice(BEFORE.length)}.node`));
}

module.exports = { BEFORE, load };
