// SPDX-License-Identifier: MIT
'use strict';

// Seeded mistakes. Each test/mutants/*.patch is a diff against this tree below
// a few lines that say what it breaks and which test must notice:
//
//   Contract: 4 no lost wake-ups
//   Mistake: close wakes one waiter and forgets the others
//   Test: core/park_test close_wakes_every_waiter
//
// or, for a test in JavaScript (a part of its title follows the file):
//
//   Test: node/teardown.test.js terminates while producers are parked
//
// Optional: `Variant: tsan`, `Timeout: 120` (seconds for one run of the test).
// The tree is copied; there the named test must be green before the patch and
// red (failed, crashed or hung) with it. A patch that does not apply or compile
// is a failure too.
//
//   node tools/mutants.js [NAME...]      all, or those whose name has NAME

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { output, root, run, runSteps } = require('./steps');

const folder = path.join(root, 'test', 'mutants');
const make = process.env.MAKE || 'make';

function readMutant(file) {
  const text = fs.readFileSync(path.join(folder, file), 'utf8');
  const field = (name) => (text.match(new RegExp(`^${name}: *(.+)$`, 'm')) || [])[1];
  const test = field('Test') || '';
  const [where, ...title] = test.split(' ');
  if (!field('Contract') || !field('Mistake') || title.length === 0) {
    throw new Error(`${file} needs the lines Contract:, Mistake: and Test:`);
  }
  return {
    file,
    test,
    where,
    title: title.join(' '),
    variant: field('Variant') || 'release',
    timeout: 1000 * Number(field('Timeout') || 60),
    mistake: field('Mistake'),
    contract: field('Contract'),
  };
}

// The tree without history; what is built and installed is not made again:
// build/ is copied with its times, node_modules and tools are linked.
function copyTree() {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-mutants-'));
  const cp = run('cp', ['-a', ...fs.readdirSync(root)
    .filter((name) => !['.git', 'node_modules', 'tools'].includes(name))
    .map((name) => path.join(root, name)), copy]);
  if (cp.status !== 0) throw new Error(output(cp));
  for (const name of ['node_modules', 'tools']) {
    fs.symlinkSync(path.join(root, name), path.join(copy, name));
  }
  return copy;
}

function build(copy, { variant, where }) {
  const target = where.endsWith('_test')
    ? [`build/${variant}/test/${where}`]
    : ['addons', 'examples'];
  const made = run(make, ['-j2', `VARIANT=${variant}`, ...target], { cwd: copy, env: { CI: '' } });
  if (made.status !== 0) throw new Error(`it does not build:\n${output(made)}`);
}

// As run, in a process group of its own that does not outlive it: a hung test
// that is killed leaves its children behind.
function runGroup(program, args, options) {
  const result = run(program, args, { ...options, detached: true });
  try {
    process.kill(-result.pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
  return result;
}

// 'green', 'red' (failed or hung), or throws when no such test ran.
function runTest(copy, { where, title, variant, timeout }) {
  const env = { VARIANT: variant, CI: '' };
  const options = { cwd: copy, env, timeout, killSignal: 'SIGKILL' };
  if (where.endsWith('_test')) {
    const program = path.join(copy, 'build', variant, 'test', where);
    const { status, stdout, stderr } = runGroup(program, [title], options);
    if (status === 77 || /no test is called/.test(stderr)) {
      throw new Error(`${where} ${title} did not run:\n${stdout}${stderr}`);
    }
    return status === 0 ? 'green' : 'red';
  }
  const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const result = runGroup(process.execPath, [mocha, `test/${where}`, '-f', title], options);
  if (result.error) return 'red';
  const [, passed, failed] = result.stdout.match(/^(\d+) passed, (\d+) failed/m) || [];
  if (passed === '0' && failed === '0') {
    throw new Error(`no test of ${where} has '${title}' in its name`);
  }
  return result.status === 0 && passed !== undefined ? 'green' : 'red';
}

function apply(copy, mutant, ...flags) {
  const patch = path.join(folder, mutant.file);
  // Outside a repository, so that git takes the paths from the current folder.
  const applied = run('git', ['apply', '--recount', '-C1', ...flags, patch], {
    cwd: copy,
    env: { GIT_CEILING_DIRECTORIES: path.dirname(copy) },
  });
  if (applied.status !== 0) throw new Error(`it does not apply:\n${output(applied)}`);
}

function tryMutant(copy, mutant) {
  build(copy, mutant);
  if (runTest(copy, mutant) !== 'green') throw new Error(`${mutant.test} is red without it`);
  apply(copy, mutant);
  try {
    build(copy, mutant);
    if (runTest(copy, mutant) !== 'red') throw new Error(`${mutant.test} did not notice`);
  } finally {
    apply(copy, mutant, '-R');
  }
  return `caught by ${mutant.test}`;
}

const wanted = process.argv.slice(2);
const files = fs.existsSync(folder)
  ? fs.readdirSync(folder).filter((name) => name.endsWith('.patch')).sort()
  : [];
const mutants = files
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  .map(readMutant);
const copy = copyTree();
try {
  runSteps(mutants.map((mutant) => [
    `contract ${mutant.contract}: ${mutant.mistake}`,
    () => tryMutant(copy, mutant),
  ]));
} finally {
  fs.rmSync(copy, { recursive: true });
}
if (mutants.length === 0) process.exitCode = 1;
