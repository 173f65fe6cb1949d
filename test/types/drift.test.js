// SPDX-License-Identifier: MIT
'use strict';

// Each committed .d.ts file of an addon that make builds is what the addon says of
// itself. Where a test fails its message has the command that renews the file; run it
// in the folder that the test names.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { addon, example, root } = require('../support/build');
const { runFile } = require('../support/child');
const { lacking } = require('../support/example');
const { skip } = require('../support/skip');

const PROGRAM = path.join(root, 'cli', 'libtsfn.js');

async function assertNoDrift(folder, file, types) {
  const args = ['types', path.relative(folder, file), '--check', types];
  const { code, stderr } = await runFile(PROGRAM, args, { cwd: folder });
  assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: '' });
}

describe('the committed types are those of the addon:', function () {
  this.timeout(60000);

  const examples = fs.readdirSync(path.join(root, 'examples')).filter((name) =>
    fs.existsSync(path.join(root, 'examples', name, 'binding.gyp')));

  for (const name of examples) {
    it(`examples/${name}`, function () {
      const missing = lacking(name);
      if (missing) skip(this, missing);
      const folder = path.join(root, 'examples', name);
      return assertNoDrift(folder, path.join(example(name), 'build', 'Release', 'addon.node'), 'addon.d.ts');
    });
  }

  it('test/export', () =>
    assertNoDrift(root, addon('exports', 'export'), path.join('test', 'export', 'exports.d.ts')));

  it('test/export, of arguments by name', () =>
    assertNoDrift(root, addon('named', 'export'), path.join('test', 'export', 'named.d.ts')));
});
