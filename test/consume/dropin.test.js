// SPDX-License-Identifier: MIT
'use strict';

// Each way to link the drop-in layer makes its functions win over the host's,
// and tsfn_dropin_active says so; where a build went wrong, it says that.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { build, root } = require('../support/build');
const { describe: say, runFile } = require('../support/child');
const { skip } = require('../support/skip');
const {
  createConsumer, exportedSymbols, gypMissing, has, nodeGyp, removeConsumer, run,
} = require('./consumer');

const FIXTURE = path.join(__dirname, 'dropin');
const CHECK = path.join(FIXTURE, 'check.js');
const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');
const INCLUDE = ['-I', path.join(root, 'include'), '-isystem', HEADERS];
const LINK = process.platform === 'darwin'
  ? ['-bundle', '-undefined', 'dynamic_lookup', '-lpthread']
  : ['-shared', '-lpthread', '-ldl'];

const LANGUAGES = {
  C: { compilers: ['gcc', 'clang'], flags: ['-x', 'c', '-std=c11'], cmake: 'addon_c', gyp: 'addon' },
  'C++': { compilers: ['g++', 'clang++'], flags: ['-x', 'c++', '-std=c++11'], cmake: 'addon_cc', gyp: 'addon_cc' },
};
const SUITES = [{ CC: 'gcc', CXX: 'g++' }, { CC: 'clang', CXX: 'clang++' }];

async function check(addon, who, options) {
  const result = await runFile(CHECK, [addon], options);
  assert.deepStrictEqual(result.stdout.trim().split('\n'), [who, 'all in order'], say(result));
  assert.strictEqual(result.code, 0, say(result));
}

function checkExports(addon) {
  if (process.platform !== 'linux' || !has('nm')) return; // told in symbols.test.js
  const allowed = /^(napi_register_module_v\d+|node_api_module_get_api_version_v\d+)$/;
  assert.deepStrictEqual(exportedSymbols(addon).filter((name) => !allowed.test(name)), []);
}

describe('the drop-in layer wins', function () {
  this.timeout(300000);
  let folder;

  before(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-dropin-')); });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  // addon.c in a language by a compiler, linked with these files.
  function link(compiler, flags, ...files) {
    const object = path.join(folder, 'addon.o');
    const addon = path.join(folder, `${compiler}-${path.basename(files[0])}.node`);
    run(compiler, [...flags, '-fPIC', ...INCLUDE, '-c', path.join(FIXTURE, 'addon.c'), '-o', object], root);
    run(compiler, [object, ...files, '-o', addon, ...LINK], root);
    return addon;
  }

  for (const [language, { compilers, flags }] of Object.entries(LANGUAGES)) {
    for (const compiler of compilers) {
      it(`linked as a static library, in ${language} by ${compiler}`, async function () {
        if (!has(compiler)) skip(this, `${compiler} is not installed`);
        const addon = link(compiler, flags, path.join(build, 'libtsfn_dropin.a'));
        await check(addon, 'ours');
      });
    }
  }

  // The fixture's crate with these features, separated by commas.
  function cargoBuild(test, features, libraries) {
    const env = {
      PATH: `${process.env.PATH}${path.delimiter}${path.join(os.homedir(), '.cargo', 'bin')}`,
      TSFN_LIB_DIR: libraries,
      CARGO_TARGET_DIR: path.join(folder, 'rust'),
    };
    const cargo = env.PATH.split(path.delimiter)
      .map((directory) => path.join(directory, 'cargo')).find((file) => fs.existsSync(file));
    if (!cargo) skip(test, 'cargo is not installed');
    const crate = path.join(folder, 'crate');
    fs.cpSync(path.join(FIXTURE, 'rust'), crate, { recursive: true });
    run(cargo, ['build', '--release', '--offline', '--quiet', '--features', features], crate, env);
    const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
    const addon = path.join(folder, `rust-${features}.node`);
    fs.copyFileSync(path.join(folder, 'rust', 'release', `libaddon.${suffix}`), addon);
    return addon;
  }

  it('linked as a static library, in Rust by cargo', async function () {
    const addon = cargoBuild(this, '', build);
    checkExports(addon);
    await check(addon, 'ours');
  });

  describe('looked up when the addon runs', () => {
    const LOOKS_UP = [...LANGUAGES.C.flags, '-D_GNU_SOURCE', '-include', path.join(FIXTURE, 'lookup.h')];
    const library = path.join(build, 'libtsfn_dropin.a');

    before(function () {
      if (process.platform !== 'linux') skip(this, '--wrap is an option of ELF linkers');
    });

    it('with --wrap=dlsym, in C', async () => {
      const addon = link('cc', LOOKS_UP, library, '-Wl,--wrap=dlsym');
      checkExports(addon);
      await check(addon, 'ours');
      // The library itself must still find the host's.
      await check(addon, 'ours', { env: { TSFN_WAKE: 'doorbell' } });
    });

    it('with --wrap=dlsym, in Rust by cargo', async function () {
      const addon = cargoBuild(this, 'lookup,wrap', build);
      checkExports(addon);
      await check(addon, 'ours');
    });

    it('but not without it, and the addon says so', async () => {
      await check(link('cc', LOOKS_UP, library), "the host's");
    });
  });

  it('but not where a header has inline functions of these names, and it says so', async function () {
    if (!has('cc')) skip(this, 'no C compiler is called cc');
    const flags = [...LANGUAGES.C.flags, '-D_GNU_SOURCE', '-include', path.join(FIXTURE, 'inline.h')];
    await check(link('cc', flags, path.join(build, 'libtsfn_dropin.a')), "the host's");
  });

  for (const compilers of SUITES) {
    describe(`by ${compilers.CC} and ${compilers.CXX}`, () => {
      before(function () {
        const missing = Object.values(compilers).find((compiler) => !has(compiler));
        if (missing) skip(this, `${missing} is not installed`);
      });

      // The fixture, with the package installed, is built by `make`; it answers
      // where the addon of a language is.
      async function checkConsumer(files, make) {
        const consumer = createConsumer(files, FIXTURE);
        try {
          fs.copyFileSync(path.join(FIXTURE, 'addon.c'), path.join(consumer, 'addon.cc'));
          const addonOf = make(consumer);
          for (const language of Object.values(LANGUAGES)) {
            checkExports(addonOf(language));
            await check(addonOf(language), 'ours');
          }
        } finally {
          removeConsumer(consumer);
        }
      }

      it('as a gyp target, in C and C++', async function () {
        const missing = gypMissing();
        if (missing) skip(this, missing);
        await checkConsumer(['addon.c', 'binding.gyp'], (consumer) => {
          const release = path.dirname(nodeGyp(consumer, compilers));
          return ({ gyp }) => path.join(release, `${gyp}.node`);
        });
      });

      it('as a CMake target, in C and C++', async function () {
        if (!has('cmake')) skip(this, 'cmake is not installed');
        await checkConsumer(['addon.c', 'CMakeLists.txt'], (consumer) => {
          const flags = [`-DTSFN_NODE_API_INCLUDE_DIR=${HEADERS}`, '-DCMAKE_BUILD_TYPE=Release'];
          run('cmake', ['-S', '.', '-B', 'out', ...flags], consumer, compilers);
          run('cmake', ['--build', 'out'], consumer);
          return ({ cmake }) => path.join(consumer, 'out', `${cmake}.node`);
        });
      });
    });
  }

  it('but not when its definitions are visible, and it says so', async function () {
    if (!has('cc')) skip(this, 'no C compiler is called cc');
    if (process.platform === 'darwin') skip(this, 'two-level names: the addon is bound to itself');
    const object = path.join(folder, 'visible.o');
    run('cc', [
      '-std=c11', '-fPIC', '-DTSFN__OS_HIDDEN=', '-I', path.join(root, 'src'), ...INCLUDE,
      '-c', path.join(root, 'src', 'dropin', 'dropin.c'), '-o', object,
    ], root);
    const addon = link('cc', LANGUAGES.C.flags, object, path.join(build, 'libtsfn_dropin.a'));
    await check(addon, "the host's");
  });
});
