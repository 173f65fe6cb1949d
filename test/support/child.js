// SPDX-License-Identifier: MIT
'use strict';

// Runs JavaScript in a child process, on the host under test: the binary that
// the environment variable HOST_NODE names, else the one that runs the tests.

const { spawn } = require('node:child_process');
const { slowness } = require('./slowness');

const hostNode = process.env.HOST_NODE || process.execPath;

// Answers { code, signal, stdout, stderr, timedOut }; never rejects but when
// the program cannot be started. Options: timeout (ms, 20,000), env (added to
// the process's own), cwd, input (text for stdin), execArgv (before the script),
// onStdout / onStderr (chunk, child).
function runProgram(program, args, options = {}) {
  const { timeout = 20000, env, cwd, input, onStdout, onStderr } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const result = { stdout: '', stderr: '', timedOut: false };
    const timer = setTimeout(() => {
      result.timedOut = true;
      child.kill('SIGKILL');
    }, timeout * slowness);
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      result.stdout += chunk;
      if (onStdout) onStdout(chunk, child);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      result.stderr += chunk;
      if (onStderr) onStderr(chunk, child);
    });
    if (input !== undefined) child.stdin.on('error', () => {}).end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...result });
    });
  });
}

// runFile('/path/to/script.js', ['argument'], options)
function runFile(file, args = [], options = {}) {
  return runProgram(
    hostNode,
    [...(options.execArgv || []), file, ...args],
    options,
  );
}

// Deno puts a name for the code into process.argv; Node and Bun do not.
const sameArgv = process.versions.deno ? 'process.argv.splice(1, 1);' : '';

// runCode('console.log(process.argv[1])', ['argument'], options): CommonJS.
function runCode(code, args = [], options = {}) {
  return runProgram(
    hostNode,
    [...(options.execArgv || []), '-e', sameArgv + code, '--', ...args],
    options,
  );
}

// For a message: what a child said and how it ended.
function describe(result) {
  const end = result.timedOut
    ? 'timed out'
    : result.signal
      ? `was ended by ${result.signal}`
      : `exited with ${result.code}`;
  return `the child ${end}\n${result.stdout}${result.stderr}`;
}

module.exports = { hostNode, runProgram, runFile, runCode, describe };
