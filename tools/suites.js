// SPDX-License-Identifier: MIT
'use strict';

// Runs test files on a host, each in a process of its own, so that a host that
// crashes or hangs loses one file; and says how it went. A host is
//
//   { program, args, env }   what runs a script: `program args... script`
//   timeout                  milliseconds for one file (300,000)
//   jobs                     how many files run at the same time (1)
//   tells                    a line is printed for each file when it has run
//   runsAgain                what failures look like that are the host's own, as
//                            PLATFORMS.md tells: a file with no others is run once
//                            more, and the first run's are said
//
// Counts are { passed, failed, skipped, leftOut }: left out are tests that the
// host lacks something for (test/support/host.js), each with its reason.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { environment, root } = require('./steps');

const COUNTS = ['passed', 'failed', 'skipped', 'leftOut'];
const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

// Answers { status, signal, text } when the program has ended. After the timeout
// its process group is killed, with the children that it left behind.
function runGroup(program, args, env, timeout) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      detached: true,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const parts = [];
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group is empty.
      }
    };
    const timer = setTimeout(kill, timeout);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      kill();
      resolve({ status, signal, text: Buffer.concat(parts).toString() });
    });
  });
}

// { counts, text } of one test file; without a report it has failed.
async function runFile(host, file, report) {
  const { program, args = [], env = {}, timeout = 300000 } = host;
  const result = await runGroup(program, [...args, mocha, file], {
    TEST_REPORT: report, NO_COLOR: '1', ...env,
  }, timeout);
  const { status, signal, text } = result;
  const counts = fs.existsSync(report) && JSON.parse(fs.readFileSync(report, 'utf8'))[file];
  fs.rmSync(report, { force: true });
  if (!counts) {
    const end = signal === 'SIGKILL' ? 'did not end' : `ended with ${signal || status}`;
    const failures = [`it ${end} behind: ${text.trim().split('\n').pop().trim()}`];
    return { counts: { passed: 0, failed: 1, skipped: 0, leftOut: 0, failures }, text: `${text}${file} ${end}\n` };
  }
  if (status !== 0 && counts.failed + counts.skipped === 0) {
    counts.failed = 1;
    counts.failures.push(`all passed, and yet it ended with ${status || signal}`);
  }
  return { counts, text };
}

const isRed = ({ counts }) => counts.failed + counts.skipped > 0;

// Answers { suites, reasons, again }: the counts of each file, how many tests were
// left out for each reason, and what failed in files that were run once more.
async function runFiles(name, host, files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-suites-'));
  const suites = {};
  const reasons = new Map();
  const again = [];
  const waiting = [...files];
  async function runAndTell(file) {
    const result = await runFile(host, file, path.join(folder, `${files.indexOf(file)}.json`));
    if (isRed(result)) console.log(`${name}: ${file}\n${result.text}`);
    return result;
  }
  async function work() {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const start = Date.now();
      let result = await runAndTell(file);
      const { failures } = result.counts;
      if (isRed(result) && host.runsAgain && failures.every((line) => host.runsAgain.test(line))) {
        again.push(...failures.map((line) => `${file}: ${line}`));
        result = await runAndTell(file);
      }
      suites[file] = result.counts;
      if (host.tells) {
        const seconds = ((Date.now() - start) / 1000).toFixed(1);
        console.log(`  ${file}: ${say(result.counts)} (${seconds} s)`);
      }
      for (const [, reason] of result.text.matchAll(/^ {2}left out: .*: (.*)$/gm)) {
        reasons.set(reason, (reasons.get(reason) || 0) + 1);
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: host.jobs || 1 }, work));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return { suites, reasons, again };
}

const sumOf = (list) => Object.fromEntries(COUNTS.map((key) =>
  [key, list.reduce((sum, counts) => sum + counts[key], 0)]));

const say = ({ passed, failed, skipped, leftOut }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped${leftOut ? `, ${leftOut} left out` : ''}`;

// `passed`, or `passed/failed/skipped`; +n: left out.
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

module.exports = { cell, mocha, printTable, runFiles, say, sumOf };
