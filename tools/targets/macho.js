// SPDX-License-Identifier: MIT
'use strict';

// Reads the symbols of a Mach-O file, of 64 bits: the addons that are built for
// macOS, which no tool of Debian's default installation can read.

const fs = require('node:fs');

const MAGIC = 0xfeedfacf;
const PROCESSORS = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const LC_SYMTAB = 2;
const N_STAB = 0xe0; // for debuggers
const N_PRIVATE = 0x10; // hidden: seen by no other image
const N_TYPE = 0x0e;
const N_EXTERNAL = 0x01;
// An undefined symbol says in which library it is looked for: 1 and up, in the
// order in which they are linked; this one says anywhere in the process.
const ANYWHERE = 0xfe;

function findSymbolTable(data) {
  const commands = data.readUInt32LE(16);
  let at = 32;
  for (let n = 0; n < commands; n++) {
    if (data.readUInt32LE(at) === LC_SYMTAB) {
      const [symbols, count, strings] = [8, 12, 16].map((offset) => data.readUInt32LE(at + offset));
      return { symbols, count, strings };
    }
    at += data.readUInt32LE(at + 4);
  }
  throw new Error('no symbol table');
}

// { processor, exported, imported: [names that are looked for in the process],
// hidden }; names without the `_` in front that each has.
function readMachO(file) {
  const data = fs.readFileSync(file);
  if (data.readUInt32LE(0) !== MAGIC) throw new Error(`${file} is no Mach-O file of 64 bits`);
  const { symbols, count, strings } = findSymbolTable(data);
  const result = { processor: PROCESSORS[data.readUInt32LE(4)], exported: [], imported: [], hidden: [] };
  for (let n = 0; n < count; n++) {
    const at = symbols + 16 * n;
    const start = strings + data.readUInt32LE(at);
    const name = data.toString('latin1', start + 1, data.indexOf(0, start));
    const type = data[at + 4];
    if (type & N_STAB || (type & N_TYPE) === 0) {
      const library = data.readUInt16LE(at + 6) >> 8;
      if (!(type & N_STAB) && library === ANYWHERE) result.imported.push(name);
    } else if (type & N_PRIVATE) result.hidden.push(name);
    else if (type & N_EXTERNAL) result.exported.push(name);
  }
  return result;
}

module.exports = { readMachO };
