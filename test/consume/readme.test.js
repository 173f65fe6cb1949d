// SPDX-License-Identifier: MIT
'use strict';

// What README shows first, word for word: its first blocks of C, JavaScript and
// binding.gyp are a project that builds and runs, and the files of examples/01-hello.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { runFile, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const { createConsumer, gypMissing, nodeGyp, removeConsumer } = require('./consumer');

// The text of the first fenced block that `wanted(language, text)` takes.
function findBlock(markdown, wanted) {
  const blocks = markdown.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm);
  for (const [, language, text] of blocks) {
    if (wanted(language, text)) return text;
  }
  return null;
}

describe('README', function () {
  this.timeout(300000);
  let parts;

  before(() => {
    const markdown = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    parts = {
      'addon.c': findBlock(markdown, (language) => language === 'c'),
      'index.js': findBlock(markdown, (language) => /^(js|javascript)$/.test(language)),
      'binding.gyp': findBlock(markdown, (_, text) => text.includes('target_name')),
    };
  });

  it('its first example is examples/01-hello, but for the lines about a licence and strictness', () => {
    for (const [file, text] of Object.entries(parts)) {
      const example = fs.readFileSync(path.join(root, 'examples', '01-hello', file), 'utf8');
      assert.strictEqual(text, example.replace(/^.*SPDX-License-Identifier.*\n('use strict';\n\n)?/, ''), file);
    }
  });

  it("its first example builds by its binding.gyp and runs", async function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
    const folder = createConsumer([]);
    try {
      for (const [file, text] of Object.entries(parts)) {
        assert.ok(text, `README shows no ${file}`);
        fs.writeFileSync(path.join(folder, file), text);
      }
      nodeGyp(folder);
      const result = await runFile(path.join(folder, 'index.js'), [], { cwd: folder });
      assert.strictEqual(result.code, 0, say(result));
      assert.notStrictEqual(result.stdout.trim(), '', 'it prints nothing');
    } finally {
      removeConsumer(folder);
    }
  });
});
