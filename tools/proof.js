// SPDX-License-Identifier: MIT
'use strict';

// What the drop-in layer mends in a published addon: @parcel/watcher, built from
// its npm package as it is, and with one line more in its binding.gyp. Both run
// tools/proof/scenario.js in processes of their own, on the Node that runs this
// and on those of tools/hosts, and a table says how the processes ended.
//
//   node tools/proof.js [N]    processes for each Node and build: 10
//
// Fails if one with the drop-in does not end well; the others are only counted.

const fs = require('node:fs');
const path = require('node:path');
const { createConsumer, gypMissing, nodeGyp, removeConsumer } = require('../test/consume/consumer');
const { runProgram } = require('../test/support/child');
const { run } = require('./steps');

const PACKAGE = '@parcel/watcher';
const LINE = `"dependencies": ["<!(node -p \\"require('libtsfn').targets\\"):tsfn_dropin"],`;
const HOSTS = ['node20', 'node24', 'node26'];
const TIMEOUT = 30000; // on a busy machine it takes 2 to 8 s
const MODULES = path.join(__dirname, 'proof', 'node_modules');
const SCENARIO = path.join(__dirname, 'proof', 'scenario.js');

// Why it cannot run here, or null.
function proofMissing() {
  if (process.platform !== 'linux') return 'the scenario watches by inotify, which is Linux';
  if (!fs.existsSync(path.join(MODULES, PACKAGE))) return `${PACKAGE} is not installed: run make proof once`;
  return gypMissing();
}

function addLine(file) {
  const text = fs.readFileSync(file, 'utf8');
  const changed = text.replace(/^( *)"target_name": .*\n/m, (target, indent) => `${target}${indent}${LINE}\n`);
  if (changed === text) throw new Error(`${file} names no target`);
  fs.writeFileSync(file, changed);
}

// A folder with the package, and the addons in it: host.node and dropin.node.
function createProof() {
  const folder = createConsumer([]);
  const build = (name) => {
    const release = path.dirname(nodeGyp(folder, { JOBS: 'max' }));
    fs.copyFileSync(path.join(release, 'watcher.node'), path.join(folder, `${name}.node`));
  };
  fs.cpSync(MODULES, path.join(folder, 'node_modules'), { recursive: true });
  fs.cpSync(path.join(MODULES, PACKAGE), folder, { recursive: true });
  build('host');
  addLine(path.join(folder, 'binding.gyp'));
  build('dropin');
  return folder;
}

// How a child ended, in words; null: well.
function badEnd({ code, signal, timedOut, stdout }) {
  if (timedOut) return 'hung';
  if (signal) return `ended by ${signal}`;
  if (code !== 0) return `exited with ${code}`;
  return stdout.endsWith('every change and ended\n') ? null : 'ended early';
}

// { times, bad, text }: bad is [{ end, result }] of those that did not end well.
async function runTimes(times, program, addon) {
  const bad = [];
  for (let n = 0; n < times; n++) {
    const result = await runProgram(program, [SCENARIO, addon], { timeout: TIMEOUT });
    const end = badEnd(result);
    if (end) bad.push({ end, result });
  }
  const ends = [...new Set(bad.map(({ end }) => end))].sort();
  const count = (end) => bad.filter((each) => each.end === end).length;
  const text = ends.map((end) => `${count(end)} of ${times} ${end}`).join(', ');
  return { times, bad, text: text || `0 of ${times} ended by a signal` };
}

// [[version, program]], each version once.
function listNodes() {
  const installed = HOSTS.map((name) => path.join(__dirname, 'hosts', 'node_modules', name, 'bin', 'node'));
  const programs = [process.execPath, ...installed.filter((file) => fs.existsSync(file))];
  return [...new Map(programs.map((program) => [run(program, ['--version']).stdout.trim(), program]))];
}

async function main(times) {
  const missing = proofMissing();
  if (missing) throw new Error(missing);
  const { version } = require(path.join(MODULES, PACKAGE, 'package.json'));
  console.log(`building ${PACKAGE} ${version} twice, which takes some two minutes`);
  const folder = createProof();
  const line = (...cells) => console.log(cells.map((cell) => cell.padEnd(28)).join('').trimEnd());
  try {
    line('', "the host's own", 'with the drop-in');
    for (const [name, program] of listNodes()) {
      const host = await runTimes(times, program, path.join(folder, 'host.node'));
      const dropin = await runTimes(times, program, path.join(folder, 'dropin.node'));
      line(`Node ${name.slice(1)}`, host.text, dropin.text);
      for (const { result } of dropin.bad) console.log(result.stderr);
      if (dropin.bad.length > 0) process.exitCode = 1;
    }
  } finally {
    removeConsumer(folder);
  }
}

main(Number(process.argv[2] || 10));
