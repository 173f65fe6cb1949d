// SPDX-License-Identifier: MIT
'use strict';

// macOS on Linux. Nothing here can run a program of macOS: the Zig compiler, which
// comes with Apple's headers and the names of its system library, compiles and
// links all layers, the C tests, the addons and the examples. What the library does
// otherwise there than on Linux is run on Linux: macos-on-linux.h.

const fs = require('node:fs');
const path = require('node:path');
const { output, root, run } = require('../steps');
const { readMachO } = require('./macho');

const REGISTRATION = /^(napi_register_module_v\d+|node_api_module_get_api_version_v\d+)$/;
const THREADSAFE = /_threadsafe_function(_context)?$/;

function listAddons(folder) {
  return fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.node'))
    .map((name) => path.join(folder, name));
}

// What is wrong with an addon, as a list of sentences.
function examine(file, processor) {
  const { processor: found, exported, imported } = readMachO(file);
  const problems = [];
  if (found !== processor) problems.push(`it is for ${found}`);
  if (!exported.some((name) => REGISTRATION.test(name))) problems.push('it exports no registration');
  // Zig's own helpers are exported, and templates of C++: neither is ours.
  const ours = exported.filter((name) => /tsfn|^napi_|^node_api_/.test(name) && !REGISTRATION.test(name));
  if (ours.length > 0) problems.push(`it exports ${ours.join(' ')}`);
  const foreign = imported.filter((name) => !/^(napi|node_api)_/.test(name));
  if (foreign.length > 0) problems.push(`nothing has ${foreign.join(' ')}`);
  const isDropin = /dropin|\/ours-/.test(file);
  const host = imported.filter((name) => THREADSAFE.test(name));
  if (isDropin && host.length > 0) problems.push(`the host's functions serve: ${host.join(' ')}`);
  return problems.map((problem) => `${path.relative(root, file)}: ${problem}`);
}

// Builds for 'arm64' or 'x64'; answers what was linked.
function checkMacos(processor) {
  const folder = path.join(root, 'build', `macos-${processor}`);
  const must = (...args) => {
    const make = run(process.env.MAKE || 'make', ['-j2', ...args]);
    if (make.status !== 0) throw new Error(output(make));
  };
  must('tools/zig/node_modules/.installed');
  // Zig compiles its C++ library first, which takes longer than all else: once is enough.
  const parts = processor === 'arm64' ? 'addons' : 'c-addons';
  must(`TARGET=macos-${processor}`, 'WERROR=1', 'lib', 'c-tests', parts, 'examples');
  const addons = listAddons(folder);
  const problems = addons.flatMap((file) => examine(file, processor));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (addons.length === 0) throw new Error('no addon was linked');
  return `${addons.length} addons linked`;
}

const targets = [{
  name: 'macos-on-linux',
  title: "Linux x64, macOS's branches of posix.c",
  scale: '20000',
  divisor: '100',
  lacks: 'no barrier',
  missing: () => null,
  make: ['B=build/macos-on-linux', 'EXTRA_CFLAGS=-include tools/targets/macos-on-linux.h'],
  installs: ['tools/hosts/node_modules/.installed'],
  wrapper: [],
  hosts: {
    node20: () => {
      const program = path.join(root, 'tools', 'hosts', 'node_modules', 'node20', 'bin', 'node');
      return { program, env: { HOST_NODE: program } };
    },
  },
}];

module.exports = { checkMacos, targets };
