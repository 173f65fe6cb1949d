// SPDX-License-Identifier: MIT
'use strict';

// Each example, copied out of the repository and built as a reader would build
// it: the package from npm, node-gyp, then `node index.js`.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { runFile, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const { createConsumer, exportedSymbols, gypMissing, nodeGyp, removeConsumer } = require('./consumer');

const EXAMPLES = path.join(root, 'examples');

// What index.js gets where it wants arguments.
const ARGUMENTS = { search: ['tsfn_options', '.'] };

const isPart = (entry) => entry.isFile() && !entry.name.startsWith('.');

function copyExample(name) {
  const from = path.join(EXAMPLES, name);
  const files = fs.readdirSync(from, { withFileTypes: true }).filter(isPart);
  const folder = createConsumer(files.map((file) => file.name), from);
  // Its own dependencies, as make installed them.
  const modules = path.join(from, 'node_modules');
  for (const module of fs.existsSync(modules) ? fs.readdirSync(modules) : []) {
    const to = path.join(folder, 'node_modules', module);
    if (!fs.existsSync(to)) fs.cpSync(path.join(modules, module), to, { recursive: true });
  }
  return folder;
}

describe('each example, built by node-gyp outside the repository', function () {
  this.timeout(300000);

  before(function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
  });

  const names = fs.readdirSync(EXAMPLES).filter((name) =>
    fs.existsSync(path.join(EXAMPLES, name, 'binding.gyp')),
  );
  for (const name of names) {
    it(`${name} runs and exports nothing of ours`, async () => {
      const folder = copyExample(name);
      try {
        const addon = nodeGyp(folder);
        const index = path.join(folder, 'index.js');
        const result = await runFile(index, ARGUMENTS[name], { cwd: folder, timeout: 60000 });
        assert.strictEqual(result.code, 0, say(result));
        assert.notStrictEqual(result.stdout.trim(), '', 'it prints nothing');
        assert.deepStrictEqual(exportedSymbols(addon), [
          'napi_register_module_v1',
          'node_api_module_get_api_version_v1',
        ]);
      } finally {
        removeConsumer(folder);
      }
    });
  }
});
