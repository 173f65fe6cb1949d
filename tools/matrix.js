// SPDX-License-Identifier: MIT
'use strict';

// Runs the tests that load addons on every host of tools/hosts, mocha itself
// included, and prints a table: a line for each test file, a column for each
// host, `passed/failed/skipped` where not all passed. Any red fails the run.
//
//   node tools/matrix.js [HOST...]       all hosts, or those named: node18

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { listFiles } = require('./source');
const { output, root, run } = require('./steps');

const FOLDERS = ['node', 'record', 'stream', 'dropin', 'conformance', 'examples'];
const hosts = Object.keys(require('./hosts/package.json').dependencies);
const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

function runHost(host, files) {
  const binary = path.join(__dirname, 'hosts', 'node_modules', host, 'bin', 'node');
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-matrix-')), 'report.json');
  const result = run(binary, [mocha, ...files], {
    env: { HOST_NODE: binary, TEST_REPORT: report },
  });
  const suites = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : {};
  const version = run(binary, ['--version']).stdout.trim();
  fs.rmSync(path.dirname(report), { recursive: true });
  return { version, suites, ok: result.status === 0, text: output(result) };
}

function cell(suite) {
  if (!suite) return '-';
  const { passed, failed, skipped } = suite;
  return failed || skipped ? `${passed}/${failed}/${skipped}` : `${passed}`;
}

function printTable(rows) {
  const widths = rows[0].map((_, n) => Math.max(...rows.map((row) => row[n].length)));
  for (const row of rows) {
    console.log(row.map((text, n) => (n === 0 ? text.padEnd(widths[n]) : text.padStart(widths[n]))).join('  '));
  }
}

const wanted = process.argv.slice(2);
const files = FOLDERS.flatMap((folder) => listFiles(root, `test/${folder}`, ['.test.js']));
const results = hosts
  .filter((host) => wanted.length === 0 || wanted.includes(host))
  .map((host) => {
    const result = runHost(host, files);
    console.log(`${host} ${result.version}: ${result.text.trim().split('\n').pop()}`);
    if (!result.ok) console.log(result.text);
    return result;
  });

console.log('\npassed, or passed/failed/skipped:\n');
printTable([
  ['', ...results.map(({ version }) => version)],
  ...files.map((file) => [file, ...results.map(({ suites }) => cell(suites[file]))]),
]);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const { suites } of results) {
  for (const suite of Object.values(suites)) {
    for (const key of Object.keys(sum)) sum[key] += suite[key];
  }
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.passed > 0 && results.every(({ ok }) => ok) ? 0 : 1;
