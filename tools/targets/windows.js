// SPDX-License-Identifier: MIT
'use strict';

// Windows x64 on Linux: built by mingw-w64, run under Wine. `start` makes what that
// needs, all of it in build/windows: a Wine prefix, the launcher wrun.exe and a
// copy of each node.exe.

const fs = require('node:fs');
const path = require('node:path');
const { has, output, root, run } = require('../steps');

const CC = 'x86_64-w64-mingw32-gcc';
const WINE = ['/usr/lib/wine', '/usr/lib/wine64'];
const folder = path.join(root, 'build', 'windows');

const environment = {
  WINEPREFIX: path.join(folder, 'wine'),
  WINEARCH: 'win64',
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree,mshtml=', // nobody is asked to install them
  PATH: [process.env.PATH, ...WINE].join(path.delimiter),
};

function missing() {
  const wine = run('wine64', ['--version'], { env: environment });
  if (wine.error) return 'wine64 is not installed';
  for (const compiler of [CC, 'x86_64-w64-mingw32-g++-posix']) {
    if (!has(compiler)) return `${compiler} is not installed`;
  }
  return null;
}

function must(program, args, options = {}) {
  const result = run(program, args, { env: environment, ...options });
  if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${output(result)}`);
}

// Without a server that stays, each program starts one, in 2.5 seconds. It stays
// for a minute after the last program; so it must not keep this program's pipes.
function startServer() {
  const quiet = { stdio: 'ignore' };
  const ready = path.join(environment.WINEPREFIX, 'ready');
  fs.mkdirSync(environment.WINEPREFIX, { recursive: true });
  run('wineserver', ['-p60'], { env: environment, ...quiet }); // fails where it runs
  if (fs.existsSync(ready)) return;
  must('wine64', ['wineboot', '--init'], quiet);
  must('wine64', ['winecfg', '-v', 'win10'], quiet); // Node refuses older ones
  fs.writeFileSync(ready, '');
}

const isOlder = (file, source) =>
  !fs.existsSync(file) || fs.statSync(file).mtimeMs < fs.statSync(source).mtimeMs;

// Output that goes to a pipe of Unix needs it: see wrun.c.
function makeLauncher() {
  const source = path.join(__dirname, 'wrun.c');
  const launcher = path.join(folder, 'wrun.exe');
  if (isOlder(launcher, source)) must(CC, ['-std=c11', '-O2', '-o', launcher, source]);
  return launcher;
}

// From Node 24 on V8 asks Windows for VirtualAlloc2 by its name and does without it
// where there is none. Wine 8 has it and not what V8 wants of it, and Node ends at
// once. So in a copy that name is spoilt. It stays node.exe, since that is where
// an addon imports from.
const NAME = 'VirtualAlloc2\0';

const sourceOf = (name) =>
  path.join(root, 'tools', 'hosts', 'windows', 'node_modules', name, 'bin', 'node.exe');

const hasNode = (name) => fs.existsSync(sourceOf(name));

function copyNode(name) {
  const source = sourceOf(name);
  const copy = path.join(folder, 'hosts', name, 'node.exe');
  if (!isOlder(copy, source)) return copy;
  const image = fs.readFileSync(source);
  const at = image.indexOf(NAME, 0, 'latin1');
  if (at < 0 || image.indexOf(NAME, at + 1, 'latin1') >= 0) {
    throw new Error(`${name}: '${NAME.slice(0, -1)}' is not in node.exe exactly once`);
  }
  image.write('VirtualAllocX', at, 'latin1');
  fs.mkdirSync(path.dirname(copy), { recursive: true });
  fs.writeFileSync(copy, image);
  return copy;
}

// How a host of tools/hosts/windows runs a script.
function hostOf(name) {
  return { program: 'wine64', args: [makeLauncher(), copyNode(name)], env: environment };
}

module.exports = { environment, hasNode, hostOf, makeLauncher, missing, startServer };
