// SPDX-License-Identifier: MIT
'use strict';

// Windows x64 on Linux: built by mingw-w64, run under Wine. What that needs is made
// here, all of it in build/windows: a Wine prefix, the launcher wrun.exe and a copy
// of each node.exe.

const { spawn } = require('node:child_process');
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

// Wine's server ends with the last program and is started by the next one, which
// takes 2.5 seconds. So one program stays: it waits for input, which ends with this
// process.
let waiting = null;

function start() {
  const ready = path.join(environment.WINEPREFIX, 'ready');
  const options = { env: { ...process.env, ...environment }, stdio: ['pipe', 'ignore', 'ignore'] };
  fs.mkdirSync(environment.WINEPREFIX, { recursive: true });
  if (!fs.existsSync(ready)) {
    // The server keeps what it has of this process; so it gets no pipe.
    must('wine64', ['wineboot', '--init'], { stdio: 'ignore' });
    must('wine64', ['winecfg', '-v', 'win10'], { stdio: 'ignore' }); // Node refuses older ones
    fs.writeFileSync(ready, '');
  }
  if (waiting) return;
  waiting = spawn('wine64', ['cmd', '/c', 'pause'], options);
  waiting.unref();
  waiting.stdin.unref();
}

// Output that goes to a pipe of Unix needs it: see wrun.c.
function makeLauncher() {
  const source = path.join(__dirname, 'wrun.c');
  const launcher = path.join(folder, 'wrun.exe');
  const isNew = fs.existsSync(launcher) && fs.statSync(launcher).mtimeMs > fs.statSync(source).mtimeMs;
  if (!isNew) must(CC, ['-std=c11', '-O2', '-o', launcher, source]);
  return launcher;
}

// From Node 24 on V8 asks Windows for VirtualAlloc2 by its name and does without it
// where there is none. Wine 8 has it and not what V8 wants of it, and Node ends at
// once. So in a copy that name is spoilt. It stays node.exe, since that is where
// an addon imports from.
const NAME = 'VirtualAlloc2\0';

const packageOf = (name) => path.join(root, 'tools', 'hosts', 'windows', 'node_modules', name);

const hasNode = (name) => fs.existsSync(packageOf(name));

function copyNode(name) {
  const { version } = JSON.parse(fs.readFileSync(path.join(packageOf(name), 'package.json'), 'utf8'));
  const copy = path.join(folder, 'hosts', version, 'node.exe');
  if (fs.existsSync(copy)) return copy;
  const image = fs.readFileSync(path.join(packageOf(name), 'bin', 'node.exe'));
  const at = image.indexOf(NAME, 0, 'latin1');
  if (at < 0 || image.indexOf(NAME, at + 1, 'latin1') >= 0) {
    throw new Error(`${name}: '${NAME.slice(0, -1)}' is not in node.exe exactly once`);
  }
  image.write('VirtualAllocX', at, 'latin1');
  fs.mkdirSync(path.dirname(copy), { recursive: true });
  // In one step, so that a copy that is there is whole.
  fs.writeFileSync(`${copy}.part`, image);
  fs.renameSync(`${copy}.part`, copy);
  return copy;
}

// How a host of tools/hosts/windows runs a script.
function hostOf(name) {
  return {
    program: 'wine64',
    args: [makeLauncher(), copyNode(name)],
    env: { ...environment, TEST_SLOWNESS: '3' },
    timeout: 900000,
    runsAgain: /spawn UNKNOWN$/, // Wine could not start a process
  };
}

const names = ['node18', 'node20', 'node22', 'node24', 'node26'];

const targets = [{
  name: 'windows',
  title: 'Windows x64, under Wine 8',
  isSlow: true,
  scale: '10000',
  divisor: '10', // of the tests in C
  lacks: 'no barrier', // win32.c says why
  suffix: '.exe',
  env: environment,
  missing,
  start,
  make: ['TARGET=windows'],
  installs: ['tools/hosts/windows/node_modules/.installed'],
  wrapper: ['wine64'],
  startFails: /the child exited with 1\s*$/, // without a word, which a test that fails does not
  hosts: Object.fromEntries(names.map((name) => [name, () => hostOf(name)])),
}];

module.exports = { hasNode, hostOf, missing, start, targets };
