// SPDX-License-Identifier: MIT
'use strict';

// The environment variables that tests and tools read are those of CONTRIBUTING.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { listFiles } = require('../../tools/source');
const { root } = require('../support/build');

// Everybody's, and not ours to tell of.
const COMMON = ['PATH'];

// Names in JavaScript: process.env.X, const { X, Y } = process.env. In C: getenv("X").
function namesIn(text) {
  const single = [...text.matchAll(/process\.env\.([A-Z_]+)|getenv\("([A-Z_]+)"\)/g)];
  const several = [...text.matchAll(/const \{ ([A-Z_, ]+) \} = process\.env;/g)];
  return [...single.map(([, js, c]) => js || c), ...several.flatMap(([, names]) => names.split(', '))];
}

describe('the environment variables of tests and tools', () => {
  const text = fs.readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, section] = text.match(/^## Environment variables$([^]*?)^## /m);
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const told = new Set(rows.flatMap((row) => [...row.split('|')[1].matchAll(/`(\w+)`/g)].map(([, name]) => name)));
  const files = [
    ...listFiles(root, 'test', ['.js', '.c', '.h']),
    ...listFiles(root, 'tools', ['.js']),
    ...listFiles(root, 'src', ['.c']),
  ].filter((file) => !file.includes('environment.test.js'));
  const read = new Map(files.map((file) => [file, namesIn(fs.readFileSync(path.join(root, file), 'utf8'))]));

  it('are each in the table of CONTRIBUTING.md', () => {
    const missing = [...read].flatMap(([file, names]) =>
      names.filter((name) => !told.has(name) && !COMMON.includes(name)).map((name) => `${file}: ${name}`));
    assert.deepStrictEqual(missing, []);
  });

  it('are each read somewhere', () => {
    const all = new Set([...read.values()].flat());
    assert.deepStrictEqual([...told].filter((name) => !all.has(name)), []);
  });
});
