// SPDX-License-Identifier: MIT
'use strict';

// One example as its readers run it: its index.js, and its addon, in children.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { example } = require('./build');
const { runCode, runFile, describe: say } = require('./child');

const addonOf = (name) => path.join(example(name), 'build', 'Release', 'addon.node');

// What make has found to be missing for an example that it leaves out, by its name.
const NEEDS = { '09-sqlite': 'sqlite3.h is missing (Debian: libsqlite3-dev)' };

// Why the example is not built, or null.
const lacking = (name) => (name in NEEDS && !fs.existsSync(addonOf(name)) ? NEEDS[name] : null);

// Both fail the test if the child fails or writes to stderr.
function exampleOf(name) {
  const folder = example(name);
  const addon = addonOf(name);

  // What index.js prints, as lines.
  async function runExample(...args) {
    const result = await runFile(path.join(folder, 'index.js'), args);
    assert.strictEqual(result.code, 0, say(result));
    assert.strictEqual(result.stderr, '', say(result));
    return result.stdout.trimEnd().split('\n');
  }

  // The code gets `addon` and says what it found by `answer(value)`.
  async function ask(code, execArgv = []) {
    const whole = `
      const addon = require(process.argv[1]);
      const answer = (value) => console.log(JSON.stringify(value));
      (async () => { ${code} })();`;
    const result = await runCode(whole, [addon], { execArgv });
    assert.strictEqual(result.code, 0, say(result));
    assert.strictEqual(result.stderr, '', say(result));
    return JSON.parse(result.stdout);
  }

  return { addon, ask, runExample };
}

module.exports = { exampleOf, lacking };
