// SPDX-License-Identifier: MIT
'use strict';

// What is too slow for every edit: the C tests under sanitizers and valgrind,
// the public headers in every dialect, the lower layers built for Windows.
//
//   node tools/verify.js [STEP...]     all steps, or those whose name has STEP

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { checkCounts } = require('./counts');
const { listFiles } = require('./source');
const { Skip, has, output, root, run, runSteps } = require('./steps');

const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

function testC(variant, env) {
  const make = run(process.env.MAKE || 'make', ['-j2', `VARIANT=${variant}`, 'c-tests']);
  if (make.status !== 0) throw new Error(output(make));
  const tests = run(process.execPath, [mocha, 'test/c.test.js'], {
    env: { VARIANT: variant, TEST_TIMEOUT: '300000', ...env },
  });
  if (tests.status !== 0) throw new Error(output(tests));
  const summary = tests.stdout.trim().split('\n').pop();
  if (/^0 passed/.test(summary)) throw new Error('no test ran');
  return summary;
}

function testValgrind() {
  if (!has('valgrind')) throw new Skip('valgrind is not installed');
  return testC('debug', {
    TEST_WRAPPER:
      'valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=all ' +
      '--errors-for-leak-kinds=definite,possible --fair-sched=yes',
    TEST_SCALE_DIVISOR: '100',
  });
}

function buildWithClang() {
  if (!has('clang')) throw new Skip('clang is not installed');
  const flags = ['VARIANT=debug', 'CC=clang', 'WERROR=1'];
  const make = run(process.env.MAKE || 'make', ['-j2', ...flags, 'lib', 'c-tests', 'addons']);
  if (make.status !== 0) throw new Error(output(make));
}

// Each file is compiled, then all are linked: a symbol that only a layer above
// (or only POSIX) has is an error.
function crossCompile() {
  const cc = process.env.MINGW_CC || 'x86_64-w64-mingw32-gcc';
  if (!has(cc)) throw new Skip(`${cc} is not installed`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-mingw-'));
  try {
    const sources = [...listFiles(root, 'src/os', ['.c']), ...listFiles(root, 'src/core', ['.c'])];
    const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-Iinclude', '-Isrc'];
    const link = ['-shared', '-o', path.join(folder, 'core.dll'), '-lsynchronization'];
    const result = run(cc, [...flags, ...sources, ...link]);
    if (result.status !== 0) throw new Error(output(result));
    return `${sources.length} files`;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function testHeaders() {
  const tests = run(process.execPath, [mocha, 'test/consume/headers.test.js']);
  if (tests.status !== 0) throw new Error(output(tests));
  return tests.stdout.trim().split('\n').pop();
}

const steps = [
  ['tsan: the C tests under ThreadSanitizer',
    () => testC('tsan', { TSAN_OPTIONS: 'halt_on_error=1:exitcode=66:second_deadlock_stack=1' })],
  ['asan: the C tests under AddressSanitizer, LeakSanitizer and UBSan',
    () => testC('asan', {
      ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    })],
  ['clang: the library and the tests build without a warning', buildWithClang],
  ['debug: the C tests with TSFN_DEBUG', () => testC('debug', {})],
  ['valgrind: the C tests under memcheck', testValgrind],
  ['counts: instructions of a call, a drained item and a crossing', checkCounts],
  ['mingw: os and core for Windows', crossCompile],
  ['headers: in every dialect', testHeaders],
];

const wanted = process.argv.slice(2);
runSteps(steps.filter(([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word))));
