// SPDX-License-Identifier: MIT
'use strict';

// What is too slow for every edit: tests under sanitizers, the C tests under valgrind,
// the public headers in every dialect, the C tests on other processors, systems and
// C libraries, all layers linked for macOS. `make platforms` runs the tests that
// load addons there.
//
//   node tools/verify.js [STEP...]     all steps, or those whose name has STEP

const fs = require('node:fs');
const path = require('node:path');
const { checkCounts } = require('./counts');
const { Skip, has, output, root, run, runSteps, takePart } = require('./steps');
const { listFiles } = require('./source');
const { checkMacos } = require('./targets/macos');

const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

function testC(variant, env) {
  const make = run(process.env.MAKE || 'make', ['-j2', `VARIANT=${variant}`, 'c-tests']);
  if (make.status !== 0) throw new Error(output(make));
  return runC({ VARIANT: variant, ...env });
}

function runC(env) {
  const tests = run(process.execPath, [mocha, 'test/c.test.js'], {
    env: { TEST_TIMEOUT: '300000', ...env },
  });
  if (tests.status !== 0) throw new Error(output(tests));
  const summary = tests.stdout.trim().split('\n').pop();
  if (/^0 passed/.test(summary)) throw new Error('no test ran');
  return summary;
}

// Where C copies into memory of JavaScript's, and out of an arena. Node itself is not
// built with it, and leaks at its end.
function testRecordsUnderAsan() {
  const make = run(process.env.MAKE || 'make', ['-j2', 'VARIANT=asan', 'addons']);
  if (make.status !== 0) throw new Error(output(make));
  const library = run(process.env.CC || 'cc', ['-print-file-name=libasan.so']).stdout.trim();
  if (!path.isAbsolute(library)) throw new Skip('the compiler has no libasan.so');
  const files = ['record', 'export'].flatMap((folder) => listFiles(root, `test/${folder}`, ['.test.js']));
  const tests = run(process.execPath, [mocha, ...files], {
    env: {
      VARIANT: 'asan', LD_PRELOAD: library, TEST_TIMEOUT: '300000',
      ASAN_OPTIONS: 'detect_leaks=0:quarantine_size_mb=16', UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    },
  });
  if (tests.status !== 0) throw new Error(output(tests));
  return tests.stdout.trim().split('\n').pop();
}

function testValgrind() {
  if (!has('valgrind')) throw new Skip('valgrind is not installed');
  return testC('debug', {
    TEST_WRAPPER:
      'valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=all ' +
      '--errors-for-leak-kinds=definite,possible --fair-sched=yes ' +
      `--suppressions=${path.join(root, 'tools', 'targets', 'valgrind.supp')}`,
    TEST_SCALE_DIVISOR: '100',
  });
}

function buildWithClang() {
  if (!has('clang')) throw new Skip('clang is not installed');
  const flags = ['VARIANT=debug', 'CC=clang', 'WERROR=1'];
  const make = run(process.env.MAKE || 'make', ['-j2', ...flags, 'lib', 'c-tests', 'addons']);
  if (make.status !== 0) throw new Error(output(make));
}

// As in a container whose filter forbids membarrier(2), and on macOS, which has no
// such call.
function testWithoutBarrier() {
  const wrapper = 'build/without-membarrier';
  const cc = run(process.env.CC || 'cc', ['-o', wrapper, 'tools/targets/without-membarrier.c']);
  if (cc.status !== 0) throw new Error(output(cc));
  return testC('release', {
    TEST_WRAPPER: wrapper, TEST_LACKS: 'no barrier', TEST_SCALE_DIVISOR: '100',
  });
}

// A part of what `make platforms` runs: files on a platform, or on a host of it.
function testPlatform(name, files) {
  const result = run(process.execPath, ['tools/platforms.js', name, ...files]);
  const [, missing] = /^skipped: .*: (.*)$/m.exec(result.stdout) || [];
  if (missing) throw new Skip(missing);
  if (result.status !== 0) throw new Error(output(result));
  return result.stdout.trim().split('\n').pop();
}

const testCOn = (name) => testPlatform(name, ['test/c.test.js']);

// Nothing that glibc has got since 2.28 (August 2018), which is what Node 18 and
// newer ask for, except by a new version of an old symbol: those are versioned
// by the glibc that the addon is linked on.
function checkGlibc() {
  if (!has('objdump')) throw new Skip('objdump is not installed');
  const make = run(process.env.MAKE || 'make', ['-j2', 'addons']);
  if (make.status !== 0) throw new Error(output(make));
  const addon = path.join(root, 'build', 'release', 'test', 'node', 'driver.node');
  const { stdout } = run('objdump', ['-T', addon]);
  const symbols = [...stdout.matchAll(/\*UND\*.*\(?GLIBC_(\d+)\.(\d+)[.\d]*\)?\s+(\w+)$/gm)];
  if (symbols.length === 0) throw new Error('no symbol of glibc was found');
  const since = symbols.filter(([, major, minor]) => major > 2 || minor > 28).map(([, , , name]) => name);
  const unknown = since.filter((name) => !MOVED.has(name));
  if (unknown.length > 0) throw new Error(`newer than glibc 2.28: ${unknown.join(' ')}`);
  return `${symbols.length} symbols, ${since.length} of them given a new version since`;
}

// In 2.28 these were in libpthread, libdl and libc; 2.33 and 2.34 moved them to
// libc, with the version of the move.
const MOVED = new Set(('pthread_create pthread_join pthread_detach pthread_key_create pthread_key_delete '
  + 'pthread_setspecific pthread_getspecific pthread_once pthread_mutex_trylock pthread_mutexattr_settype '
  + 'pthread_condattr_setclock pthread_attr_setstacksize pthread_rwlock_rdlock pthread_rwlock_wrlock '
  + 'pthread_rwlock_unlock sem_init sem_post sem_wait sem_destroy dlsym dladdr dlopen dlclose dlerror '
  + 'stat fstat lstat').split(' '));

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
  ['asan addons: records in addons under AddressSanitizer and UBSan', testRecordsUnderAsan],
  ['clang: the library and the tests build without a warning', buildWithClang],
  ['debug: the C tests with TSFN_DEBUG', () => testC('debug', {})],
  ['valgrind: the C tests under memcheck', testValgrind],
  ['no barrier: the C tests where membarrier is forbidden', testWithoutBarrier],
  ['counts: instructions of a call, a drained item and a crossing', checkCounts],
  ['glibc: nothing newer than 2.28', checkGlibc],
  ['windows: the C tests under Wine', () => testCOn('windows')],
  ['musl: the C tests with musl', () => testCOn('musl')],
  ['arm64: the C tests under qemu', () => testCOn('arm64')],
  ['s390x, big-endian: the C tests under qemu', () => testCOn('s390x')],
  ['armv7l, 32 bits: the C tests under qemu', () => testCOn('armv7l')],
  ['i686, 32 bits: the C tests', () => testCOn('i686')],
  ['macos: all layers, tests and addons linked for arm64', () => checkMacos('arm64')],
  ['macos: all layers, tests and addons linked for x64', () => checkMacos('x64')],
  ["macos: the C tests with macOS's branches, on Linux", () => testCOn('macos-on-linux')],
  ['headers: in every dialect', testHeaders],
];

// In each run, also where PART asks for some of the others only: races and memory,
// and what takes seconds.
const ALWAYS = /^(tsan|asan|counts|glibc|headers):?/;

const wanted = process.argv.slice(2);
const chosen = steps.filter(([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const turns = takePart(chosen.filter(([name]) => !ALWAYS.test(name)), ([name]) => name.split(':')[0]);
runSteps(chosen.filter((step) => ALWAYS.test(step[0]) || turns.includes(step)));
