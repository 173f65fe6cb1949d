// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { runFile, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const {
  FIXTURE, createConsumer, exportedSymbols, gypMissing, has, nodeGyp, removeConsumer,
} = require('./consumer');

const FILES = ['addon.c', 'binding.gyp', 'check.js'];

describe('an addon built by node-gyp from the npm package', function () {
  this.timeout(300000);
  let folder, addon;

  before(function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
    folder = createConsumer(FILES);
    addon = nodeGyp(folder);
  });

  after(() => folder && removeConsumer(folder));

  it('delivers to JavaScript', async () => {
    const result = await runFile(path.join(folder, 'check.js'), [addon]);
    assert.match(result.stdout, /^ok \d+\.\d+\.\d+$/m, say(result));
    assert.strictEqual(result.code, 0);
  });

  it('exports the registration symbols of Node-API only', function () {
    if (!has('nm')) skip(this, 'nm is not installed');
    assert.deepStrictEqual(exportedSymbols(addon), [
      'napi_register_module_v1',
      'node_api_module_get_api_version_v1',
    ]);
  });

  it('works in one process with an addon that has another version of libtsfn', async () => {
    const other = createConsumer(FILES);
    try {
      const header = path.join(other, 'node_modules/libtsfn/include/tsfn/version.h');
      const text = fs.readFileSync(header, 'utf8');
      fs.writeFileSync(header, text.replace(/(#define TSFN_VERSION) ".*"/, '$1 "99.0.0"'));
      const second = nodeGyp(other);
      for (const order of [[addon, second], [second, addon]]) {
        const result = await runFile(path.join(FIXTURE, 'check.js'), order);
        assert.match(result.stdout, /^ok /m, say(result));
        assert.match(result.stdout, /99\.0\.0/);
        assert.strictEqual(new Set(result.stdout.trim().split(' ')).size, 3);
      }
    } finally {
      removeConsumer(other);
    }
  });
});
