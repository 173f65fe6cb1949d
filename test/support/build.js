// SPDX-License-Identifier: MIT
'use strict';

// Where `make` puts what it builds.

const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const variant = process.env.VARIANT || 'release';
const build = path.join(root, 'build', variant);

// The path of test/FOLDER/addons/NAME.c once it is built.
function addon(name, folder = 'node') {
  return path.join(build, 'test', folder, `${name}.node`);
}

// The folder of examples/NAME; its index.js loads build/Release/addon.node. What is
// built for another machine has a copy of it beside its other parts.
const isForHere = ['release', 'debug', 'tsan', 'asan'].includes(variant);

function example(name) {
  return path.join(isForHere ? root : build, 'examples', name);
}

module.exports = { root, variant, build, addon, example };
