// SPDX-License-Identifier: MIT
'use strict';

// Somebody else's flags: -Wpedantic -Werror, in C and in C++.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { root } = require('../support/build');
const { skip } = require('../support/skip');
const { listFiles } = require('../../tools/source');
const { has } = require('./consumer');

const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');
const publicHeaders = listFiles(root, 'include', ['.h']).map((file) => file.slice('include/'.length));

const code = (header) => `#include <${header}>\n`;

// A record too: most of what could be wrong is in the macros.
const record = `#include <tsfn.h>
#define POINT(FIELD) FIELD(f64, x) FIELD(f64, y)
TSFN_RECORD(point, POINT)
#define MATCH(FIELD) FIELD(string, path) FIELD(u32, line) FIELD(text(8), kind) \\
  FIELD(record(point), at) FIELD(array(f32, 3), weights)
TSFN_RECORD(match, MATCH)
tsfn_status send(tsfn_function *fn, const match *m);
tsfn_status send(tsfn_function *fn, const match *m) {
  tsfn_options options = tsfn_options();
  options.record = match_record();
  (void)options;
  return match_call(fn, m, TSFN_BLOCKING);
}
`;

function compile(compiler, language, standard, text) {
  const flags = [
    '-x', language, `-std=${standard}`, '-Wall', '-Wextra', '-Wpedantic', '-Werror',
    '-fsyntax-only', '-I', path.join(root, 'include'), '-isystem', HEADERS, '-',
  ];
  const result = spawnSync(compiler, flags, { input: text, encoding: 'utf8' });
  assert.strictEqual(result.status, 0, result.stderr);
}

describe('the public headers', function () {
  this.timeout(120000);
  for (const [family, c, cxx] of [['gcc', 'gcc', 'g++'], ['clang', 'clang', 'clang++']]) {
    for (const [language, standards] of [
      ['c', ['c11', 'c17']],
      ['c++', ['c++11', 'c++17', 'c++20']],
    ]) {
      const compiler = language === 'c' ? c : cxx;
      for (const standard of standards) {
        it(`compile with ${family} as ${standard}, each by itself, and so does a record`, function () {
          if (!has(compiler)) skip(this, `${compiler} is not installed`);
          for (const header of publicHeaders) {
            // A part of another header is included by it.
            if (header.endsWith('_macros.h')) continue;
            compile(compiler, language, standard, code(header));
          }
          const text = language === 'c'
            ? record.replace('= tsfn_options();', '= {.name = "x"};')
            : record;
          compile(compiler, language, standard, text);
        });
      }
    }
  }
});
