// SPDX-License-Identifier: MIT
'use strict';

// What node-gyp would give to Visual Studio. There is no MSVC on Linux, but gyp
// answers for Windows anywhere: its answer is read here, with the common.gypi of
// each Node that `make hosts` has installed, for cl and for clang-cl.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { skip } = require('../support/skip');
const {
  createConsumer, gypForWindows, gypMissing, nodePrefix, removeConsumer,
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
