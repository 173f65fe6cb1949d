// SPDX-License-Identifier: MIT
'use strict';

// A record that is declared wrong does not compile, and the compiler's words
// name the field. What they must contain is on each file's first line.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { skip } = require('../support/skip');

const folder = path.join(__dirname, 'declare');
const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');

// A user's flags: no -Wpedantic, so that what is refused is refused by us.
function compile(compiler, language, standard, file, flags = []) {
  return spawnSync(
    compiler,
    [
      '-x', language, `-std=${standard}`, ...flags, '-fsyntax-only',
      '-DNAPI_VERSION=8', '-I', path.join(root, 'include'), '-isystem', HEADERS, path.join(folder, file),
    ],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
}

const right = {
  'all_kinds.c': 'with every kind of field, unused too',
  'exports.c': 'with exported functions and an object',
  'windows_words.c': 'the same where words are macros, as windows.h makes them',
  'type_names.c': 'with the older names of descriptors',
};
const wrong = fs.readdirSync(folder).filter((file) => !(file in right));

describe('a record declaration', function () {
  this.timeout(60000);
  for (const compiler of ['gcc', 'clang']) {
    for (const [language, standard] of [
      ['c', 'c11'],
      ['c++', 'c++11'],
      ['c++', 'c++17'],
    ]) {
      describe(`with ${compiler} as ${standard}`, () => {
        before(function () {
          const { error } = spawnSync(compiler, ['--version']);
          if (error) skip(this, `${compiler} is not installed`);
        });

        for (const [file, what] of Object.entries(right)) {
          it(`compiles ${what}, without a warning`, () => {
            const flags = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];
            const result = compile(compiler, language, standard, file, flags);
            assert.strictEqual(result.status, 0, result.stderr);
          });
        }

        for (const file of wrong) {
          it(`is refused and its field named: ${file}`, () => {
            const text = fs.readFileSync(path.join(folder, file), 'utf8');
            const [, expected] = text.match(/^\/\* error: (.*) \*\/$/m);
            const result = compile(compiler, language, standard, file);
            assert.notStrictEqual(result.status, 0, 'it compiles');
            assert.ok(result.stderr.includes(expected), result.stderr);
          });
        }
      });
    }
  }
});
