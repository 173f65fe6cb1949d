// SPDX-License-Identifier: MIT
'use strict';

// libtsfn types FILE.node: prints the types of an addon, writes them to a file
// (`output`), or says whether that file still has them (`check`).

const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('./failure');
const { loadDescription } = require('./load');
const { HEADER, writeTypes } = require('./types');

const DEFAULT_OUTPUT = 'index.d.ts';

// A path as one word of a command line, the same on each system.
function toWord(file) {
  const slashes = path.normalize(file).replace(/\\/g, '/');
  return /^[\w./@+-]+$/.test(slashes) ? slashes : JSON.stringify(slashes);
}

const renewal = (file, output) => `npx libtsfn types ${toWord(file)} --output ${toWord(output)}`;

// The lines that are compared: how lines end does not count, nor does the command
// in the first line.
function linesOf(text) {
  const [first, ...others] = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return [first.startsWith(HEADER) ? HEADER : first, ...others];
}

function show(line) {
  if (line === undefined) return '(the end of the file)';
  return line === '' ? '(an empty line)' : line;
}

const refuseFolder = (file) => {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Failure(`${file} is a folder`);
};

// A file that somebody has written by hand stays.
function writeFile(file, text) {
  refuseFolder(file);
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() && found.size > 0 && !fs.readFileSync(file, 'utf8').startsWith(HEADER)) {
    throw new Failure(`${file} was not written by libtsfn types, and stays as it is: remove it first`);
  }
  fs.writeFileSync(file, text);
}

function checkTypes(text, checked, command) {
  if (!fs.existsSync(checked)) throw new Failure(`${checked} does not exist. Write it: ${command}`);
  refuseFolder(checked);
  const has = linesOf(fs.readFileSync(checked, 'utf8'));
  const needs = linesOf(text);
  const isDifferent = (_, index) => has[index] !== needs[index];
  const index = Array.from({ length: Math.max(has.length, needs.length) }).findIndex(isDifferent);
  if (index === -1) return;
  throw new Failure([
    `${checked} is not what the addon says of itself, from line ${index + 1} on.`,
    `  it has:   ${show(has[index])}`,
    `  it needs: ${show(needs[index])}`,
    `Renew it: ${command}`,
  ].join('\n'));
}

function types(file, { check, output }) {
  const command = renewal(file, output || check || DEFAULT_OUTPUT);
  const text = writeTypes(loadDescription(file), command);
  if (check !== undefined) checkTypes(text, check, command);
  else if (output !== undefined) writeFile(output, text);
  else process.stdout.write(text);
}

module.exports = { types };
