// SPDX-License-Identifier: MIT
'use strict';

// docs/callbacks.md, read: its tables, and what a cell says as JavaScript.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./build');

const page = fs.readFileSync(path.join(root, 'docs', 'callbacks.md'), 'utf8');

// The rows of each table of the section below that heading, as lists of cells.
function tablesOf(heading) {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  assert.ok(section, `docs/callbacks.md has no section '${heading}'`);
  const tables = section.split(/\n{2,}/).filter((part) => part.startsWith('|'));
  return tables.map((table) => table.trim().split('\n').slice(2)
    .map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim())));
}

const tableOf = (heading) => tablesOf(heading)[0];

// What stands between backquotes: `a`, then `b` -> ['a', 'b'].
const codeOf = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

// The one row whose first cells are these names, without them; the names of
// enumerators stand in the page as C has them.
function rowOf(rows, ...names) {
  const wanted = names.map((name) => (/^[A-Z_]+$/.test(name) ? `\`TSFN_${name}\`` : name));
  const found = rows.filter((row) => wanted.every((name, i) => row[i] === name));
  assert.strictEqual(found.length, 1, `docs/callbacks.md has ${found.length} rows for ${wanted.join(', ')}`);
  return found[0].slice(names.length);
}

const evaluate = (code, names = {}) =>
  new Function(...Object.keys(names), `'use strict'; return (${code});`)(...Object.values(names));

const errorsByName = Object.fromEntries(tablesOf('Errors')[0].map(([name, value]) =>
  [codeOf(name)[0], evaluate(codeOf(value)[0])]));

// A call in the page, "callback(null, 1)" -> ['callback', null, 1].
function readCall(code) {
  const named = (name) => (...args) => [name, ...args];
  return evaluate(code, {
    ...errorsByName,
    callback: named('callback'),
    onError: named('onError'),
    uncaughtException: named('uncaughtException'),
  });
}

const readCalls = (cell) => codeOf(cell).map(readCall);

// The words for TSFN_PACKED_COLUMNS and so on that an addon's description has.
const wordOf = (cell) => codeOf(cell)[0].replace(/^TSFN_(AS_)?/, '').replace(/_/g, '-').toLowerCase();

// The rows that tell what two matches are, by these words; `names` is for titles.
const recordRows = () => tableOf('Records').map(([delivery, passing, errors, calls]) => ({
  delivery: wordOf(delivery),
  passing: wordOf(passing),
  errors: wordOf(errors),
  names: [delivery, passing].map((cell) => codeOf(cell)[0]).join(', ').concat(` and ${codeOf(errors)[0]}`),
  calls,
}));

module.exports = { codeOf, errorsByName, evaluate, readCalls, recordRows, rowOf, tableOf, tablesOf };
