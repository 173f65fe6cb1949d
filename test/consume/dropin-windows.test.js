// SPDX-License-Identifier: MIT
'use strict';

// On Windows an addon gets the host's functions from an import library, node.lib,
// and a linker takes a name from the first library that has it. MSBuild puts
// node.lib in front of what an addon depends on. There is no MSVC here: mingw-w64
// compiles what gyp and CMake say for Windows, its linker is given the parts in
// MSBuild's order, and the addon runs on node.exe under Wine.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root } = require('../support/build');
const { describe: say, runProgram } = require('../support/child');
const { skip } = require('../support/skip');
const windows = require('../../tools/targets/windows');
const {
  createConsumer, gypForWindows, gypMissing, has, nodePrefix, removeConsumer, run,
} = require('./consumer');

const FIXTURE = path.join(__dirname, 'dropin');
const CC = 'x86_64-w64-mingw32-gcc';
const CXX = 'x86_64-w64-mingw32-g++-posix';
const HEADERS = path.join(root, 'node_modules', 'node-api-headers');
const SEVEN = /napi_(create|call|acquire|release|ref|unref)_threadsafe_function|napi_get_threadsafe_function_context/;

describe('the drop-in layer wins on Windows', function () {
  this.timeout(300000);
  let folder, host, nodeLib, archives;

  before(function () {
    const missing = windows.missing() || gypMissing()
      || (windows.hasNode('node20') ? null : 'node.exe is not installed: run make windows once');
    if (missing) skip(this, missing);
    windows.start();
    host = windows.hostOf('node20');
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-windows-'));
    nodeLib = path.join(folder, 'libnode.a');
    run(CC.replace('gcc', 'dlltool'), ['-d', path.join(HEADERS, 'def', 'node_api.def'), '-l', nodeLib], root);
  });

  after(() => folder && fs.rmSync(folder, { recursive: true, force: true }));

  // Which of the seven functions the addon takes from the program.
  const imported = (addon) => run('x86_64-w64-mingw32-objdump', ['-p', addon], root)
    .split('\n').filter((line) => SEVEN.test(line));

  async function check(addon) {
    assert.deepStrictEqual(imported(addon), []);
    const { program, args, env } = host;
    const result = await runProgram(program, [...args, path.join(FIXTURE, 'check.js'), addon], { env });
    assert.deepStrictEqual(result.stdout.trim().split(/\r?\n/), ['ours', 'all in order'], say(result));
    assert.strictEqual(result.code, 0, say(result));
  }

  // A source of a target that gyp describes. The addon's own are compiled without a
  // standard, the library's as C11; what of ours is the addon's must be C99.
  function standardOf(source, target) {
    if (target.startsWith('tsfn')) return ['-std=c11'];
    return source.includes('libtsfn') ? ['-std=c99', '-pedantic-errors'] : [];
  }

  function compile(source, { target_name: target, configurations }, base, extra) {
    const { defines, include_dirs: includes } = configurations.Release;
    const object = path.join(folder, `${target}-${path.basename(source)}.o`);
    run(source.endsWith('.c') ? CC : CXX, [
      ...standardOf(source, target), '-O2', ...extra,
      ...defines.filter((define) => !define.startsWith('HOST_BINARY')).map((define) => `-D${define}`),
      ...includes.flatMap((include) => ['-I', include]), '-isystem', path.join(HEADERS, 'include'),
      '-c', source, '-o', object,
    ], base);
    return object;
  }

  // The same for each addon, so they are built once.
  const buildLibraries = (library, place) => ['tsfn_dropin', 'tsfn'].map((part) => {
    const archive = path.join(folder, `${part}.a`);
    const objects = library[part].sources.map((source) => compile(source, library[part], place, []));
    run(CC.replace('gcc', 'gcc-ar'), ['rcs', archive, ...objects], root);
    return archive;
  });

  // The addon of a target in binding.gyp, linked in MSBuild's order.
  function buildAsGypSays(name, extra = []) {
    const consumer = createConsumer(['addon.c', 'binding.gyp'], FIXTURE);
    fs.copyFileSync(path.join(FIXTURE, 'addon.c'), path.join(consumer, 'addon.cc'));
    try {
      const { addon: { [name]: target }, library } = gypForWindows(consumer, nodePrefix());
      archives = archives || buildLibraries(library, path.join(consumer, 'node_modules', 'libtsfn'));
      const sources = target.sources.filter((source) => !source.endsWith('win_delay_load_hook.cc'));
      const objects = sources.map((source) => compile(source, target, consumer, extra));
      const addon = path.join(folder, `${name}.node`);
      run(CXX, ['-shared', '-o', addon, ...objects, nodeLib, ...archives, nodeLib, '-static'], root);
      return addon;
    } finally {
      removeConsumer(consumer);
    }
  }

  it('as a gyp target, in C', () => check(buildAsGypSays('addon')));
  it('as a gyp target, in C++', () => check(buildAsGypSays('addon_cc')));
  it('as a gyp target, where Node-API is declared as imported', () =>
    check(buildAsGypSays('addon', ['-DNAPI_EXTERN=__declspec(dllimport)'])));

  it('as a CMake target, behind the import library', async function () {
    if (!has('cmake')) skip(this, 'cmake is not installed');
    const consumer = createConsumer(['addon.c', 'CMakeLists.txt'], FIXTURE);
    try {
      fs.copyFileSync(path.join(FIXTURE, 'addon.c'), path.join(consumer, 'addon.cc'));
      run('cmake', [
        '-S', '.', '-B', 'out', '-DCMAKE_BUILD_TYPE=Release', '-DCMAKE_SYSTEM_NAME=Windows',
        `-DCMAKE_C_COMPILER=${CC}`, `-DCMAKE_CXX_COMPILER=${CXX}`, '-DCMAKE_SHARED_LINKER_FLAGS=-static',
        '-DCMAKE_MODULE_LINKER_FLAGS=-static', `-DHOST_LIBRARY=${nodeLib}`,
        // Once more at the end: this linker looks into a library once for each mention.
        `-DCMAKE_C_STANDARD_LIBRARIES=${nodeLib}`, `-DCMAKE_CXX_STANDARD_LIBRARIES=${nodeLib}`,
        `-DTSFN_NODE_API_INCLUDE_DIR=${path.join(HEADERS, 'include')}`,
      ], consumer);
      run('cmake', ['--build', 'out'], consumer);
      for (const name of ['addon_c', 'addon_cc']) await check(path.join(consumer, 'out', `${name}.node`));
    } finally {
      removeConsumer(consumer);
    }
  });

  it('by hand, or it does not link: never in silence', async () => {
    const library = path.join(root, 'build', 'windows', 'libtsfn_dropin.a');
    const object = path.join(folder, 'by-hand.o');
    const include = ['-I', path.join(root, 'include'), '-isystem', path.join(HEADERS, 'include')];
    run('make', ['TARGET=windows', 'build/windows/libtsfn_dropin.a'], root);
    run(CC, [...include, '-c', path.join(FIXTURE, 'addon.c'), '-o', object], root);
    const link = (...files) => {
      const addon = path.join(folder, 'by-hand.node');
      run(CC, ['-shared', '-o', addon, object, ...files, nodeLib, '-static', '-lpthread'], root);
      return addon;
    };
    await check(link(library));
    assert.throws(() => link(nodeLib, library), /multiple definition of `napi_create_threadsafe_function'/);
  });
});
