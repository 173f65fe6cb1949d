// SPDX-License-Identifier: MIT
'use strict';

// A file has at most 600 lines, a C function at most 80: past that, it is two.
// A line of C has at most 80 columns, comments too.

const fs = require('node:fs');
const path = require('node:path');
const { listC, listFiles, main, stripC } = require('./source');

const FILE_LINES = 600;
const FUNCTION_LINES = 80;
const COLUMNS = 80;

// The functions of a C file: { name, first, last }, lines counted from 1. A
// body is a brace at file level after a closing parenthesis; `extern "C" {`
// opens no level. Preprocessor lines, macros with bodies too, are left out.
function listFunctions(text) {
  const code = stripC(text)
    .replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, (part) => part.replace(/[^\n]/g, ' '))
    .replace(/extern\s+""\s*\{/g, (part) => part.replace(/\{/, ' '));
  const functions = [];
  let depth = 0;
  let line = 1;
  let head = '';
  let headLine = 1;
  let current = null;
  for (const letter of code) {
    if (letter === '\n') line++;
    if (letter === '{' && depth++ === 0 && /\)\s*(\w+\s*)?$/.test(head)) {
      const [, name] = head.match(/(\w+)\s*\(/) || [];
      current = { name, first: headLine };
    } else if (letter === '}') {
      depth = Math.max(0, depth - 1);
      if (depth === 0) {
        if (current) functions.push({ ...current, last: line });
        current = null;
        head = '';
      }
    } else if (depth === 0) {
      if (letter === ';') head = '';
      else if (head !== '' || /\S/.test(letter)) {
        if (head === '') headLine = line;
        head += letter;
      }
    }
  }
  return functions;
}

function checkSizes(root) {
  const problems = [];
  const scripts = ['test', 'tools', 'examples', 'cli', 'bench'].flatMap((folder) =>
    listFiles(root, folder, ['.js']),
  );
  const sources = listC(root);
  for (const file of [...sources, ...scripts]) {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    const lines = text.split('\n').length - 1;
    if (lines > FILE_LINES) {
      problems.push(`${file}: ${lines} lines, the most is ${FILE_LINES}`);
    }
    if (!sources.includes(file)) continue;
    text.split('\n').forEach((line, index) => {
      const columns = [...line].length;
      if (columns > COLUMNS) {
        problems.push(`${file}:${index + 1}: ${columns} columns, the most is ${COLUMNS}`);
      }
    });
    for (const { name, first, last } of listFunctions(text)) {
      const length = last - first + 1;
      if (length > FUNCTION_LINES) {
        problems.push(
          `${file}:${first}: ${name} has ${length} lines, the most is ${FUNCTION_LINES}`,
        );
      }
    }
  }
  return problems;
}

module.exports = { checkSizes, listFunctions };
if (require.main === module) main('sizes', checkSizes);
