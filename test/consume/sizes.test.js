// SPDX-License-Identifier: MIT
'use strict';

// What a feature costs the addon that uses it, and that it costs the others
// nothing. docs/sizes.md says how to read it, tools/sizes.js prints it.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { runCode, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const { gypMissing, removeConsumer } = require('./consumer');
const {
  addonOf, budgetsMissing, createSizes, features, measure, readTable, sizesMissing,
} = require('./sizes');

// A part of the library that no addon here names; it names others itself.
const UNNAMED = {
  'src/unnamed/unnamed.c': `#include "tsfn.h"
tsfn_status tsfn__unnamed(napi_env env, tsfn_function **out);
const char tsfn__unnamed_text[4096] = "a feature of which nobody knows";
tsfn_status
tsfn__unnamed(napi_env env, tsfn_function **out) {
  return tsfn_create(env, NULL, NULL, out);
}
`,
};

// All that is loaded of an addon, without the number that names the build.
function imageOf(folder, name) {
  const image = path.join(folder, `${name}.image`);
  execFileSync('objcopy', ['-O', 'binary', '-R', '.note.gnu.build-id', addonOf(folder, name), image]);
  return fs.readFileSync(image);
}

describe('the size of an addon, by what it uses, built by node-gyp', function () {
  this.timeout(300000);
  const table = readTable();
  const found = {};
  let folder;

  before(function () {
    const missing = gypMissing() || sizesMissing();
    if (missing) skip(this, missing);
    folder = createSizes();
    for (const name of features) found[name] = measure(folder, name);
  });

  after(() => folder && removeConsumer(folder));

  it('has a budget for each feature, and no other', () => {
    assert.deepStrictEqual(Object.keys(table).sort(), features);
  });

  for (const name of features) {
    it(`${name}: it works`, async () => {
      const code = `
        const { start } = require(process.argv[1]);
        start((...args) => console.log('called'), new AbortController().signal);`;
      const result = await runCode(code, [addonOf(folder, name)]);
      assert.strictEqual(result.stdout, 'called\n', say(result));
      assert.strictEqual(result.code, 0, say(result));
    });

    it(`${name}: it keeps its budget`, function () {
      const missing = budgetsMissing();
      if (missing) skip(this, missing);
      const { bytes } = found[name];
      assert.ok(bytes <= table[name].bytes, `${bytes} bytes, of ${table[name].bytes}: see make sizes`);
    });

    it(`${name}: it has the objects of the library that the table says`, () => {
      assert.deepStrictEqual([...found[name].objects.keys()], table[name].objects);
    });
  }

  describe('with a feature in the library that it does not name', () => {
    let other;
    before(() => { other = createSizes(UNNAMED); });
    after(() => other && removeConsumer(other));

    it('is built with that feature in the archive', () => {
      const archive = path.join(other, 'build/Release/obj.target/node_modules/libtsfn/tsfn.a');
      const members = execFileSync('ar', ['t', archive], { encoding: 'utf8' });
      assert.match(members, /\bunnamed\.o$/m);
    });

    for (const name of features) {
      it(`${name}: no byte of it changes`, () => {
        const [before, after] = [imageOf(folder, name), imageOf(other, name)];
        assert.ok(before.length >= found[name].bytes, `${before.length} bytes are no image`);
        assert.ok(before.equals(after), 'the image is another');
      });
    }
  });
});
