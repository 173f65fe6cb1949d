// SPDX-License-Identifier: MIT
'use strict';

// Linux x64 with musl: Debian's musl-gcc builds, a Bun of the npm registry is the
// host. There is no Node for musl in that registry. Bun wants a C++ library for
// musl, which Debian has not got; what stands in for it is told by musl-shim.c.

const fs = require('node:fs');
const path = require('node:path');
const { has, output, root, run } = require('../steps');

const folder = path.join(root, 'build', 'musl');
const hosts = path.posix.join('tools', 'hosts', 'musl', 'node_modules');
const LOADER = '/lib/ld-musl-x86_64.so.1';

// Where gcc finds a library of its own.
const find = (library) => run('gcc', [`-print-file-name=${library}`]).stdout.trim();

function makeLibraries() {
  const place = path.join(folder, 'lib');
  fs.rmSync(place, { recursive: true, force: true });
  fs.mkdirSync(place, { recursive: true });
  for (const library of ['libstdc++.so.6', 'libgcc_s.so.1']) {
    fs.symlinkSync(find(library), path.join(place, library));
  }
  fs.symlinkSync(LOADER, path.join(place, 'libc.musl-x86_64.so.1'));
  const name = 'ld-linux-x86-64.so.2';
  const source = path.join(__dirname, 'musl-shim.c');
  const made = run('musl-gcc', [
    '-std=c11', '-O2', '-shared', '-fPIC', `-Wl,-soname,${name}`, '-o', path.join(place, name), source,
  ]);
  if (made.status !== 0) throw new Error(output(made));
  return place;
}

function hostOf(name) {
  const program = path.join(folder, name);
  const bun = path.join(root, hosts, name, 'bin', 'bun');
  const script = `#!/bin/sh\nLD_LIBRARY_PATH='${makeLibraries()}' exec '${bun}' "$@"\n`;
  fs.writeFileSync(program, script, { mode: 0o755 });
  return { program, env: { HOST_NODE: program }, runsAgain: /./ };
}

module.exports = [{
  name: 'musl',
  title: 'Linux x64, musl',
  scale: '20000',
  divisor: '10',
  missing: () => (has('musl-gcc') ? null : 'musl-gcc is not installed'),
  make: ['CC=musl-gcc', 'B=build/musl'],
  withoutCxx: 'Debian has no C++ library for musl',
  installs: [`${hosts}/.installed`],
  wrapper: [],
  hosts: { bun: () => hostOf('bun') },
}];
