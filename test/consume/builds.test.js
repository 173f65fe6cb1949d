// SPDX-License-Identifier: MIT
'use strict';

// Builds other than node-gyp's and plain CMake's: what index.js answers is enough for
// them. docs/layouts.md shows each.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { describe: say, runProgram } = require('../support/child');
const { skip } = require('../support/skip');
const {
  createConsumer, exportedSymbols, has, layoutTool, nodePrefix, removeConsumer, run,
} = require('./consumer');

const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');
const BUILDS = path.join(__dirname, 'builds');

describe('an addon builds and runs', function () {
  this.timeout(300000);
  let folder;

  beforeEach(() => { folder = createConsumer(['addon.c', 'check.js', 'CMakeLists.txt']); });
  afterEach(() => removeConsumer(folder));

  const use = (...files) => {
    for (const file of files) fs.copyFileSync(path.join(BUILDS, file), path.join(folder, file));
  };

  async function check(addon) {
    const result = await runProgram(process.execPath, [path.join(folder, 'check.js'), path.join(folder, addon)]);
    assert.match(result.stdout, /^ok \d+\.\d+\.\d+$/m, say(result));
    assert.strictEqual(result.code, 0, say(result));
    assert.deepStrictEqual(exportedSymbols(path.join(folder, addon)), [
      'napi_register_module_v1',
      'node_api_module_get_api_version_v1',
    ]);
  }

  it('by a plain Makefile', async () => {
    use('Makefile');
    run('make', ['-j2', `NODE_API=${HEADERS}`], folder);
    await check('addon.node');
  });

  it('by meson', async function () {
    for (const program of ['meson', 'ninja']) if (!has(program)) skip(this, `${program} is not installed`);
    use('meson.build');
    run('meson', ['setup', 'out', `-Dc_args=-isystem ${HEADERS}`], folder);
    run('meson', ['compile', '-C', 'out'], folder);
    await check('out/addon.node');
  });

  // It asks nothing of the network where the headers lie in its folder of the home.
  it('by cmake-js', async function () {
    const tool = layoutTool('cmake-js');
    if (!tool) skip(this, 'cmake-js is not installed: run make layouts once');
    if (!has('cmake')) skip(this, 'cmake is not installed');
    if (!nodePrefix()) skip(this, "Node's headers are not installed: run make hosts once");
    const headers = path.join(folder, '.cmake-js', `node-${process.arch}`, process.version, 'include');
    fs.mkdirSync(headers, { recursive: true });
    fs.cpSync(path.join(nodePrefix(), 'include'), headers, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{"name": "addon", "version": "1.0.0"}');
    run(process.execPath, [tool, 'compile'], folder, { HOME: folder });
    await check('build/Release/addon.node');
  });
});
