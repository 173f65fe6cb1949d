// SPDX-License-Identifier: MIT
'use strict';

// What an addon says of itself. It is loaded in a child process: whatever it does
// there, the user reads one sentence.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { checkDescription } = require('./description');
const { Failure } = require('./failure');

const LOADER = require.resolve('./loader');

function checkFile(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Failure(`${file} does not exist: build the addon first`);
  if (!found.isFile()) throw new Failure(`${file} is no file`);
}

// What the child has written to file descriptor 3; what it prints is not read.
function runLoader(file) {
  const { output, error, signal, status } = spawnSync(process.execPath, [LOADER, path.resolve(file)], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: Infinity,
    windowsHide: true,
  });
  if (error) throw error;
  if (output[3] !== '') return JSON.parse(output[3]);
  const end = signal ? `crashed with ${signal}` : `ended the process with exit code ${status}`;
  throw new Failure(`${file} ${end} while it was loaded`);
}

// An error of the system names the file once more, by its whole path.
function explainError({ step, name, code, message }, file) {
  const reason = message.split('\n')[0].replace(`${path.resolve(file)}: `, '');
  if (step === 'describe') return `${file} failed to describe itself: ${reason}`;
  if (code === 'ERR_DLOPEN_FAILED') {
    return `${file} is no addon for Node.js ${process.version} on ${process.platform}-${process.arch}: ${reason}`;
  }
  if (name === 'SyntaxError') return `${file} is no addon: ${reason}`;
  return `${file} threw while it was loaded: ${reason}`;
}

function loadDescription(file) {
  checkFile(file);
  const { description, error } = runLoader(file);
  if (error) throw new Failure(explainError(error, file));
  if (description === undefined) {
    throw new Failure(`${file} has no exports that libtsfn knows: declare them with TSFN_EXPORT and TSFN_MODULE`);
  }
  checkDescription(description, file);
  return description;
}

module.exports = { loadDescription };
