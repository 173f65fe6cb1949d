// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { checkVersions } = require('../../tools/check-versions');
const { withTree } = require('./tree');

const tree = (over = {}) => ({
  'include/tsfn/version.h': [
    '#define TSFN_VERSION_MAJOR 1',
    '#define TSFN_VERSION_MINOR 2',
    '#define TSFN_VERSION_PATCH 3',
    '#define TSFN_VERSION "1.2.3"',
  ].join('\n'),
  'package.json': '{"version": "1.2.3"}',
  'package-lock.json': '{"version": "1.2.3", "packages": {"": {"version": "1.2.3"}}}',
  'CHANGELOG.md': '# Changelog\n\n## 1.2.3 (unreleased)\n\n## 1.2.2\n',
  ...over,
});

describe('tools/check-versions.js: one version everywhere', () => {
  it('passes where all agree', () => {
    assert.deepStrictEqual(withTree(tree(), checkVersions), []);
  });

  const right = tree();
  const wrong = {
    'package.json': ['"1.2.3"', '"1.2.4"', 5],
    'package-lock.json': ['{"version": "1.2.3"', '{"version": "1.2.4"', 1],
    'CHANGELOG.md': ['## 1.2.3', '## 1.3.0', 1],
    'include/tsfn/version.h': ['PATCH 3', 'PATCH 4', 1],
  };
  for (const [file, [from, to, count]] of Object.entries(wrong)) {
    it(`fails where ${file} is alone`, () => {
      const seeded = tree({ [file]: right[file].replace(from, to) });
      assert.strictEqual(withTree(seeded, checkVersions).length, count);
    });
  }
});
