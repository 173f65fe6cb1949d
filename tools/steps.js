// SPDX-License-Identifier: MIT
'use strict';

// What the long-running tools share: running a program and saying how it went.

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.resolve(__dirname, '..');

// A make that these programs run is not a part of the make that runs this one.
const environment = { ...process.env };
for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'MAKEOVERRIDES']) delete environment[name];

function run(program, args, options = {}) {
  const { env, ...rest } = options;
  return spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...environment, ...env },
    ...rest,
  });
}

const has = (program) => !run(program, ['--version']).error;
const output = ({ stdout, stderr, error }) =>
  `${stdout || ''}${stderr || ''}${error ? `${error.message}\n` : ''}`;

class Skip extends Error {}

// Runs steps, each [name, function]; a step fails by throwing and is skipped by
// throwing Skip. Prints a line for each, then the counts; sets the exit status.
function runSteps(steps) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, step] of steps) {
    const start = Date.now();
    let result = 'passed';
    let detail = '';
    try {
      detail = step() || '';
    } catch (error) {
      result = error instanceof Skip ? 'skipped' : 'failed';
      detail = error.message;
    }
    count[result]++;
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    const separator = detail.includes('\n') ? '\n' : ' ';
    console.log(`${result.padEnd(8)}${name} (${seconds} s)${detail ? `:${separator}${detail}` : ''}`);
  }
  const skipsFail = process.env.CI === 'true' && count.skipped > 0;
  if (skipsFail) console.log('CI is set: a skip fails the run.');
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed > 0 || skipsFail ? 1 : 0;
}

// The environment variable PART=2/3: the second third of the items, by turns; the
// others are named. Without it all of them.
function takePart(items, nameOf) {
  const [part, parts] = (process.env.PART || '1/1').split('/').map(Number);
  const isOurs = (index) => index % parts === part - 1;
  const left = items.filter((item, index) => !isOurs(index));
  if (left.length > 0) console.log(`not in part ${part} of ${parts}: ${left.map(nameOf).join(', ')}`);
  return items.filter((item, index) => isOurs(index));
}

module.exports = { Skip, environment, has, output, root, run, runSteps, takePart };
