// SPDX-License-Identifier: MIT
'use strict';

// Every C file is laid out as clang-format does by .clang-format; with --fix
// it lays them out, and gives the headings `/* --- name --- */` one width.
// Without clang-format the check is skipped, and says so.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { listC } = require('./source');

const root = path.join(__dirname, '..');
const fix = process.argv.includes('--fix');
const program = process.env.CLANG_FORMAT || 'clang-format';

function alignHeadings(file) {
  const text = fs.readFileSync(file, 'utf8');
  const aligned = text.replace(/^\/\* --- (.*?) -+ \*\/$/gm, (line, name) => {
    const dashes = 79 - '/* ---  */ '.length - name.length;
    return `/* --- ${name} ${'-'.repeat(Math.max(3, dashes))} */`;
  });
  if (aligned !== text) fs.writeFileSync(file, aligned);
}

if (fix) for (const file of listC(root)) alignHeadings(path.join(root, file));

if (spawnSync(program, ['--version']).error) {
  console.log(`format: skipped: ${program} is not installed`);
  process.exitCode = process.env.CI === 'true' || fix ? 1 : 0;
} else {
  const flags = fix ? ['-i'] : ['--dry-run', '-Werror', '--ferror-limit=0'];
  const { status, stderr } = spawnSync(program, [...flags, ...listC(root)], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const places = stderr.match(/^\S+?:\d+(?=:\d+: error)/gm) || [];
  const files = new Map();
  for (const place of places) {
    const [file, line] = place.split(':');
    files.set(file, (files.get(file) || new Set()).add(line));
  }
  for (const [file, lines] of files) {
    console.error(`${file}: lines ${[...lines].slice(0, 8).join(', ')}`);
  }
  if (status !== 0 && files.size === 0) process.stderr.write(stderr);
  console.log(`format: ${status === 0 ? 'ok' : 'run make format'}`);
  process.exitCode = status === 0 ? 0 : 1;
}
