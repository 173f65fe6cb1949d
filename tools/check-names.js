// SPDX-License-Identifier: MIT
'use strict';

// Names of functions in src/ that readers rely on:
//
// - A question asks and does nothing else: a function called ..._is_, has_ or can_
//   takes its subject as a pointer to const.
// - A static function's name stands in one source file only, so that a stack
//   trace, a profile and a breakpoint say which one is meant.

const fs = require('node:fs');
const path = require('node:path');
const { listFiles, main, stripC } = require('./source');

const QUESTION = /(?:^|_)(?:is|has|can)_/;
// Questions that the library's operating system layer asks of the process or a
// thread have no subject; these have one that C11 cannot take as const.
const NO_SUBJECT = /^\(\s*(?:void)?\s*\)/;

// { name, parameters, isStatic, line } of each function that a file defines.
function listDefinitions(text) {
  const code = stripC(text).replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, (part) => part.replace(/[^\n]/g, ' '));
  const found = [];
  const head = /^(\w+)\s*(\([^;{]*\))\s*\{/gm;
  for (const match of code.matchAll(head)) {
    const before = code.slice(0, match.index);
    const line = before.split('\n').length;
    const type = before.slice(Math.max(before.lastIndexOf(';'), before.lastIndexOf('}'), before.lastIndexOf('\n\n')) + 1);
    found.push({ name: match[1], parameters: match[2], isStatic: /\bstatic\b/.test(type), line });
  }
  return found;
}

// What is wrong with a question's first parameter, or null.
function wrongSubject({ name, parameters }) {
  if (!QUESTION.test(name) || NO_SUBJECT.test(parameters)) return null;
  const [first] = parameters.slice(1, -1).split(',');
  if (!first.includes('*') || /\bconst\b/.test(first)) return null;
  return `${name} asks, so it takes a const subject, not '${first.trim()}'`;
}

function checkNames(root) {
  const problems = [];
  const statics = new Map();
  for (const file of listFiles(root, 'src', ['.c', '.h'])) {
    for (const definition of listDefinitions(fs.readFileSync(path.join(root, file), 'utf8'))) {
      const wrong = wrongSubject(definition);
      if (wrong) problems.push(`${file}:${definition.line}: ${wrong}`);
      if (!definition.isStatic || !file.endsWith('.c')) continue;
      const { name } = definition;
      if (!statics.has(name)) statics.set(name, new Set());
      statics.get(name).add(file);
    }
  }
  for (const [name, files] of statics) {
    if (files.size > 1) problems.push(`${[...files].join(', ')}: a static function ${name} in each`);
  }
  return problems;
}

module.exports = { checkNames, listDefinitions };
if (require.main === module) main('names', checkNames);
