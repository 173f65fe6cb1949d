// SPDX-License-Identifier: MIT
'use strict';

// Every test of every C test program, each in a process of its own.
//
//   TEST_WRAPPER   a command to run it under: "valgrind -q --error-exitcode=9"
//   TEST_TIMEOUT   milliseconds for one test (60,000)
//   TEST_SUFFIX    what a program's name ends with: ".exe"
//   TEST_LACKS     what the tests' machine has not got: a test that is skipped with
//                  this in its reason is left out (test/support/host.js)

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { listFiles } = require('../tools/source');
const { root, build } = require('./support/build');
const { runProgram, describe: say } = require('./support/child');
const { leaveOut, skip } = require('./support/skip');

const wrapper = (process.env.TEST_WRAPPER || '').split(' ').filter(Boolean);
const lacks = process.env.TEST_LACKS;
const suffix = process.env.TEST_SUFFIX || '';
const timeout = Number(process.env.TEST_TIMEOUT) || 60000;

function list(program) {
  const [command, ...args] = [...wrapper, program, '--list'];
  const { stdout, status } = spawnSync(command, args, {
    encoding: 'utf8',
  });
  if (status !== 0) return null;
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
}

for (const file of listFiles(root, 'test', ['_test.c'])) {
  const program = path.join(build, file.slice(0, -'.c'.length) + suffix);
  describe(file, function () {
    this.timeout(timeout + 10000);
    const tests = list(program);
    if (!tests || tests.length === 0) {
      it('is built and lists its tests', () => {
        throw new Error(`${program} cannot be run, or has no tests`);
      });
      return;
    }
    for (const [identifier, sentence] of tests) {
      it(`${identifier}: ${sentence}`, async function () {
        const [command, ...args] = [...wrapper, program, identifier];
        const result = await runProgram(command, args, { timeout });
        if (result.code === 77 && !result.timedOut) {
          const [, reason = 'no reason'] = result.stdout.match(/^skipped: (.*)$/m) || [];
          if (lacks && reason.includes(lacks)) leaveOut(this.test, reason);
          skip(this, reason);
        }
        if (result.code !== 0 || result.timedOut) throw new Error(say(result));
      });
    }
  });
}
