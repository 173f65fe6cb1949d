// SPDX-License-Identifier: MIT
'use strict';

// What can be told about Visual Studio without it. gyp answers for Windows on any
// system: its answer is read here, with the common.gypi of each Node that `make hosts`
// has installed, for cl and for clang-cl. And clang can take C as MSVC does.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { skip } = require('../support/skip');
const { listFiles } = require('../../tools/source');
const {
  createConsumer, gypForWindows, gypMissing, has, nodePrefix, removeConsumer,
} = require('./consumer');

const HOSTS = path.join(root, 'tools', 'hosts', 'node_modules');
const STANDARD = /^[-/]std:/;

const hasHeaders = (prefix) => fs.existsSync(path.join(prefix, 'include', 'node', 'common.gypi'));

function listPrefixes() {
  const names = fs.existsSync(HOSTS) ? fs.readdirSync(HOSTS).filter((name) => /^node\d+$/.test(name)) : [];
  const prefixes = names.map((name) => path.join(HOSTS, name)).filter(hasHeaders);
  return prefixes.length > 0 ? prefixes : [nodePrefix()].filter(Boolean);
}

// The compiler's options of a target that choose a language standard.
function standardsOf({ configurations }) {
  return Object.values(configurations).map(({ msvs_settings: settings }) => {
    const { AdditionalOptions = [], LanguageStandard_C: c } = settings.VCCLCompilerTool;
    const named = c ? [`/std:${c.replace(/^std/, '')}`] : [];
    return [...new Set([...AdditionalOptions.filter((option) => STANDARD.test(option)), ...named])];
  });
}

// A library that gyp does not pass on by name is a path, relative to the file.
function checkLibraries(targets, folder) {
  for (const [name, { libraries = [] }] of Object.entries(targets)) {
    const paths = libraries.filter((library) => !library.startsWith('-l'));
    const missing = paths.filter((library) => !fs.existsSync(path.join(folder, library)));
    assert.deepStrictEqual(missing, [], `${name} links files that are not there`);
  }
}

describe('what gyp gives to Visual Studio', function () {
  this.timeout(120000);

  before(function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
  });

  for (const prefix of listPrefixes()) {
    for (const [compiler, clang] of [['cl', 0], ['clang-cl', 1]]) {
      describe(`with the headers in ${path.basename(prefix)}, for ${compiler}`, () => {
        let folder, addon, library;

        before(() => {
          folder = createConsumer(['addon.c', 'binding.gyp']);
          ({ addon, library } = gypForWindows(folder, prefix, clang));
        });

        after(() => removeConsumer(folder));

        it('has one language standard for the library, C11', () => {
          for (const target of Object.values(library)) {
            for (const standards of standardsOf(target)) {
              assert.deepStrictEqual(standards, ['/std:c11'], target.target_name);
            }
          }
        });

        it('compiles nothing but C into the library', () => {
          for (const { target_name: name, sources } of Object.values(library)) {
            assert.ok(sources.length > 0, name);
            assert.deepStrictEqual(sources.filter((file) => !file.endsWith('.c')), [], name);
          }
        });

        it('leaves the language standard of the addon alone', () => {
          const theirs = Object.values(addon.addon.configurations)
            .map((settings) => settings.msvs_settings.VCCLCompilerTool.AdditionalOptions);
          for (const options of theirs) {
            assert.ok(!options.includes('/std:c11'), options.join(' '));
            assert.ok(options.includes('/Zc:__cplusplus'), options.join(' '));
            if (clang === 0) assert.ok(options.some((option) => /^[-/]std:c\+\+/.test(option)));
          }
        });

        it('links libraries that are there', () => {
          checkLibraries(addon, folder);
          checkLibraries(library, path.join(folder, 'node_modules', 'libtsfn'));
        });
      });
    }
  }
});

describe("clang in MSVC's mode", function () {
  this.timeout(120000);
  const MINGW = '/usr/share/mingw-w64/include';
  const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');
  const FLAGS = [
    '--target=x86_64-pc-windows-msvc', '-fms-extensions', '-fms-compatibility', '-fsyntax-only',
    '-Wall', '-Wextra', '-Werror', '-I', path.join(root, 'include'), '-isystem', HEADERS,
  ];
  // MSVC has no stdatomic.h before C11, which node-gyp does not ask for in an addon.
  const AS_ADDON = ['src/dropin/active.c', 'src/dropin/names/names.c'];
  // mingw-w64's own headers are not for this mode, so there is a stdlib.h of the
  // test's; but there is no other windows.h.
  const NOT_HERE = ['src/os/win32.c'];
  const sources = listFiles(root, 'src', ['.c']).filter((file) => !NOT_HERE.includes(file));

  function compile(file, ...flags) {
    const result = spawnSync('clang', [...FLAGS, ...flags, path.join(root, file)], { encoding: 'utf8' });
    assert.strictEqual(result.status, 0, result.stderr);
  }

  before(function () {
    if (!has('clang')) skip(this, 'clang is not installed');
    if (!fs.existsSync(MINGW)) skip(this, 'the headers of mingw-w64 are not installed');
  });

  it('compiles the library as C11', () => {
    for (const file of sources) {
      compile(file, '-std=c11', '-D_CRT_SECURE_NO_WARNINGS', '-DNAPI_VERSION=8', '-I', path.join(root, 'src'),
        '-I', path.join(__dirname, 'msvc'), '-isystem', MINGW);
    }
  });

  it('compiles what of the library is an object of the addon as the addon, in C99', () => {
    for (const file of AS_ADDON) compile(file, '-std=c99', '-Wpedantic', '-Wno-language-extension-token', '-isystem', MINGW);
  });

  for (const [language, standards] of [['c', ['c99', 'c11', 'c17']], ['c++', ['c++14', 'c++17', 'c++20']]]) {
    for (const standard of standards) {
      it(`compiles the public headers as ${standard}`, () => {
        const input = '#include <tsfn.h>\n#include <tsfn/dropin.h>\n'
          + '#define POINT(FIELD) FIELD(f64, x) FIELD(text(8), name)\nTSFN_RECORD(point, POINT)\n'
          + 'tsfn_status send(tsfn_function *fn, const point *p);\n'
          + 'tsfn_status send(tsfn_function *fn, const point *p) { return point_call(fn, p, TSFN_BLOCKING); }\n';
        const result = spawnSync('clang', [
          ...FLAGS, '-ffreestanding', '-Wno-unused-function', '-x', language, `-std=${standard}`, '-',
        ], { input, encoding: 'utf8' });
        assert.strictEqual(result.status, 0, result.stderr);
      });
    }
  }
});
