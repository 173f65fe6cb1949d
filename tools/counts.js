// SPDX-License-Identifier: MIT
'use strict';

// Instructions that one operation of the core takes, counted by callgrind and
// compared with bench/core/counts.json: a regression that no machine's speed or
// load can hide. Exits with 1 where an operation takes more than the tolerance
// allows.
//
//   node tools/counts.js            compares
//   node tools/counts.js --write    writes the file anew (`make counts`)
//
// Another compiler makes other code of the same source: its figures are
// compared, too, with more tolerance, and the report says so.

const fs = require('node:fs');
const path = require('node:path');
const { Skip, has, output, root, run } = require('./steps');

const FILE = path.join(root, 'bench', 'core', 'counts.json');
const TOLERANCE = 0.1;
const OTHER_COMPILER = 0.5;
// Multiples of the largest turn in count.c. Start-up is not counted; what the
// figures hold besides is a block in hundreds of items.
const COUNT = 40960;

const COUNTED = '--toggle-collect=counted_*';

function describeCompiler() {
  const cc = process.env.CC || 'cc';
  const text = run(cc, ['--version']).stdout || '';
  const name = /clang/.test(text) ? 'clang' : 'gcc';
  const version = (run(cc, ['-dumpversion']).stdout || '').trim();
  return `${name} ${version.split('.')[0]}`;
}

function build() {
  // In a place of its own; valgrind does not read every clang's DWARF 5.
  const place = 'build/counts';
  const program = `${place}/bench/core/count`;
  const flags = ['VARIANT=release', `B=${place}`, 'EXTRA_CFLAGS=-gdwarf-4'];
  const make = run(process.env.MAKE || 'make', [...flags, program]);
  if (make.status !== 0) throw new Error(output(make));
  return path.join(root, program);
}

// Instructions for one of `operation`.
function count(program, operation) {
  const args = ['--tool=callgrind', '--callgrind-out-file=/dev/null', COUNTED, program];
  const result = run('valgrind', [...args, operation, String(COUNT)]);
  const [, collected] = /Collected\s*:\s*(\d+)/.exec(result.stderr) || [];
  const done = Number(result.stdout);
  if (result.status !== 0 || !collected || !(done > 0)) throw new Error(output(result));
  if (Number(collected) === 0) throw new Error(`${operation}: nothing was counted`);
  return Number((Number(collected) / done).toFixed(2));
}

function measure() {
  if (!has('valgrind')) throw new Skip('valgrind is not installed');
  const program = build();
  const names = run(program, []).stdout.trim().split('\n');
  const counts = Object.fromEntries(names.map((name) => [name, count(program, name)]));
  return { compiler: describeCompiler(), arch: process.arch, counts };
}

const percent = (part) => `${part > 0 ? '+' : ''}${(100 * part).toFixed(1)} %`;

// What is wrong with `now`, and the lines that say how it compares.
function compare(kept, now) {
  const isSame = kept.compiler === now.compiler;
  const tolerance = isSame ? TOLERANCE : OTHER_COMPILER;
  const lines = [
    isSame
      ? `${now.compiler}, within ${percent(tolerance).slice(1)}`
      : `${now.compiler}; the figures are of ${kept.compiler}, so within ${percent(tolerance).slice(1)}`,
  ];
  const wrong = [];
  for (const name of new Set([...Object.keys(kept.counts), ...Object.keys(now.counts)])) {
    const [before, after] = [kept.counts[name], now.counts[name]];
    const change = after / before - 1;
    if (before === undefined || after === undefined) wrong.push(`${name} is on one side only`);
    else if (change > tolerance) wrong.push(`${name} takes ${after}, ${percent(change)} beside ${before}`);
    const grown = Number.isFinite(change) ? percent(change) : '';
    lines.push(`  ${name.padEnd(14)}${String(after).padStart(9)}  was ${before}  ${grown}`);
    if (isSame && change < -tolerance) lines.push('    fewer than kept: `make counts` keeps the gain');
  }
  return { wrong, text: lines.join('\n') };
}

// A step of `make verify`: answers the report, throws where there are more.
function checkCounts() {
  const kept = JSON.parse(fs.readFileSync(FILE, 'utf8'));
  if (kept.arch !== process.arch) throw new Skip(`the figures are of ${kept.arch}, not ${process.arch}`);
  const { wrong, text } = compare(kept, measure());
  if (wrong.length > 0) {
    throw new Error(`${wrong.join('\n')}\n${text}\nWhere that is wanted: make counts`);
  }
  return text;
}

module.exports = { checkCounts, compare };

if (require.main === module) {
  try {
    if (process.argv.includes('--write')) {
      fs.writeFileSync(FILE, `${JSON.stringify(measure(), null, 2)}\n`);
      console.log(fs.readFileSync(FILE, 'utf8'));
    } else {
      console.log(checkCounts());
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
