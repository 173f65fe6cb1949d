// SPDX-License-Identifier: MIT
'use strict';

// What the checks share: which files there are, and how a check reports.

const fs = require('node:fs');
const path = require('node:path');

const LEFT_OUT = new Set(['node_modules', 'build', '.git']);

// Every file below root/folder whose name ends in one of `endings`, as paths
// relative to root, with slashes, sorted. A folder that is missing has none.
function listFiles(root, folder, endings) {
  const absolute = path.join(root, folder);
  if (!fs.existsSync(absolute)) return [];
  const files = fs.readdirSync(absolute, { withFileTypes: true });
  return files
    .filter((entry) => !LEFT_OUT.has(entry.name))
    .flatMap((entry) => {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return listFiles(root, name, endings);
      return endings.some((ending) => name.endsWith(ending)) ? [name] : [];
    })
    .sort();
}

const C = ['.c', '.h'];

function listC(root, folders = ['include', 'src', 'test', 'examples', 'cli', 'bench', 'tools']) {
  return folders.flatMap((folder) => listFiles(root, folder, C));
}

function readLines(root, file) {
  return fs.readFileSync(path.join(root, file), 'utf8').split('\n');
}

// Blanks out comments, strings and character constants; lines stay lines.
function stripC(text) {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g,
    (part) => (part[0] === '/' ? part.replace(/[^\n]/g, ' ') : '""'),
  );
}

// Runs `check(root) -> [problem]` as a program: tools/check-x.js [ROOT].
function main(name, check) {
  const root = path.resolve(process.argv[2] || path.join(__dirname, '..'));
  const problems = check(root);
  for (const problem of problems) console.error(problem);
  const found = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  console.log(`${name}: ${problems.length === 0 ? 'ok' : found}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

module.exports = { C, listC, listFiles, main, readLines, stripC };
