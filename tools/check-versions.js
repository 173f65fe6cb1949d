// SPDX-License-Identifier: MIT
'use strict';

// version.h, package.json, package-lock.json and the newest entry of
// CHANGELOG.md say the same version.

const fs = require('node:fs');
const path = require('node:path');
const { main } = require('./source');

function checkVersions(root) {
  const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
  const header = read('include/tsfn/version.h');
  const part = (name) => (header.match(new RegExp(`#define TSFN_VERSION_${name} (\\d+)`)) || [])[1];
  const lock = JSON.parse(read('package-lock.json'));
  const expected = JSON.parse(read('package.json')).version;
  const said = {
    'version.h, MAJOR.MINOR.PATCH': ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.'),
    'version.h, TSFN_VERSION': (header.match(/#define TSFN_VERSION "([^"]*)"/) || [])[1],
    'package-lock.json': lock.version,
    'package-lock.json, packages': lock.packages[''].version,
    'CHANGELOG.md': (read('CHANGELOG.md').match(/^## (\S+)/m) || [])[1],
  };
  return Object.entries(said)
    .filter(([, version]) => version !== expected)
    .map(([where, version]) => `${where}: ${version}, but package.json: ${expected}`);
}

module.exports = { checkVersions };
if (require.main === module) main('versions', checkVersions);
