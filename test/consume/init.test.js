// SPDX-License-Identifier: MIT
'use strict';

// `libtsfn init NAME`, by the package as npm would ship it: what it makes installs,
// compiles, passes its own test and can be shipped as a binary; and what it refuses.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root } = require('../support/build');
const { skip } = require('../support/skip');
const {
  createConsumer, exportedSymbols, gypMissing, has, layoutTool, nodePrefix, pack, removeConsumer, run,
} = require('./consumer');

const LAYOUTS = path.join(root, 'tools', 'layouts');
const TEMPLATE = path.join(root, 'cli', 'template');

const readJson = (...parts) => JSON.parse(fs.readFileSync(path.join(...parts), 'utf8'));

// Every file below a folder, as paths from it, sorted.
function listFiles(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath || entry.path, entry.name))).sort();
}

describe('libtsfn init', function () {
  this.timeout(300000);
  let place, consumer;

  before(() => { consumer = createConsumer([]); });
  after(() => removeConsumer(consumer));
  beforeEach(() => { place = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn init-')); });
  afterEach(() => fs.rmSync(place, { recursive: true, force: true }));

  // The bin of the package in `from`, in the folder of this test.
  function init(name, from = consumer) {
    const folder = path.join(from, 'node_modules', 'libtsfn');
    const bin = path.join(folder, readJson(folder, 'package.json').bin.libtsfn);
    const args = name === undefined ? [] : [name];
    return spawnSync(process.execPath, [bin, 'init', ...args], { cwd: place, encoding: 'utf8' });
  }

  function assertRefused({ status, stdout, stderr }, message) {
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^ +at /m, 'a stack is no sentence');
    assert.strictEqual(stdout, '');
    assert.strictEqual(status, 1);
  }

  it('makes an addon that installs, compiles, passes its test and ships a binary', function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
    const loader = layoutTool('node-gyp-build');
    if (!loader) skip(this, 'node-gyp-build is not installed: run make layouts once');
    // npm has a home of its own here, runs on the Node that runs this test, and asks
    // no registry.
    const env = {
      HOME: place, npm_config_offline: 'true', npm_config_cache: path.join(place, 'cache'),
      npm_config_nodedir: nodePrefix(), npm_config_update_notifier: 'false', JOBS: 'max',
      PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    };
    const args = ['exec', '--yes', `--package=${pack().tarball}`, '--', 'libtsfn', 'init', '@somebody/fast-primes'];
    const said = run('npm', args, place, env);
    assert.match(said, /^cd fast-primes\nnpm install .*\nnpm test .*\n$/);

    // What a registry would answer comes from the tarball and from tools/layouts.
    const folder = path.join(place, 'fast-primes');
    const description = readJson(folder, 'package.json');
    description.dependencies.libtsfn = `file:${pack().tarball}`;
    description.dependencies['node-gyp-build'] = `file:${path.dirname(loader)}`;
    delete description.dependencies['@types/node'];
    delete description.devDependencies;
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(description));

    run('npm', ['install'], folder, env);
    const addon = path.join(folder, 'build', 'Release', 'fast_primes.node');
    assert.ok(fs.existsSync(addon));
    if (has('nm')) {
      assert.deepStrictEqual(exportedSymbols(addon), ['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
    }
    assert.match(run('npm', ['test'], folder, env), /^(#|ℹ) pass 3$/m);
    const program = "import main, { findPrimes } from './index.js';\nif (main.findPrimes !== findPrimes) throw new Error('two');\n"
      + 'await findPrimes(3, (err, prime) => console.log(err, prime.value));\n';
    assert.strictEqual(run(process.execPath, ['--input-type=module'], folder, env, program), 'null 2\n');
    run('npm', ['run', 'check-types'], folder, env);
    const types = fs.readFileSync(path.join(folder, 'index.d.ts'), 'utf8');
    run('npm', ['run', 'types'], folder, env);
    assert.strictEqual(fs.readFileSync(path.join(folder, 'index.d.ts'), 'utf8'), types);

    env.PATH = [path.join(LAYOUTS, 'node_modules', '.bin'), env.PATH].join(path.delimiter);
    run('npm', ['run', 'prebuild'], folder, env);
    fs.rmSync(path.join(folder, 'build'), { recursive: true });
    assert.match(run('npm', ['test'], folder, env), /^(#|ℹ) pass 3$/m);
    const [{ files }] = JSON.parse(run('npm', ['pack', '--dry-run', '--json'], folder, env));
    assert.deepStrictEqual(files.map((file) => file.path).sort(), [
      'README.md', 'addon.c', 'binding.gyp', 'index.d.ts', 'index.js', 'package.json',
      `prebuilds/${process.platform}-${process.arch}/@somebody+fast-primes.node`,
    ]);
  });

  it("gives the addon its name in every file, and the library's own version", () => {
    assert.strictEqual(init('x-my_addon').stderr, '');
    const folder = path.join(place, 'x-my_addon');
    const files = listFiles(folder);
    assert.deepStrictEqual(files, [
      '.github/workflows/ci.yml', '.gitignore', 'README.md', 'addon.c', 'binding.gyp', 'index.d.ts', 'index.js',
      'package.json', 'test/addon.test.js',
    ]);
    for (const file of files) {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      assert.doesNotMatch(text.replace(/x[-_]my_addon/g, ''), /my[-_]addon/, file);
    }
    const { name, dependencies } = readJson(folder, 'package.json');
    assert.strictEqual(name, 'x-my_addon');
    assert.strictEqual(dependencies.libtsfn, `^${readJson(root, 'package.json').version}`);
    assert.match(fs.readFileSync(path.join(folder, 'binding.gyp'), 'utf8'), /"target_name": "x_my_addon"/);
  });

  it('pins the versions that are tried here', () => {
    const { dependencies, devDependencies } = readJson(TEMPLATE, 'package.json');
    const { dependencies: tried } = readJson(LAYOUTS, 'package.json');
    assert.strictEqual(dependencies['node-gyp-build'], tried['node-gyp-build']);
    assert.deepStrictEqual(devDependencies, { prebuildify: tried.prebuildify });
  });

  it('takes the longest name, one that begins with a digit, and an empty folder', () => {
    fs.mkdirSync(path.join(place, '7zip'));
    for (const name of ['a'.repeat(214), '7zip']) {
      const { status, stderr } = init(name);
      assert.strictEqual(stderr, '');
      assert.strictEqual(status, 0);
    }
    assert.deepStrictEqual(fs.readdirSync(place).sort(), ['7zip', 'a'.repeat(214)]);
    assert.match(fs.readFileSync(path.join(place, '7zip', 'binding.gyp'), 'utf8'), /"target_name": "addon_7zip"/);
  });

  it('leaves the .git of a folder that has nothing else', () => {
    const head = path.join(place, 'begun', '.git', 'HEAD');
    fs.mkdirSync(path.dirname(head), { recursive: true });
    fs.writeFileSync(head, 'mine');
    assert.strictEqual(init('begun').stderr, '');
    assert.strictEqual(fs.readFileSync(head, 'utf8'), 'mine');
    assert.strictEqual(readJson(place, 'begun', 'package.json').name, 'begun');
    assert.deepStrictEqual(fs.readdirSync(place), ['begun']);
    assertRefused(init('begun'), /The folder 'begun' is not empty\. Nothing was written\./);
  });

  it('refuses a name that no folder can have on Windows', () => {
    for (const name of ['con', 'nul', 'prn', 'aux', 'com1', 'lpt9', 'nul.js', '@a/con', 'a.']) {
      assertRefused(init(name), /^Windows can have no folder '.*': take another name\.$/m);
    }
    assert.deepStrictEqual(fs.readdirSync(place), []);
    for (const name of ['console-log', 'com10', 'null']) assert.strictEqual(init(name).stderr, '');
  });

  it('refuses what cannot be the name of a package', () => {
    const names = [
      'My-Addon', '_a', '.a', '..', '../a', 'a b', 'a/b', '@a', '@/a', '@a/', '@a/b/c', 'a$', 'müller', 'a\n',
      'a'.repeat(215),
    ];
    for (const name of names) assertRefused(init(name), /^.*'.*' cannot be the name of a package/s);
    assertRefused(init(undefined), /init needs a name/);
    assert.deepStrictEqual(fs.readdirSync(place), []);
  });

  it('refuses a name that Node.js, npm or the library uses', () => {
    for (const name of ['fs', 'node_modules', 'libtsfn', 'node-gyp-build', 'prebuildify', 'tsfn', '@a/tsfn-dropin']) {
      assertRefused(init(name), /The name '.*' is taken/);
    }
    assert.deepStrictEqual(fs.readdirSync(place), []);
  });

  it('refuses a folder that is not empty, and what is no folder', () => {
    fs.mkdirSync(path.join(place, 'full'));
    fs.writeFileSync(path.join(place, 'full', 'notes.txt'), 'mine');
    fs.writeFileSync(path.join(place, 'file'), 'mine');
    fs.symlinkSync('nowhere', path.join(place, 'link'));
    const before = listFiles(place);
    assertRefused(init('full'), /The folder 'full' is not empty\. Nothing was written\./);
    assertRefused(init('@a/full'), /The folder 'full' is not empty\. Nothing was written\./);
    assertRefused(init('file'), /'file' exists and is not a folder\. Nothing was written\./);
    assertRefused(init('link'), /'link' exists and is a link\. Nothing was written\./);
    assertRefused(init('@a/node_modules'), /The name '@a\/node_modules' is taken/);
    assertRefused(init('@types/node'), /The name '@types\/node' is taken/);
    assert.deepStrictEqual(listFiles(place), before);
  });

  it('leaves nothing half made where it fails half way', () => {
    const broken = createConsumer([]);
    try {
      const last = path.join(broken, 'node_modules', 'libtsfn', 'cli', 'template', 'test', 'addon.test.js');
      fs.rmSync(last);
      fs.symlinkSync('nowhere', last);
      fs.mkdirSync(path.join(place, 'empty'));
      for (const name of ['fresh', 'empty']) {
        assertRefused(init(name, broken), /The folder '.*' could not be made: ENOENT/);
      }
      assert.deepStrictEqual(fs.readdirSync(place), ['empty']);
      assert.deepStrictEqual(fs.readdirSync(path.join(place, 'empty')), []);
    } finally {
      removeConsumer(broken);
    }
  });
});
