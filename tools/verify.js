// SPDX-License-Identifier: MIT
'use strict';

// What is too slow for every edit: the C tests under sanitizers and valgrind,
// the public headers in every dialect, the C tests on other machines and other C
// libraries, all layers compiled for Windows.
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

// The C tests built by another compiler, in a folder of their own. `wrapper` runs
// what is not of this machine.
function testCross(name, cc, env) {
  if (!has(cc)) throw new Skip(`${cc} is not installed`);
  const folder = path.posix.join('build', name);
  const make = run(process.env.MAKE || 'make', ['-j2', `CC=${cc}`, `B=${folder}`, 'WERROR=1', 'c-tests']);
  if (make.status !== 0) throw new Error(output(make));
  return runC({ VARIANT: name, ...env });
}

const QEMU = 'qemu-aarch64 -L /usr/aarch64-linux-gnu';

function testArm64() {
  if (!has('qemu-aarch64')) throw new Skip('qemu-aarch64 is not installed');
  // An instruction costs some ten of ours; the tests' own timeouts stay.
  return testCross('arm64', 'aarch64-linux-gnu-gcc', { TEST_WRAPPER: QEMU, TEST_SCALE_DIVISOR: '100' });
}

// Of each kind of promise a file; all of them would take an hour.
const ARM64_FILES = ['node/exactly-one-completion', 'node/no-lost-wake-ups', 'node/safe-in-every-state',
  'record/every-kind-in-every-mode', 'stream/start-settles-at-the-end'];

function testArm64Node() {
  if (!has('qemu-aarch64')) throw new Skip('qemu-aarch64 is not installed');
  const cc = 'aarch64-linux-gnu-gcc';
  if (!has(cc)) throw new Skip(`${cc} is not installed`);
  const host = 'tools/hosts/arm64/node_modules';
  const parts = [`${host}/.installed`, 'c-addons'];
  const make = run(process.env.MAKE || 'make', ['-j2', `CC=${cc}`, 'B=build/arm64', ...parts]);
  if (make.status !== 0) throw new Error(output(make));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-arm64-'));
  try {
    // One program, as the tests want it of a host.
    const node = path.join(folder, 'node');
    fs.writeFileSync(node, `#!/bin/sh\nexec ${QEMU} '${root}/${host}/node24/bin/node' "$@"\n`, { mode: 0o755 });
    const files = ARM64_FILES.map((file) => `test/${file}.test.js`);
    const tests = run(node, [mocha, ...files], {
      env: { VARIANT: 'arm64', HOST_NODE: node, TSFN_TEST_SCALE: '10000' },
    });
    if (tests.status !== 0) throw new Error(output(tests));
    return tests.stdout.trim().split('\n').pop();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

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

// Each file is compiled, then those of os and core are linked: a symbol that only
// a layer above (or only POSIX) has is an error. The others are compiled only:
// they link with the host's import library.
function crossCompile() {
  const cc = process.env.MINGW_CC || 'x86_64-w64-mingw32-gcc';
  if (!has(cc)) throw new Skip(`${cc} is not installed`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-mingw-'));
  try {
    const sources = [...listFiles(root, 'src/os', ['.c']), ...listFiles(root, 'src/core', ['.c'])];
    const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-Iinclude', '-Isrc'];
    const link = ['-shared', '-o', path.join(folder, 'core.dll')];
    const result = run(cc, [...flags, ...sources, ...link]);
    if (result.status !== 0) throw new Error(output(result));
    const headers = ['-DNAPI_VERSION=8', '-isystem', 'node_modules/node-api-headers/include'];
    const others = ['record', 'node', 'stream', 'dropin'].flatMap((layer) => listFiles(root, `src/${layer}`, ['.c']));
    const compiled = run(cc, [...flags, ...headers, '-fsyntax-only', ...others]);
    if (compiled.status !== 0) throw new Error(output(compiled));
    return `${sources.length} files linked, ${others.length} more compiled`;
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
  ['no barrier: the C tests where membarrier is forbidden', testWithoutBarrier],
  ['counts: instructions of a call, a drained item and a crossing', checkCounts],
  ['arm64: the C tests under qemu', testArm64],
  ['arm64: addons on Node under qemu', testArm64Node],
  ['musl: the C tests with musl', () => testCross('musl', 'musl-gcc', {})],
  ['glibc: nothing newer than 2.28', checkGlibc],
  ['mingw: os and core linked for Windows, the other layers compiled', crossCompile],
  ['headers: in every dialect', testHeaders],
];

const wanted = process.argv.slice(2);
runSteps(steps.filter(([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word))));
