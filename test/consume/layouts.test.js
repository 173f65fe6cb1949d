// SPDX-License-Identifier: MIT
'use strict';

// Where package managers put the package, and what authors' folders look like: in
// each layout an addon builds by node-gyp and runs. docs/layouts.md tells of them.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe: say, runProgram } = require('../support/child');
const { skip } = require('../support/skip');
const {
  FIXTURE, createConsumer, gypMissing, layoutTool, nodeGyp, nodePrefix, pack, removeConsumer, run,
} = require('./consumer');

const FILES = ['addon.c', 'binding.gyp', 'check.js'];

function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value, null, 2));
}

// The fixture as a package that depends on the packed library.
function writeAddon(folder, name = 'addon') {
  writeJson(path.join(folder, 'package.json'), {
    name, version: '1.0.0', private: true, dependencies: { libtsfn: `file:${pack().tarball}` },
  });
  for (const file of FILES) fs.copyFileSync(path.join(FIXTURE, file), path.join(folder, file));
  return folder;
}

async function check(folder, env = {}) {
  const addon = path.join(folder, 'build', 'Release', 'addon.node');
  const result = await runProgram(process.execPath, [path.join(folder, 'check.js'), addon], { cwd: folder, env });
  assert.match(result.stdout, /^ok \d+\.\d+\.\d+$/m, say(result));
  assert.strictEqual(result.code, 0, say(result));
}

// Whether gyp has written beside the addon's folder, which it does for a library that
// is not below that folder.
const hasSpilt = (folder) => fs.existsSync(path.join(folder, '..', 'node_modules'));
const SPILLS_NO_MORE = 'gyp wrote nothing beside the addon: docs/layouts.md says that it does';

describe('an addon builds by node-gyp and runs', function () {
  this.timeout(300000);
  let place;

  before(function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
  });
  beforeEach(() => { place = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn layout-')); });
  afterEach(() => fs.rmSync(place, { recursive: true, force: true }));

  // A home and caches of its own; no registry is asked.
  const alone = () => ({
    HOME: place, XDG_CACHE_HOME: path.join(place, 'cache'), XDG_DATA_HOME: path.join(place, 'data'),
    YARN_ENABLE_NETWORK: '0', YARN_ENABLE_TELEMETRY: '0', YARN_GLOBAL_FOLDER: path.join(place, 'yarn'),
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0', npm_config_offline: 'true', CI: '',
  });

  function install(test, manager, folder) {
    const tool = layoutTool(manager);
    if (!tool) skip(test, `${manager} is not installed: run make layouts once`);
    const quiet = manager === 'pnpm' ? ['--offline', '--ignore-scripts'] : [];
    run(process.execPath, [tool, 'install', ...quiet], folder, alone());
    return tool;
  }

  // Two addons that npm and pnpm take for parts of one project.
  function writeWorkspace(folder) {
    writeJson(path.join(place, 'package.json'), { private: true, workspaces: [`${folder}/*`] });
    return ['one', 'two'].map((name) => writeAddon(path.join(place, folder, name), name));
  }

  async function build(folder) {
    const args = [require.resolve('node-gyp/bin/node-gyp.js'), 'rebuild', `--nodedir=${nodePrefix()}`];
    const result = await runProgram(process.execPath, args, { cwd: folder, timeout: 200000 });
    assert.strictEqual(result.code, 0, say(result));
  }

  const buildAtOnce = (folders) => Promise.all(folders.map(build));

  // For addons that share what gyp writes for the library: docs/layouts.md.
  async function buildInTurn(folders) {
    for (const folder of folders) await build(folder);
  }

  it('installed by npm', async () => {
    const folder = writeAddon(path.join(place, 'project'));
    run('npm', ['install', '--offline', '--ignore-scripts'], folder, alone());
    nodeGyp(folder);
    await check(folder);
    assert.ok(!hasSpilt(folder));
  });

  it('installed by pnpm, whose node_modules has a link', async function () {
    const folder = writeAddon(path.join(place, 'project'));
    install(this, 'pnpm', folder);
    assert.ok(fs.lstatSync(path.join(folder, 'node_modules', 'libtsfn')).isSymbolicLink());
    nodeGyp(folder);
    await check(folder);
    assert.ok(!hasSpilt(folder));
  });

  it('in a workspace of pnpm', async function () {
    const folders = writeWorkspace('packages');
    fs.writeFileSync(path.join(place, 'pnpm-workspace.yaml'), "packages: ['packages/*']\n");
    install(this, 'pnpm', place);
    await buildInTurn(folders);
    for (const folder of folders) await check(folder);
    assert.ok(hasSpilt(folders[0]), SPILLS_NO_MORE);
  });

  it('in a workspace of pnpm whose packages have a store each, which keeps all in the addon', async function () {
    const folders = writeWorkspace('packages');
    fs.writeFileSync(path.join(place, 'pnpm-workspace.yaml'),
      "packages: ['packages/*']\nsharedWorkspaceLockfile: false\n");
    install(this, 'pnpm', place);
    await buildAtOnce(folders);
    for (const folder of folders) await check(folder);
    assert.ok(!hasSpilt(folders[0]));
  });

  it('installed by yarn, which has no node_modules (PnP)', async function () {
    const folder = writeAddon(path.join(place, 'project'));
    fs.writeFileSync(path.join(folder, '.yarnrc.yml'), 'nodeLinker: pnp\n');
    fs.writeFileSync(path.join(folder, 'yarn.lock'), '');
    const yarn = install(this, 'yarn', folder);
    assert.ok(!fs.existsSync(path.join(folder, 'node_modules')));
    const gyp = path.join(path.dirname(require.resolve('node-gyp')), '..', 'bin', 'node-gyp.js');
    run(process.execPath, [yarn, 'node', gyp, 'rebuild', `--nodedir=${nodePrefix()}`], folder, alone());
    await check(folder);
  });

  it('in a workspace of npm', async () => {
    const folders = writeWorkspace('packages');
    run('npm', ['install', '--offline', '--ignore-scripts'], place, alone());
    assert.ok(fs.existsSync(path.join(place, 'node_modules', 'libtsfn')));
    await buildInTurn(folders);
    for (const folder of folders) await check(folder);
    assert.ok(hasSpilt(folders[0]), SPILLS_NO_MORE);
  });

  it('in a workspace of npm that installs in place, at any depth, which keeps all in the addon', async () => {
    const folders = writeWorkspace('packages/a/b/c/d');
    fs.writeFileSync(path.join(place, '.npmrc'), 'install-strategy=nested\n');
    run('npm', ['install', '--offline', '--ignore-scripts'], place, alone());
    assert.ok(!fs.existsSync(path.join(place, 'node_modules', 'libtsfn')));
    await buildAtOnce(folders);
    for (const folder of folders) await check(folder);
    assert.ok(!hasSpilt(folders[0]));
  });

  // The consumer's copy of the library, moved to `checkout`, with a link in its place.
  function link(folder, checkout) {
    fs.renameSync(path.join(folder, 'node_modules', 'libtsfn'), checkout);
    fs.symlinkSync(checkout, path.join(folder, 'node_modules', 'libtsfn'));
  }

  it('by a link to a checkout (npm link)', async () => {
    const folder = createConsumer(FILES);
    try {
      link(folder, path.join(folder, '..', `${path.basename(place).replace(' ', '-')}-checkout`));
      nodeGyp(folder);
      await check(folder);
    } finally {
      fs.rmSync(fs.realpathSync(path.join(folder, 'node_modules', 'libtsfn')), { recursive: true });
      removeConsumer(folder);
    }
  });

  it('but not by a link to a checkout whose path has a space: gyp refuses, and says so', () => {
    const folder = createConsumer(FILES);
    try {
      link(folder, path.join(place, 'checkout'));
      assert.throws(() => nodeGyp(folder), /Spaces in object filenames not supported/);
    } finally {
      removeConsumer(folder);
    }
  });

  it('in a folder that is reached by a link', async () => {
    const folder = createConsumer(FILES);
    try {
      const link = path.join(place, 'link');
      fs.symlinkSync(folder, link);
      nodeGyp(link);
      await check(link);
    } finally {
      removeConsumer(folder);
    }
  });

  it("in a folder with a space, quotes, a dollar and letters of other languages", async () => {
    const folder = createConsumer(FILES);
    try {
      const odd = path.join(place, "it's $5 (für & zu)");
      fs.renameSync(folder, odd);
      nodeGyp(odd);
      await check(odd);
    } finally {
      removeConsumer(folder);
    }
  });

  for (const version of ['10', '12']) {
    it(`with node-gyp ${version}`, async function () {
      const tool = layoutTool(`node-gyp-${version}`);
      if (!tool) skip(this, `node-gyp ${version} is not installed: run make layouts once`);
      const folder = createConsumer(FILES);
      try {
        run(process.execPath, [tool, 'rebuild', `--nodedir=${nodePrefix()}`], folder);
        await check(folder);
      } finally {
        removeConsumer(folder);
      }
    });
  }
});
