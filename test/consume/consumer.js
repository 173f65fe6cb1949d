// SPDX-License-Identifier: MIT
'use strict';

// A project of somebody else's, in a temporary folder, that uses libtsfn as it
// comes from `npm pack`.

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root } = require('../support/build');

const FIXTURE = path.join(__dirname, 'fixture');
const NODE_GYP = path.join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');

const has = (program) => !spawnSync(program, ['--version']).error;

// A make that is run here is not a part of the make that runs the tests.
const environment = { ...process.env };
for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES']) delete environment[name];

// Runs a program to its end; throws with all that it printed if it fails.
function run(program, args, cwd, env = {}, input = undefined) {
  const result = spawnSync(program, args, {
    cwd,
    input,
    encoding: 'utf8',
    env: { ...environment, ...env },
  });
  if (result.status !== 0) {
    const said = `${result.stdout}${result.stderr}${result.error || ''}`;
    throw new Error(`${program} ${args.join(' ')}: status ${result.status}\n${said}`);
  }
  return result.stdout;
}

// The package as npm would ship it, packed once.
let packed = null;
function pack() {
  if (packed) return packed;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-pack-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder], root),
  );
  packed = { tarball: path.join(folder, filename), files: files.map((file) => file.path) };
  return packed;
}

// A new folder with `files` of the fixture (or of `from`) and the package
// installed into node_modules; no registry is asked.
function createConsumer(files, from = FIXTURE) {
  const { tarball } = pack();
  // A space in the path: it must not matter.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn consumer-'));
  for (const file of files) fs.copyFileSync(path.join(from, file), path.join(folder, file));
  if (!fs.existsSync(path.join(folder, 'package.json'))) {
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  }
  const modules = path.join(folder, 'node_modules', 'libtsfn');
  fs.mkdirSync(modules, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', modules]);
  return folder;
}

const removeConsumer = (folder) => fs.rmSync(folder, { recursive: true, force: true });

// The prefix whose include/node has Node's headers: the running host's own,
// else a host that `make hosts` installed. Null: there is none.
function nodePrefix() {
  const hosts = path.join(root, 'tools', 'hosts', 'node_modules');
  const major = process.versions.node.split('.')[0];
  const candidates = [
    path.resolve(process.execPath, '..', '..'),
    path.join(hosts, `node${major}`),
    path.join(hosts, 'node18'),
  ];
  const has = (prefix) => fs.existsSync(path.join(prefix, 'include', 'node', 'node_api.h'));
  return candidates.find(has) || null;
}

// The program of a package that tools/layouts names, or null: `make layouts`
// installs them.
function layoutTool(name) {
  const folder = path.join(root, 'tools', 'layouts', 'node_modules', name);
  if (!fs.existsSync(folder)) return null;
  const { bin } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0]);
}

// Why node-gyp cannot run here, or null.
function gypMissing() {
  if (!has('python3')) return 'python3 is not installed, which node-gyp needs';
  if (!has('c++') && !has('g++')) return 'no C++ compiler, which node-gyp asks for';
  if (!nodePrefix()) return "Node's headers are not installed: run make hosts once";
  return null;
}

// What gyp answers for Windows, which it does on any system: the targets of each
// file by name, as gyp would hand them to Visual Studio. `prefix` has Node's
// headers. node-gyp sets `clang` to 0 on Windows, whatever Node was built with.
function gypForWindows(folder, prefix, clang = 0) {
  const flags = [`--nodedir=${prefix}`, `--clang=${clang}`, '--', '-f', 'gypd', '-DOS=win'];
  run(process.execPath, [NODE_GYP, 'configure', ...flags], folder);
  const read = (file) => {
    const code = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
    const input = fs.readFileSync(path.join(folder, file), 'utf8');
    const { targets } = JSON.parse(run('python3', ['-c', code], folder, {}, input));
    return Object.fromEntries(targets.map((target) => [target.target_name, target]));
  };
  return { addon: read('binding.gypd'), library: read('node_modules/libtsfn/tsfn.gypd') };
}

// Builds the consumer's binding.gyp, with CC and CXX of `env` if it has them;
// answers the path of the addon.
function nodeGyp(folder, env) {
  const args = [NODE_GYP, 'rebuild', `--nodedir=${nodePrefix()}`];
  run(process.execPath, args, folder, { JOBS: 'max', ...env });
  return path.join(folder, 'build', 'Release', 'addon.node');
}

// The names that a module defines for others.
function exportedSymbols(file) {
  const lines = run('nm', ['-D', '--defined-only', file], root).trim().split('\n');
  return lines.map((line) => line.split(/\s+/).pop()).sort();
}

module.exports = {
  FIXTURE, createConsumer, exportedSymbols, gypForWindows, gypMissing, has, layoutTool, nodeGyp,
  nodePrefix, pack, removeConsumer, run,
};
