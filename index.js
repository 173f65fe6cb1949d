// SPDX-License-Identifier: MIT
'use strict';

// What a build needs to know. Nothing is printed and nothing is loaded.
//
// Paths are relative to the current folder, which for gyp is the folder of the
// file that asks: so they fit in a .gyp file as they are, also where the
// absolute path has a space in it.

const fs = require('node:fs');
const path = require('node:path');
const { version } = require('./package.json');

const here = (...parts) =>
  path.relative('.', path.join(__dirname, ...parts)).replace(/\\/g, '/') || '.';

// Every .c file in a folder of src/: the one list of what the library is. The
// drop-in layer is a library of its own, on top of it.
const DROPIN = 'dropin';

function listSources(isWanted) {
  const layers = fs.readdirSync(path.join(__dirname, 'src')).sort();
  return layers.filter(isWanted).flatMap((layer) =>
    fs
      .readdirSync(path.join(__dirname, 'src', layer))
      .filter((file) => file.endsWith('.c'))
      .sort()
      .map((file) => here('src', layer, file)),
  );
}

module.exports = {
  // For "include_dirs".
  include_dir: here('include'),
  // For "dependencies": the gyp file; its targets are `tsfn` and, for code that
  // is written against the host's own functions, `tsfn_dropin`.
  targets: here('tsfn.gyp'),
  // For find_package(libtsfn CONFIG): libtsfn_DIR.
  cmake_dir: here('cmake'),
  // For a build of your own.
  get sources() {
    return listSources((layer) => layer !== DROPIN);
  },
  get dropin_sources() {
    return listSources((layer) => layer === DROPIN);
  },
  version,
};
