// SPDX-License-Identifier: MIT
'use strict';

// Tests of a process's whole life. Each life is a function that a file in a folder
// lives/ exports; it is the only thing that its process does, so that nothing but
// what it makes keeps the process alive.

const assert = require('node:assert');
const { runFile, describe: say } = require('./child');

const PROGRAM = require.resolve('./run-export');

// `file`: the path of such a file. Options: args (JSON), env, timeout, execArgv.
function livesIn(file) {
  // How that life ended, with the lines that it printed, and all of it as text.
  async function inChild(name, { args = [], timeout = 60000, ...options } = {}) {
    const texts = args.map((arg) => JSON.stringify(arg));
    const result = await runFile(PROGRAM, [file, name, ...texts], { timeout, ...options });
    const lines = result.stdout.split('\n').filter((line) => line !== '');
    return { ...result, lines, said: say(result) };
  }

  // The lines of one that must have ended well by itself.
  async function linesOf(name, options) {
    const { code, signal, timedOut, lines, said } = await inChild(name, options);
    assert.deepStrictEqual({ code, signal, timedOut }, { code: 0, signal: null, timedOut: false }, said);
    return lines;
  }

  return { inChild, linesOf };
}

module.exports = { livesIn };
