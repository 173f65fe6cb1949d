// SPDX-License-Identifier: MIT
'use strict';

// A small tree of files in a temporary folder, for the tests of the tools.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// Calls use(root) with { 'src/a.c': 'text' } written below root, then removes it.
function withTree(files, use) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-tree-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return use(root);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

module.exports = { withTree };
