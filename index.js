// SPDX-License-Identifier: MIT
'use strict';

// What a build needs to know. Nothing is printed and nothing is loaded. Each name
// has a line `exports.NAME =`, by which Node finds it for `import { NAME }`.
//
// Paths but `dir` are relative to the current folder, which for gyp is the folder
// of the file that asks: so they fit in a .gyp file as they are, also where the
// absolute path has a space in it.

const fs = require('node:fs');
const path = require('node:path');

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

// Where the package is: an absolute path, whatever the current folder is.
exports.dir = __dirname;
// For "include_dirs".
exports.include_dir = here('include');
// For "dependencies": the gyp file; its targets are `tsfn` and, for code that is
// written against the host's own functions, `tsfn_dropin`.
exports.targets = here('tsfn.gyp');
// For find_package(libtsfn CONFIG): libtsfn_DIR.
exports.cmake_dir = here('cmake');
// For a build of your own.
exports.sources = listSources((layer) => layer !== DROPIN);
exports.dropin_sources = listSources((layer) => layer === DROPIN);
exports.version = require('./package.json').version;
