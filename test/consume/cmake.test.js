// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { root } = require('../support/build');
const { runFile, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const {
  createConsumer, exportedSymbols, has, nodePrefix, removeConsumer, run,
} = require('./consumer');

const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');

// Builds the fixture with CMake; answers the addon's path.
function build(folder, ...flags) {
  run('cmake', ['-S', '.', '-B', 'out', '-DCMAKE_BUILD_TYPE=Release', ...flags], folder);
  run('cmake', ['--build', 'out'], folder);
  return path.join(folder, 'out', 'addon.node');
}

describe('an addon built by CMake from the npm package', function () {
  this.timeout(300000);

  before(function () {
    if (!has('cmake')) skip(this, 'cmake is not installed');
  });

  const ways = {
    'add_subdirectory': [`-DTSFN_NODE_API_INCLUDE_DIR=${HEADERS}`],
    'find_package': [
      `-DTSFN_NODE_API_INCLUDE_DIR=${HEADERS}`,
      '-DUSE_FIND_PACKAGE=ON',
      '-Dlibtsfn_DIR=node_modules/libtsfn/cmake',
    ],
  };
  for (const [way, flags] of Object.entries(ways)) {
    it(`delivers to JavaScript and exports nothing of ours, by ${way}`, async () => {
      const folder = createConsumer(['addon.c', 'CMakeLists.txt', 'check.js']);
      try {
        const addon = build(folder, ...flags);
        const result = await runFile(path.join(folder, 'check.js'), [addon]);
        assert.match(result.stdout, /^ok /m, say(result));
        assert.deepStrictEqual(exportedSymbols(addon), [
          'napi_register_module_v1',
          'node_api_module_get_api_version_v1',
        ]);
      } finally {
        removeConsumer(folder);
      }
    });
  }

  it("finds the host's own headers by itself", function () {
    if (!nodePrefix()) skip(this, "Node's headers are not installed: run make hosts once");
    const folder = createConsumer(['addon.c', 'CMakeLists.txt']);
    try {
      const env = { PATH: `${nodePrefix()}/bin:${process.env.PATH}` };
      run('cmake', ['-S', '.', '-B', 'out'], folder, env);
    } finally {
      removeConsumer(folder);
    }
  });

  it('says what to do where node_api.h is not found', () => {
    const folder = createConsumer(['addon.c', 'CMakeLists.txt']);
    try {
      assert.throws(
        () => run('cmake', ['-S', '.', '-B', 'out', '-DTSFN_NODE_API_INCLUDE_DIR=/nowhere'], folder),
        /set TSFN_NODE_API_INCLUDE_DIR/,
      );
    } finally {
      removeConsumer(folder);
    }
  });
});
