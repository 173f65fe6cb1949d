// SPDX-License-Identifier: MIT
'use strict';

// `libtsfn init NAME` makes the folder of a new addon from template/. The template
// is an addon called my-addon, and that name is all that changes, but for the
// version of libtsfn. Its files have no line about a licence: they are the author's.

const crypto = require('node:crypto');
const fs = require('node:fs');
const { builtinModules } = require('node:module');
const path = require('node:path');
const { Failure } = require('./failure');
const { version } = require('../package.json');

const TEMPLATE = path.join(__dirname, 'template');
const TEMPLATE_NAME = 'my-addon';
const TEMPLATE_NAMES = /my[-_]addon/g;
// npm leaves a .gitignore out of a package, so the template has it without its dot.
const RENAMED = { gitignore: '.gitignore' };

const LONGEST_NAME = 214; // npm refuses longer ones.
const PART = '[a-z0-9][a-z0-9._-]*';
const NAME = new RegExp(`^(?:@${PART}/)?(${PART})$`);
// The last four are packages that the addon depends on.
const TAKEN = [...builtinModules, 'libtsfn', 'node-gyp-build', 'prebuildify', '@types/node'];
// No folder of a package may be called so, with a scope or without.
const TAKEN_FOLDERS = ['node_modules', 'favicon.ico'];
// These are targets of tsfn.gyp.
const TAKEN_TARGETS = ['tsfn', 'tsfn_dropin'];
// Windows has no file or folder of these names, whatever follows behind a point, nor
// one whose name ends with a point.
const NOT_ON_WINDOWS = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)|\.$/;
// What a folder may have that counts as empty: `git init` may come first.
const IGNORED = ['.git'];

// What follows from the name of a package: { name, folder, target }. The folder is
// the name without its scope, and the target of gyp is that as an identifier of C.
function parseName(name) {
  if (!name) throw new Failure('init needs a name: npx libtsfn init my-addon');
  const [, folder] = NAME.exec(name) || [];
  if (!folder || name.length > LONGEST_NAME) {
    throw new Failure(`'${name}' cannot be the name of a package: it takes lower-case letters, digits, ` +
      `'-', '.' and '_', begins with a letter or a digit, has at most ${LONGEST_NAME} characters, ` +
      "and may have a scope, as in '@scope/my-addon'.");
  }
  const target = folder.replace(/[^a-z0-9]/g, '_').replace(/^(?=[0-9])/, 'addon_');
  if (TAKEN.includes(name) || TAKEN_FOLDERS.includes(folder) || TAKEN_TARGETS.includes(target)) {
    throw new Failure(`The name '${name}' is taken: Node.js, npm or libtsfn means something else by it.`);
  }
  if (NOT_ON_WINDOWS.test(folder)) throw new Failure(`Windows can have no folder '${folder}': take another name.`);
  return { name, folder, target };
}

// The template's files, as paths from its folder.
function listTemplate(folder = '') {
  const entries = fs.readdirSync(path.join(TEMPLATE, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? listTemplate(file) : [file];
  });
}

function writeAddon(folder, { name, target }) {
  for (const file of listTemplate()) {
    const text = fs.readFileSync(path.join(TEMPLATE, file), 'utf8')
      .replace(TEMPLATE_NAMES, (found) => (found === TEMPLATE_NAME ? name : target));
    const to = path.join(folder, RENAMED[file] || file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(to, text);
  }
  const file = path.join(folder, 'package.json');
  const description = JSON.parse(fs.readFileSync(file, 'utf8'));
  description.dependencies.libtsfn = `^${version}`;
  fs.writeFileSync(file, `${JSON.stringify(description, null, 2)}\n`);
}

// Whether there is a folder at `place`, which is empty then. What else may be there is refused.
function hasEmptyFolder(place) {
  const found = fs.lstatSync(place, { throwIfNoEntry: false });
  if (!found) return false;
  const shown = path.basename(place);
  const what = found.isSymbolicLink() ? 'a link' : 'not a folder';
  if (!found.isDirectory()) throw new Failure(`'${shown}' exists and is ${what}. Nothing was written.`);
  if (fs.readdirSync(place).some((entry) => !IGNORED.includes(entry))) throw new Failure(`The folder '${shown}' is not empty. Nothing was written.`);
  return true;
}

// Puts all that is in the folder `draft` into the empty folder `place`, or nothing.
function fillFolder(place, draft) {
  const entries = fs.readdirSync(draft);
  hasEmptyFolder(place);
  try {
    for (const entry of entries) fs.renameSync(path.join(draft, entry), path.join(place, entry));
  } catch (error) {
    for (const entry of entries) fs.rmSync(path.join(place, entry), { recursive: true, force: true });
    throw error;
  }
  fs.rmdirSync(draft);
}

// Makes the addon `name` in a folder of its own below options.parent, by default
// the current folder, and prints what to do next. What it refuses is a Failure. The
// addon is written to a folder beside, which is renamed at the end, or emptied into
// the folder that is there: whatever fails, none is there by half.
async function init(name, { parent = process.cwd() } = {}) {
  const addon = parseName(name);
  const place = path.join(parent, addon.folder);
  const isThere = hasEmptyFolder(place);
  const draft = path.join(parent, `.${addon.folder}-${crypto.randomBytes(6).toString('hex')}`);
  try {
    fs.mkdirSync(draft);
    writeAddon(draft, addon);
    if (isThere) fillFolder(place, draft);
    else fs.renameSync(draft, place);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (error.syscall === undefined) throw error;
    throw new Failure(`The folder '${addon.folder}' could not be made: ${error.message}`);
  }
  console.log([
    `cd ${addon.folder}`,
    'npm install    installs what the addon needs and compiles it',
    'npm test       runs it',
  ].join('\n'));
}

module.exports = { init };
