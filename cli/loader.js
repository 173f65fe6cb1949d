// SPDX-License-Identifier: MIT
'use strict';

// node loader.js FILE: loads the addon, and writes what it says of itself to the
// file descriptor 3, as JSON. This is a process of its own, since an addon may do
// anything while it is loaded.

const fs = require('node:fs');

const SYMBOL = Symbol.for('libtsfn.description');
const ANSWER = 3;

// { description }, {} where there is none, or { error: { step, name, code, message } },
// as JSON.
function describeAddon(file) {
  let step = 'load';
  try {
    const exported = Object(require(file));
    step = 'describe';
    const describe = exported[SYMBOL];
    return JSON.stringify(describe === undefined ? {} : { description: describe() || null });
  } catch (error) {
    const { name, code, message = error } = Object(error);
    return JSON.stringify({ error: { step, name, code, message: String(message) } });
  }
}

fs.writeFileSync(ANSWER, describeAddon(process.argv[2]));
// The addon may have begun something that would keep the process alive.
process.exit(0);
