// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { createConsumer, pack, removeConsumer } = require('./consumer');

describe('the npm package', function () {
  this.timeout(120000);

  it('has the library, what builds it, its documents, examples and command, and nothing else', () => {
    const { files } = pack();
    for (const file of [
      'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'index.js',
      'tsfn.gyp', 'CMakeLists.txt', 'cmake/libtsfn-config.cmake', 'include/tsfn.h',
      'include/tsfn/status.h', 'docs/pitfalls.md', 'examples/01-hello/addon.c', 'cli/libtsfn.js',
      'cli/init.js', 'cli/template/gitignore', 'cli/template/.github/workflows/ci.yml',
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
    const sources = fs.readdirSync(path.join(root, 'src', 'core'));
    for (const file of sources) assert.ok(files.includes(`src/core/${file}`), file);
    const other = files.filter(
      (file) => !/^(include|src|cli|cmake|docs|examples)\/|^[A-Za-z]+\.md$|^LICENSE$/.test(file),
    );
    assert.deepStrictEqual(other.sort(), ['CMakeLists.txt', 'index.js', 'package.json', 'tsfn.gyp']);
  });

  it('has no file that a build or an install has made', () => {
    const { files } = pack();
    assert.deepStrictEqual(files.filter((file) => /(^|\/)(build|node_modules)\/|\.(node|o|a|tgz)$/.test(file)), []);
  });

  it('has what its documents point to, but for tests, tools and the bench', () => {
    const { files } = pack();
    const isThere = (target) => files.some((file) => file === target || file.startsWith(`${target}/`));
    const missing = files.filter((file) => file.endsWith('.md')).flatMap((file) => {
      const text = fs.readFileSync(path.join(root, file), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link);
      return links.filter((link) => !/^\w+:/.test(link))
        .map((link) => path.posix.join(path.posix.dirname(file), link).replace(/\/$/, ''))
        .filter((target) => !isThere(target) && !/^(test|tools|bench)\/|^CONTRIBUTING\.md$/.test(target))
        .map((target) => `${file}: ${target}`);
    });
    assert.deepStrictEqual(missing, []);
  });

  it('runs no script when it is installed and needs no other package', () => {
    const { scripts = {}, dependencies = {} } = require('../../package.json');
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'prepack'];
    assert.deepStrictEqual(atInstall.filter((name) => name in scripts), []);
    assert.deepStrictEqual(dependencies, {});
    // npm runs node-gyp by itself where it finds a file of this name.
    assert.ok(!pack().files.includes('binding.gyp'));
  });

  it('answers the same to import, by name and as a whole', () => {
    const folder = createConsumer([]);
    try {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', `
        import tsfn, { cmake_dir, dir, dropin_sources, include_dir, sources, targets, version } from 'libtsfn';
        const named = { cmake_dir, dir, dropin_sources, include_dir, sources, targets, version };
        const sorted = (object) => JSON.stringify(Object.entries(object).sort());
        console.log(sorted(named) === sorted(tsfn) && targets);`], { cwd: folder, encoding: 'utf8' });
      assert.strictEqual(stderr, '');
      assert.strictEqual(stdout, 'node_modules/libtsfn/tsfn.gyp\n');
    } finally {
      removeConsumer(folder);
    }
  });

  it('answers where its parts are, silently, from any folder', () => {
    const folder = createConsumer([]);
    try {
      const code = "console.log(JSON.stringify({...require('libtsfn')}))";
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.strictEqual(stderr, '');
      const answer = JSON.parse(stdout);
      assert.strictEqual(answer.include_dir, 'node_modules/libtsfn/include');
      assert.strictEqual(answer.targets, 'node_modules/libtsfn/tsfn.gyp');
      assert.strictEqual(answer.cmake_dir, 'node_modules/libtsfn/cmake');
      assert.strictEqual(answer.version, require('../../package.json').version);
      assert.strictEqual(answer.dir, fs.realpathSync(path.join(folder, 'node_modules', 'libtsfn')));
      assert.ok(answer.sources.length > 0);
      for (const source of answer.sources) assert.ok(fs.existsSync(path.join(folder, source)), source);
    } finally {
      removeConsumer(folder);
    }
  });
});
