// SPDX-License-Identifier: MIT
'use strict';

// What each addon that make built shows to the process. How large they may be is
// in sizes.test.js.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root, build } = require('../support/build');
const { skip } = require('../support/skip');
const { exportedSymbols, has } = require('./consumer');

function listAddons(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.node') && entry.isFile())
    .map((entry) => path.join(entry.parentPath || entry.path, entry.name));
}

function listExamples() {
  return fs.readdirSync(path.join(root, 'examples'))
    .map((name) => path.join(root, 'examples', name, 'build', 'Release', 'addon.node'))
    .filter((file) => fs.existsSync(file));
}

describe('each built addon', function () {
  const addons = [...listAddons(path.join(build, 'test')), ...listExamples()];

  before(function () {
    if (process.platform !== 'linux') skip(this, 'nm -D reads ELF files');
    if (!has('nm')) skip(this, 'nm is not installed');
  });

  it('was built', () => assert.notStrictEqual(addons.length, 0));

  for (const addon of addons) {
    it(`${path.relative(root, addon)} exports the registration of Node-API only`, () => {
      // In C++ the standard library's templates are seen, whatever the flags are.
      const allowed = /^(napi_register_module_v\d+|node_api_module_get_api_version_v\d+|_ZT?[A-Z]*N?K?St\w+)$/;
      assert.deepStrictEqual(exportedSymbols(addon).filter((name) => !allowed.test(name)), []);
    });
  }
});
