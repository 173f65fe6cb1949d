// SPDX-License-Identifier: MIT
'use strict';

// What each feature costs an addon that uses it (docs/sizes.md). The addons of
// test/consume/sizes are built by node-gyp from the npm package; it takes some
// 20 seconds.
//
//   node tools/sizes.js             a line for each, beside its budget
//   node tools/sizes.js NAME...     those, and what brought in each object
//   node tools/sizes.js --write     makes the budgets what is measured, and the
//                                   objects in the table those that are there
//
// What is more or other than the table says fails the run.

const fs = require('node:fs');
const { gypMissing, removeConsumer } = require('../test/consume/consumer');
const {
  TABLE, createSizes, features, measure, readTable, sizesMissing,
} = require('../test/consume/sizes');

const STEP = 1024; // bytes: a budget is the next multiple of it

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

// Names to the left, numbers to the right.
function printColumns(rows, isName = (n) => n === 0) {
  const widths = rows[0].map((_, n) => Math.max(...rows.map((row) => row[n].length)));
  const pad = (text, n) => (isName(n) ? text.padEnd(widths[n]) : text.padStart(widths[n]));
  for (const row of rows) console.log(row.map(pad).join('  ').trimEnd());
}

function rowOf(name, { bytes, code, unwind, data, rest, objects }, budget) {
  const left = budget === undefined ? '' : grouped(budget.bytes - bytes);
  const limit = budget === undefined ? 'none' : grouped(budget.bytes);
  return [name, grouped(bytes), limit, left, ...[code, unwind, data, rest].map(grouped), String(objects.size)];
}

// Lines that say where it is not as the table says.
function compare(name, { bytes, objects }, budget) {
  if (budget === undefined) return [`${name}: it has no budget`];
  const present = [...objects.keys()];
  const more = present.filter((object) => !budget.objects.includes(object));
  const fewer = budget.objects.filter((object) => !present.includes(object));
  return [
    ...(bytes > budget.bytes ? [`${name}: ${grouped(bytes - budget.bytes)} bytes more than its budget`] : []),
    ...more.map((object) => `${name}: ${object} is there, since ${objects.get(object)}`),
    ...fewer.map((object) => `${name}: ${object} is not there any more`),
  ];
}

function printObjects(name, objects) {
  console.log(`\n${name}:`);
  printColumns([...objects].map(([object, by]) => [`  ${object}`, by]), () => true);
}

function writeTable(found) {
  const budgets = Object.fromEntries(Object.entries(found).map(([name, { bytes, objects }]) =>
    [name, { bytes: Math.ceil(bytes / STEP) * STEP, objects: [...objects.keys()] }]));
  fs.writeFileSync(TABLE, `${JSON.stringify(budgets, null, 2)}\n`);
}

function main(args) {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const missing = gypMissing() || sizesMissing() || names.filter((name) => !features.includes(name))
    .map((name) => `no feature is called ${name}: there are ${features.join(', ')}`)[0];
  if (missing) throw new Error(missing);
  const folder = createSizes();
  let found;
  try {
    found = Object.fromEntries(features.map((name) => [name, measure(folder, name)]));
  } finally {
    removeConsumer(folder);
  }
  if (args.includes('--write')) writeTable(found);
  const table = fs.existsSync(TABLE) ? readTable() : {};
  const shown = Object.entries(found).filter(([name]) => names.length === 0 || names.includes(name));
  printColumns([
    ['', 'text', 'budget', 'left', 'code', 'unwind', 'read only', 'rest', 'objects'],
    ...shown.map(([name, parts]) => rowOf(name, parts, table[name])),
  ]);
  if (names.length > 0) for (const [name, { objects }] of shown) printObjects(name, objects);
  const problems = shown.flatMap(([name, parts]) => compare(name, parts, table[name]));
  if (problems.length > 0) console.log(`\n${problems.join('\n')}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

main(process.argv.slice(2));
