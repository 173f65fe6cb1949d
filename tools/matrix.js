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
// Each file is a process of its own: a host that crashes or hangs loses one file.
// Bun and Deno do so by themselves now and then (PLATFORMS.md): there a file that
// fails is run once more, and the last lines say what the first run failed of.
// The large tests have the sizes of a developer's machine, since `make test` has
// CI's on the installed Node; TSFN_TEST_SCALE=1000000 gives them here.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { listFiles } = require('./source');
const { output, root, run } = require('./steps');

const FOLDERS = ['node', 'record', 'stream', 'dropin', 'conformance', 'examples'];
const SCALE = process.env.TSFN_TEST_SCALE || '200000';
// The longest file takes a tenth of it at this scale.
const TIMEOUT = 300000;
const COUNTS = ['passed', 'failed', 'skipped', 'leftOut'];
const hosts = Object.keys(require('./hosts/package.json').dependencies);
const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

// Its program, and what comes before a script.
function hostOf(name) {
  const folder = path.join(__dirname, 'hosts', 'node_modules', name);
  if (name === 'deno') return { program: path.join(folder, 'deno'), args: ['run', '-A'] };
  return { program: path.join(folder, 'bin', name === 'bun' ? 'bun' : 'node'), args: [] };
}

// { counts, text }: of one test file; without a report it has failed.
function runFile({ program, args }, file, folder) {
  const report = path.join(folder, 'report.json');
  fs.rmSync(report, { force: true });
  const result = run(program, [...args, mocha, file], {
    env: { HOST_NODE: program, TEST_REPORT: report, TSFN_TEST_SCALE: SCALE, NO_COLOR: '1' },
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
  const text = output(result);
  const counts = fs.existsSync(report) && JSON.parse(fs.readFileSync(report, 'utf8'))[file];
  if (!counts) {
    const end = result.signal === 'SIGKILL' ? 'did not end' : `ended with ${result.signal || result.status}`;
    const failures = [`it ${end} behind: ${text.trim().split('\n').pop().trim()}`];
    return { counts: { passed: 0, failed: 1, skipped: 0, leftOut: 0, failures }, text: `${text}${file} ${end}\n` };
  }
  if (result.status !== 0 && counts.failed + counts.skipped === 0) {
    counts.failed = 1;
    counts.failures.push(`all passed, and yet it ended with ${result.status || result.signal}`);
  }
  return { counts, text };
}

const sumOf = (suites) => Object.fromEntries(COUNTS.map((key) =>
  [key, suites.reduce((sum, counts) => sum + counts[key], 0)]));

const say = ({ passed, failed, skipped, leftOut }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped${leftOut ? `, ${leftOut} left out` : ''}`;

function runHost(name, files) {
  const start = Date.now();
  const host = hostOf(name);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-matrix-'));
  const version = `${name.replace(/\d+$/, '')} ${run(host.program, ['--version']).stdout.match(/\d+\.\d+\.\d+/)[0]}`;
  const suites = {};
  const reasons = new Map();
  const again = [];
  const runAndTell = (file) => {
    const result = runFile(host, file, folder);
    const isRed = result.counts.failed + result.counts.skipped > 0;
    if (isRed) console.log(`${version}: ${file}\n${result.text}`);
    return { ...result, isRed };
  };
  for (const file of files) {
    const first = runAndTell(file);
    const isRepeated = first.isRed && !name.startsWith('node');
    if (isRepeated) again.push(...first.counts.failures.map((line) => `${file}: ${line}`));
    const { counts, text } = isRepeated ? runAndTell(file) : first;
    suites[file] = counts;
    for (const [, reason] of text.matchAll(/^ {2}left out: .*: (.*)$/gm)) {
      reasons.set(reason, (reasons.get(reason) || 0) + 1);
    }
  }
  fs.rmSync(folder, { recursive: true });
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${version}: ${say(sumOf(Object.values(suites)))} (${seconds} s)`);
  for (const [reason, count] of reasons) console.log(`  ${count} left out: ${reason}`);
  return { version, suites, again };
}

function cell({ passed, failed, skipped, leftOut }) {
  const ran = failed || skipped ? `${passed}/${failed}/${skipped}` : `${passed}`;
  return leftOut ? `${ran}+${leftOut}` : ran;
}

function printTable(rows) {
  const widths = rows[0].map((_, n) => Math.max(...rows.map((row) => row[n].length)));
  for (const row of rows) {
    console.log(row.map((text, n) => (n === 0 ? text.padEnd(widths[n]) : text.padStart(widths[n]))).join('  '));
  }
}

const args = process.argv.slice(2);
const isFile = (arg) => arg.endsWith('.test.js');
const onlyThose = (named, all) => (named.length === 0 ? all : all.filter((one) => named.includes(one)));
const files = onlyThose(args.filter(isFile),
  FOLDERS.flatMap((folder) => listFiles(root, `test/${folder}`, ['.test.js'])));
const results = onlyThose(args.filter((arg) => !isFile(arg)), hosts).map((host) => runHost(host, files));

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
