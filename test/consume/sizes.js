// SPDX-License-Identifier: MIT
'use strict';

// What each feature of the library costs an addon that uses it: sizes/NAME.c is
// built by node-gyp from the npm package, as an author builds it, and measured.
// sizes/table.json has the budget of each, and the objects of the library that
// it may take.

const fs = require('node:fs');
const path = require('node:path');
const { createConsumer, has, nodeGyp, run } = require('./consumer');

const FOLDER = path.join(__dirname, 'sizes');
const TABLE = path.join(FOLDER, 'table.json');

const sources = fs.readdirSync(FOLDER).filter((file) => file.endsWith('.c')).sort();
const features = sources.map((file) => path.basename(file, '.c'));

const readTable = () => JSON.parse(fs.readFileSync(TABLE, 'utf8'));

// One target for each; the linker's map changes nothing of what it links.
function bindingGyp() {
  const library = '<!(node -p "require(\'libtsfn\').targets")';
  const targetOf = (name) => ({
    target_name: name,
    sources: [`${name}.c`],
    dependencies: [`${library}:${name === 'dropin' ? 'tsfn_dropin' : 'tsfn'}`],
    ldflags: [`-Wl,-Map=${name}.map`],
  });
  return JSON.stringify({ targets: features.map(targetOf) }, null, 2);
}

// A project with all of them in it. `more`: files besides, as { path: text }; a
// path that begins with src/ is the library's.
function createSizes(more = {}) {
  const folder = createConsumer([...sources, 'addon.h'], FOLDER);
  const library = path.join(folder, 'node_modules', 'libtsfn');
  for (const [file, text] of Object.entries({ 'binding.gyp': bindingGyp(), ...more })) {
    const whole = path.join(file.startsWith('src/') ? library : folder, file);
    fs.mkdirSync(path.dirname(whole), { recursive: true });
    fs.writeFileSync(whole, text);
  }
  nodeGyp(folder);
  return folder;
}

const addonOf = (folder, name) => path.join(folder, 'build', 'Release', `${name}.node`);

// What the linker took of the library, as Map { object => who named which of its
// symbols first }: 'queue' => 'channel names tsfn__queue_init'.
function objectsOf(folder, name) {
  const map = fs.readFileSync(path.join(folder, 'build', `${name}.map`), 'utf8');
  const [, taken] = map.match(/^Archive member included[^\n]*\n\n([^]*?)\n\n\S/m) || [];
  const pairs = [...(taken || '').matchAll(/\((\w+)\.o\)\s+(\S+) \((\w+)\)/g)];
  if (pairs.length === 0) throw new Error(`${name}.map does not say what was taken`);
  const who = (by) => (by.match(/\((\w+)\.o\)$/) || [, 'the addon'])[1];
  return new Map(pairs.map(([, object, by, symbol]) => [object, `${who(by)} names ${symbol}`]).sort());
}

// { bytes, code, unwind, data, rest, objects }: `bytes` is what size calls text,
// of which code is .text, unwind the tables that debuggers and C++ exceptions
// need, data what is read only; the rest is mostly the names that are linked when
// the addon is loaded.
function measure(folder, name) {
  const addon = addonOf(folder, name);
  const [, bytes] = run('size', [addon], folder).match(/\n\s*(\d+)/);
  const sections = new Map([...run('size', ['-A', addon], folder).matchAll(/^(\.\S+)\s+(\d+)/gm)]
    .map(([, section, size]) => [section, Number(size)]));
  const sum = (...names) => names.reduce((all, one) => all + (sections.get(one) || 0), 0);
  const parts = {
    code: sum('.text'),
    unwind: sum('.eh_frame', '.eh_frame_hdr'),
    data: sum('.rodata'),
  };
  const rest = Number(bytes) - parts.code - parts.unwind - parts.data;
  return { bytes: Number(bytes), ...parts, rest, objects: objectsOf(folder, name) };
}

// Why sizes cannot be measured here, or null.
function sizesMissing() {
  if (process.platform !== 'linux') return 'it reads ELF files and a map of GNU ld';
  return ['size', 'objcopy', 'ar'].every(has) ? null : 'binutils are not installed';
}

// Why the budgets do not hold here, or null. They are gcc's, for x64.
function budgetsMissing() {
  const compiler = run(process.env.CC || 'cc', ['--version'], FOLDER);
  if (process.arch !== 'x64' || !/Free Software Foundation/.test(compiler)) {
    return 'the budgets are those of gcc on x64';
  }
  return null;
}

module.exports = {
  TABLE, addonOf, budgetsMissing, createSizes, features, measure, readTable, sizesMissing,
};
