// SPDX-License-Identifier: MIT
'use strict';

// What tests are left out on which hosts, and why, as the tests themselves say it
// (test/support/host.js): the table that PLATFORMS.md speaks of. The tests are
// loaded, and not run; `make all` must have built their addons.
//
//   node tools/lacks.js [HOST...]        bun, deno, node, windows: all, or those named

const path = require('node:path');
const Mocha = require('mocha');
const { hosts, lacksOf } = require('../test/support/host');
const { listFiles } = require('./source');

const root = path.join(__dirname, '..');

function loadTests() {
  const mocha = new Mocha();
  for (const file of listFiles(root, 'test', ['.test.js'])) mocha.addFile(path.join(root, file));
  mocha.loadFiles();
  return mocha.suite;
}

const countTests = (suite) =>
  suite.tests.length + suite.suites.reduce((sum, each) => sum + countTests(each), 0);

const nameOf = (node) =>
  path.relative(path.join(root, 'test'), node.file).split(path.sep).join('/').replace(/\.test\.js$/, '');

// [{ reason, where, title, count }]: what `node` and those below it leave out on
// that host. What a suite has said its tests need not say.
function listLacks(node, host) {
  const entry = lacksOf(node).find((each) => each.host === host);
  if (!entry) return [...(node.tests || []), ...(node.suites || [])].flatMap((each) => listLacks(each, host));
  const isSuite = node.suites !== undefined;
  const count = isSuite ? countTests(node) : 1;
  const before = entry.below ? `before ${entry.below}: ` : '';
  const title = isSuite ? `all ${count} of '${node.title}'` : node.title;
  return [{ reason: before + entry.reason, where: nameOf(node), title, count }];
}

function printHost(host, found) {
  const sum = found.reduce((all, { count }) => all + count, 0);
  console.log(`${host} leaves out ${sum} tests`);
  for (const reason of new Set(found.map((each) => each.reason))) {
    const of = found.filter((each) => each.reason === reason);
    console.log(`\n  ${reason}: ${of.reduce((all, { count }) => all + count, 0)}`);
    for (const where of new Set(of.map((each) => each.where))) {
      console.log(`    ${where}`);
      for (const { title } of of.filter((each) => each.where === where)) console.log(`      ${title}`);
    }
  }
  console.log('');
}

const wanted = process.argv.slice(2);
const suite = loadTests();
for (const host of hosts.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  printHost(host, listLacks(suite, host));
}
// A file that is loaded and not run may have left a handle open.
process.exit(0);
