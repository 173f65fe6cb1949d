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
// Optional: `Variant: tsan`, `Timeout: 120` (seconds for one run of the test),
// `Host: node24` (one of tools/hosts, for a test in JavaScript), and `Runs: 20` for
// a race: how often at the most the test is run until it is red. A machine whose
// processors are busy shows a race less often.
// The tree is copied; there the named test must be green before the patch and
// red (failed, crashed or hung) with it. A patch that does not apply exactly, or
// does not compile, is a failure too; `make check` tells the first at once.
//
//   node tools/mutants.js [NAME...]      all, or those whose name has NAME; the
//                                        environment's PART=2/3: a third of them
//   node tools/mutants.js --refresh [NAME...]
//          nothing is run: patches whose context or place has changed are written
//          anew. It says which ones it could not place, and leaves them alone.
//     --moved OLD=NEW[,NEW...]           that file is now here (it looks in all of
//                                        src/ and include/ where this is not said)
//     --renamed OLD=NEW                  that word is now this one
//
// After a refresh, look at `git diff test/mutants`: a place that was found is
// likely, and whether the mistake still means what it says is for you to see.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { listMutants, readMutant, readWords, unknownWords } = require('./check-mutants');
const { applyPatch, formatPatch, parsePatch } = require('./patch');
const { refreshPatch } = require('./refresh');
const { output, root, run, runSteps, takePart } = require('./steps');

const make = process.env.MAKE || 'make';

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
function runTest(copy, { where, title, variant, timeout, host }) {
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
  const program = host === undefined ? process.execPath
    : path.join(root, 'tools', 'hosts', 'node_modules', host, 'bin', 'node');
  const result = runGroup(program, [mocha, `test/${where}`, '-f', title], options);
  if (result.error) return 'red';
  const [, passed, failed] = result.stdout.match(/^(\d+) passed, (\d+) failed/m) || [];
  if (passed === '0' && failed === '0') {
    throw new Error(`no test of ${where} has '${title}' in its name`);
  }
  return result.status === 0 && passed !== undefined ? 'green' : 'red';
}

function write(copy, files, which) {
  for (const each of files) fs.writeFileSync(path.join(copy, each.file), each[which]);
}

function tryMutant(copy, file) {
  const mutant = readMutant(root, file);
  const files = applyPatch(copy, mutant.patch);
  build(copy, mutant);
  if (runTest(copy, mutant) !== 'green') throw new Error(`${mutant.test} is red without it`);
  write(copy, files, 'after');
  try {
    build(copy, mutant);
    let run = 1;
    while (runTest(copy, mutant) !== 'red') {
      if (run++ === mutant.runs) throw new Error(`${mutant.test} did not notice`);
    }
  } finally {
    write(copy, files, 'before');
  }
  return `contract ${mutant.contract}: ${mutant.mistake}: caught by ${mutant.test}`;
}

function tryAll(files) {
  const copy = copyTree();
  try {
    runSteps(files.map((file) => [path.basename(file, '.patch'), () => tryMutant(copy, file)]));
  } finally {
    fs.rmSync(copy, { recursive: true });
  }
}

// ['old=new,newer'] -> Map { old => ['new', 'newer'] }
function readPairs(texts) {
  return new Map(texts.map((text) => {
    const [, from, to] = text.match(/^([^=]+)=([^=]+)$/) || [];
    if (from === undefined) throw new Error(`'${text}' is not OLD=NEW`);
    return [from, to.split(',')];
  }));
}

// Line numbers alone are not worth a change of the file.
const withoutNumbers = (text) => text.replace(/^@@ -[\d,]+ \+[\d,]+ @@/gm, '@@');

function refreshAll(files, moved, renamed) {
  const count = { kept: 0, refreshed: 0, left: 0 };
  const words = readWords(root);
  const say = (what, file, detail) => {
    count[what]++;
    console.log(`${what.padEnd(10)}${path.basename(file)}${detail ? `: ${detail}` : ''}`);
  };
  for (const file of files) {
    try {
      const mutant = readMutant(root, file);
      const { patch, notes } = refreshPatch(root, mutant.patch, moved, renamed);
      const text = formatPatch(patch);
      const changed = applyPatch(root, parsePatch(text));
      for (const word of unknownWords(changed, words)) notes.push(`the library has no ${word}: see --renamed`);
      if (withoutNumbers(text) === withoutNumbers(mutant.text)) {
        if (notes.length > 0) console.log(`kept      ${path.basename(file)}: ${notes.join('; ')}`);
        count.kept++;
      } else {
        fs.writeFileSync(path.join(root, file), text);
        say('refreshed', file, notes.join('; '));
      }
    } catch (error) {
      say('left', file, error.message);
    }
  }
  console.log(`${count.kept} kept, ${count.refreshed} refreshed, ${count.left} left to a human`);
  process.exitCode = count.left > 0 ? 1 : 0;
}

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    refresh: { type: 'boolean' },
    moved: { type: 'string', multiple: true, default: [] },
    renamed: { type: 'string', multiple: true, default: [] },
  },
});
const files = listMutants(root)
  .filter((file) => names.length === 0 || names.some((name) => path.basename(file).includes(name)));
if (files.length === 0) {
  console.error(`no seeded mistake is called ${names.join(' or ')}`);
  process.exitCode = 1;
} else if (values.refresh) {
  const renamed = [...readPairs(values.renamed)].map(([from, [to]]) => [from, to]);
  refreshAll(files, readPairs(values.moved), new Map(renamed));
} else {
  tryAll(takePart(files, (file) => path.basename(file, '.patch')));
}
