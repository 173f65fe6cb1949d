// SPDX-License-Identifier: MIT
'use strict';

// Runs the tests that load addons on every host of tools/hosts, mocha itself
// included, and prints a table: a line for each test file, a column for each
// host, `passed/failed/skipped` where not all passed, and `+n` for tests that
// this host lacks something for (test/support/host.js). Any red fails the run,
// and so does a file that ends without its count.
//
//   node tools/matrix.js [HOST...] [FILE...]
//                        all hosts, or those named: node18 bun; the same of files
//
// Bun and Deno crash or hang by themselves now and then (PLATFORMS.md): there a file
// that fails is run once more, and the last lines say what the first run failed of.
// The large tests have the sizes of a developer's machine, since `make test` has
// CI's on the installed Node; TSFN_TEST_SCALE=1000000 gives them here.

const path = require('node:path');
const { listFiles } = require('./source');
const { root, run } = require('./steps');
const { cell, printTable, runFiles, say, sumOf } = require('./suites');

const FOLDERS = ['node', 'record', 'export', 'answer', 'stream', 'dropin', 'conformance', 'examples'];
const SCALE = process.env.TSFN_TEST_SCALE || '200000';
const hosts = Object.keys(require('./hosts/package.json').dependencies);

// Its program, and what comes before a script.
function hostOf(name) {
  const folder = path.join(__dirname, 'hosts', 'node_modules', name);
  const program = name === 'deno' ? path.join(folder, 'deno') : path.join(folder, 'bin', name === 'bun' ? 'bun' : 'node');
  return {
    program,
    args: name === 'deno' ? ['run', '-A'] : [],
    env: { HOST_NODE: program, TSFN_TEST_SCALE: SCALE },
    runsAgain: name.startsWith('node') ? undefined : /./,
  };
}

async function runHost(name, files) {
  const start = Date.now();
  const host = hostOf(name);
  const version = `${name.replace(/\d+$/, '')} ${run(host.program, ['--version']).stdout.match(/\d+\.\d+\.\d+/)[0]}`;
  const { suites, reasons, again } = await runFiles(version, host, files);
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${version}: ${say(sumOf(Object.values(suites)))} (${seconds} s)`);
  for (const [reason, count] of reasons) console.log(`  ${count} left out: ${reason}`);
  return { version, suites, again };
}

function report(results, files) {
  console.log('\npassed, or passed/failed/skipped; +n: left out for what the host lacks\n');
  printTable([
    ['', ...results.map(({ version }) => version)],
    ...files.map((file) => [file, ...results.map(({ suites }) => cell(suites[file]))]),
  ]);
  const sum = sumOf(results.flatMap(({ suites }) => Object.values(suites)));
  // Last, so that the end of a log says what to look for above.
  for (const { version, suites, again } of results) {
    for (const line of again) console.log(`\n${version}: run once more, since at first ${line}`);
    for (const [file, { failures }] of Object.entries(suites)) {
      for (const line of failures) console.log(`\n${version}: ${file}: ${line}`);
    }
  }
  if (sum.leftOut > 0) console.log(`\n${sum.leftOut} left out for what a host lacks, with the reasons above`);
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exitCode = sum.passed > 0 && sum.failed + sum.skipped === 0 ? 0 : 1;
}

async function main() {
  const args = process.argv.slice(2);
  const isFile = (arg) => arg.endsWith('.test.js');
  const onlyThose = (named, all) => (named.length === 0 ? all : all.filter((one) => named.includes(one)));
  const files = onlyThose(args.filter(isFile),
    FOLDERS.flatMap((folder) => listFiles(root, `test/${folder}`, ['.test.js'])));
  const results = [];
  for (const name of onlyThose(args.filter((arg) => !isFile(arg)), hosts)) {
    results.push(await runHost(name, files));
  }
  report(results, files);
}

main();
