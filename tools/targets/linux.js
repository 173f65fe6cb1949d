// SPDX-License-Identifier: MIT
'use strict';

// Linux on other processors, under qemu-user or, where this one runs them, as they
// are. A cross compiler builds; `wrapper` runs a program. Emulated processors are
// some ten times slower than this one, so their tests have a hundredth of the
// size, and two files run at the same time.

const fs = require('node:fs');
const path = require('node:path');
const { has, root } = require('../steps');

const SCALE = '10000'; // of a million items
const FILE_TIMEOUT = 1800000;

function describeTarget({ name, title, triple, runner, node }) {
  const cc = `${triple}-gcc`;
  const cxx = `${triple}-g++`;
  const hosts = path.posix.join('tools', 'hosts', name, 'node_modules');

  // Tests want of a host that it is one program.
  function hostOf(version) {
    const program = path.join(root, 'build', name, version);
    const command = [...runner, path.join(root, hosts, version, 'bin', 'node')];
    const quoted = command.map((word) => `'${word}'`).join(' ');
    fs.writeFileSync(program, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
    return { program, env: { HOST_NODE: program, TEST_SLOWNESS: '5' }, jobs: 2, timeout: FILE_TIMEOUT };
  }

  return {
    name,
    title,
    isSlow: runner[0].startsWith('qemu'),
    scale: SCALE,
    divisor: runner[0].startsWith('qemu') ? '100' : '10',
    missing: (withAddons) => {
      const needed = [cc, runner[0], ...(withAddons ? [cxx] : [])];
      const lacking = needed.find((program) => !has(program));
      return lacking ? `${lacking} is not installed` : null;
    },
    make: [`CC=${cc}`, `CXX=${cxx}`, `B=build/${name}`],
    installs: node ? [`${hosts}/.installed`] : [],
    wrapper: runner,
    hosts: node ? { [node]: () => hostOf(node) } : {},
  };
}

const qemu = (processor, triple) => [`qemu-${processor}`, '-L', `/usr/${triple}`];

const targets = [
  {
    name: 'arm64',
    title: 'Linux arm64, glibc, under qemu',
    triple: 'aarch64-linux-gnu',
    runner: qemu('aarch64', 'aarch64-linux-gnu'),
    node: 'node24',
  },
  {
    name: 's390x',
    title: 'Linux s390x (big-endian), glibc, under qemu',
    triple: 's390x-linux-gnu',
    runner: qemu('s390x', 's390x-linux-gnu'),
    node: 'node20',
  },
  {
    name: 'armv7l',
    title: 'Linux armv7l (32 bits), glibc, under qemu',
    triple: 'arm-linux-gnueabihf',
    runner: qemu('arm', 'arm-linux-gnueabihf'),
    node: 'node20',
  },
  {
    // There is no Node for it.
    name: 'i686',
    title: 'Linux i686 (32 bits), glibc',
    triple: 'i686-linux-gnu',
    runner: ['/usr/i686-linux-gnu/lib/ld-linux.so.2', '--library-path', '/usr/i686-linux-gnu/lib'],
  },
];

module.exports = targets.map(describeTarget);
