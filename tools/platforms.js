// SPDX-License-Identifier: MIT
'use strict';

// Runs the tests on every platform that this machine can build for and run, and
// prints a table: a line for each host on a platform, a column for each suite, with
// `passed/failed/skipped` where not all passed, and `+n` for tests that are left out
// for what the platform lacks. Any red fails the run.
//
//   node tools/platforms.js [NAME...] [FILE...]
//
// All platforms, or those named: windows, musl, arm64, s390x, armv7l, i686,
// macos-on-linux; or one host of a platform: windows/node26. All files, or those
// named. PART=2/3, an environment variable, runs the second third of the files that
// load addons where a platform is slow, and prints which files that leaves for the
// other thirds.
//
// The large tests have a size that fits the platform's speed: TSFN_TEST_SCALE, of a
// million items, says otherwise for those that load addons, TEST_SCALE_DIVISOR for
// those in C.

const path = require('node:path');
const { listFiles } = require('./source');
const { output, root, run } = require('./steps');
const { cell, printTable, runFiles, say, sumOf } = require('./suites');

const targets = [
  ...require('./targets/windows').targets,
  ...require('./targets/musl'),
  ...require('./targets/linux'),
  ...require('./targets/macos').targets,
];

const CXX = 'drop-in in C++';
const CLASSES = 'test/conformance/classes.test.js';
const SUITES = {
  'C tests': ['test/c.test.js'],
  addons: [...listFiles(root, 'test/node', ['.test.js']), ...listFiles(root, 'test/record', ['.test.js']),
    ...listFiles(root, 'test/export', ['.test.js']), ...listFiles(root, 'test/answer', ['.test.js']),
    ...listFiles(root, 'test/stream', ['.test.js'])],
  conformance: listFiles(root, 'test/conformance', ['.test.js']).filter((file) => file !== CLASSES),
  [CXX]: [...listFiles(root, 'test/dropin', ['.test.js']), CLASSES],
  examples: listFiles(root, 'test/examples', ['.test.js']),
};

// These say nothing about a platform.
const NOT_HERE = {
  'test/record/declare.test.js': 'it asks the compilers of this machine, which make test does',
  'test/examples/search.test.js': 'the example is written for POSIX, and built for this machine only',
  'test/examples/sqlite.test.js': 'the example wants a library of this machine, and is built for it only',
};

function build(target, withAddons) {
  const addons = [target.withoutCxx ? 'c-addons' : 'addons', 'examples', ...target.installs];
  const parts = ['c-tests', ...(withAddons ? addons : [])];
  const make = run(process.env.MAKE || 'make', ['-j2', ...target.make, ...parts]);
  if (make.status !== 0) throw new Error(output(make));
}

// The C tests are run from here, each by the target's wrapper.
const cHostOf = (target) => ({
  program: process.execPath,
  timeout: 900000,
  runsAgain: target.startFails,
  env: {
    ...target.env,
    TEST_WRAPPER: target.wrapper.join(' '),
    TEST_SUFFIX: target.suffix || '',
    TEST_LACKS: target.lacks || '',
    TEST_SCALE_DIVISOR: process.env.TEST_SCALE_DIVISOR || target.divisor,
    TEST_TIMEOUT: '300000',
  },
});

function chooseFiles({ isSlow }, files, named) {
  const [part, parts] = (isSlow && process.env.PART ? process.env.PART : '1/1').split('/').map(Number);
  const wanted = named.length === 0 ? files : files.filter((file) => named.includes(file));
  return wanted.filter((file, index) => index % parts === part - 1);
}

async function runSuites(target, host, suites, named) {
  const row = { counts: {}, failures: [] };
  const all = suites.flatMap((suite) => SUITES[suite]).filter((file) => !(file in NOT_HERE));
  const chosen = suites[0] === 'C tests' ? all : chooseFiles(target, all, named);
  const env = {
    ...host.env,
    VARIANT: target.name,
    TSFN_TEST_SCALE: process.env.TSFN_TEST_SCALE || target.scale,
  };
  const result = await runFiles(host.title, { ...host, env, tells: true }, chosen);
  for (const suite of suites) {
    const ran = SUITES[suite].filter((file) => file in result.suites).map((file) => result.suites[file]);
    if (ran.length > 0) row.counts[suite] = sumOf(ran);
  }
  for (const [file, { failures }] of Object.entries(result.suites)) {
    row.failures.push(...failures.map((line) => `${host.title}: ${file}: ${line}`));
  }
  const rest = all.filter((file) => !chosen.includes(file));
  if (rest.length > 0 && named.length === 0) console.log(`${host.title}: not in this part: ${rest.join(' ')}`);
  console.log(`${host.title}: ${say(sumOf(Object.values(row.counts)))}`);
  for (const [reason, count] of result.reasons) console.log(`  ${count} left out: ${reason}`);
  for (const line of result.again) console.log(`  run once more, since at first ${line}`);
  return row;
}

function versionOf(host, name) {
  const { stdout } = run(host.program, [...(host.args || []), '-p', 'process.versions.bun || process.versions.node'], {
    env: host.env,
  });
  return `${name.replace(/\d+$/, '')} ${stdout.trim()}`;
}

// The rows of one platform: its C tests, then each host that is wanted.
async function runTarget(target, wanted, named) {
  const isWanted = (suite) => named.length === 0 || SUITES[suite].some((file) => named.includes(file));
  const suites = Object.keys(SUITES).slice(1)
    .filter((suite) => isWanted(suite) && !(target.withoutCxx && suite === CXX));
  const hosts = suites.length === 0 ? []
    : Object.keys(target.hosts).filter((name) => wanted(`${target.name}/${name}`));
  const missing = target.missing(hosts.length > 0);
  if (missing) return [{ title: target.title, missing }];
  build(target, hosts.length > 0);
  if (target.start) target.start();
  const rows = [];
  const add = async (host, name, list) => {
    const start = Date.now();
    const row = await runSuites(target, { ...host, title: `${target.title}, ${name}` }, list, named);
    rows.push({ ...row, title: target.title, host: name, seconds: (Date.now() - start) / 1000 });
  };
  if (isWanted('C tests')) await add(cHostOf(target), 'no Node', ['C tests']);
  for (const name of hosts) {
    const host = target.hosts[name]();
    await add(host, versionOf(host, name), suites);
  }
  return rows;
}

function report(rows) {
  const suites = Object.keys(SUITES);
  console.log('\npassed, or passed/failed/skipped; +n: left out for what the platform lacks; -: does not apply\n');
  printTable([
    ['platform', 'host', ...suites, 'seconds'],
    ...rows.filter((row) => !row.missing).map(({ title, host, counts, seconds }) =>
      [title, host, ...suites.map((suite) => (counts[suite] ? cell(counts[suite]) : '-')), seconds.toFixed(0)]),
  ]);
  console.log('');
  for (const [file, reason] of Object.entries(NOT_HERE)) console.log(`not run: ${file}: ${reason}`);
  for (const target of targets.filter(({ withoutCxx }) => withoutCxx)) {
    console.log(`not run: ${target.title}: ${CXX}: ${target.withoutCxx}`);
  }
  const lacking = rows.filter((row) => row.missing);
  for (const { title, missing } of lacking) console.log(`skipped: ${title}: ${missing}`);
  for (const line of rows.flatMap(({ failures = [] }) => failures)) console.log(`failed: ${line}`);
  const sum = sumOf(rows.flatMap(({ counts = {} }) => Object.values(counts)));
  const skipped = sum.skipped + lacking.length;
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${skipped} skipped`);
  process.exitCode = sum.passed > 0 && sum.failed + (process.env.CI === 'true' ? skipped : sum.skipped) === 0 ? 0 : 1;
}

async function main() {
  const args = process.argv.slice(2);
  const named = args.filter((arg) => arg.endsWith('.test.js'));
  const names = args.filter((arg) => !arg.endsWith('.test.js'));
  // A platform stands for all its hosts; with one host of it come its C tests.
  const wanted = (name) => names.length === 0 || names.some((one) =>
    name === one || name.startsWith(`${one}/`) || one.startsWith(`${name}/`));
  const unknown = names.filter((name) => !targets.some((target) =>
    name === target.name || (name.startsWith(`${target.name}/`) && name.slice(target.name.length + 1) in target.hosts)));
  if (unknown.length > 0) throw new Error(`no platform is called ${unknown.join(' ')}`);
  const rows = [];
  for (const target of targets.filter(({ name }) => wanted(name))) {
    rows.push(...await runTarget(target, wanted, named));
  }
  report(rows);
}

module.exports = { targets };
if (require.main === module) main();
