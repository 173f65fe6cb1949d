// SPDX-License-Identifier: MIT
'use strict';

// Writes a patch anew after the sources have changed: each of its changes is
// looked for where its lines stand now, and gets its context from there.
//
// A change is found by the lines that it removes, wherever blanks and line ends
// have gone since, and by how much of its context still stands around them; one
// that only adds lines is found by its context alone. What has no place, or two
// that are about as likely, is left to a human.

const fs = require('node:fs');
const path = require('node:path');
const { headingAt, makeHunks } = require('./patch');
const { listC } = require('./source');

const MARGIN = 0.2; // by which the best place must be better than the next
const SURE = 25; // letters of removed text that need no context beside them

const squeeze = (line) => line.replace(/\s+/g, '');
// A brace or a blank line says little about where one is.
const weigh = (line) => Math.min(squeeze(line).length, 24);
const weighAll = (lines) => lines.reduce((sum, line) => sum + weigh(line), 0);
const indentOf = (line) => line.match(/^ */)[0].length;
const nameOf = (heading) => (heading.match(/(\w+)\s*\(/) || [])[1] || heading;

// The hunk's changes, each { before, removed, added, after, heading }: the old
// file's lines on both sides, as far as the hunk has them.
function listEdits(hunk) {
  const edits = [];
  hunk.lines.forEach((line, n) => {
    if (line[0] === ' ') return;
    if (n === 0 || hunk.lines[n - 1][0] === ' ') edits.push({ from: n, removed: [], added: [] });
    const edit = edits.at(-1);
    edit.to = n + 1;
    edit[line[0] === '-' ? 'removed' : 'added'].push(line.slice(1));
  });
  const old = (lines) => lines.filter((line) => line[0] !== '+').map((line) => line.slice(1));
  return edits.map(({ from, to, removed, added }) => ({
    before: old(hunk.lines.slice(0, from)),
    removed,
    added,
    after: old(hunk.lines.slice(to)),
    heading: hunk.heading,
  }));
}

// Every stretch of `lines` that is `removed` but for blanks and line ends.
function findStretches(lines, removed) {
  const wanted = removed.map(squeeze).join('');
  if (wanted === '') return lines.map((_, at) => ({ at, count: 0 }));
  const found = [];
  lines.forEach((line, at) => {
    if (squeeze(line) === '') return;
    let text = '';
    for (let end = at; end < lines.length && text.length < wanted.length; end++) {
      text += squeeze(lines[end]);
      if (text === wanted) found.push({ at, count: end + 1 - at });
    }
  });
  return found;
}

// The weight of the longest common subsequence.
function weighCommon(context, lines) {
  const best = context.map(() => 0);
  for (const line of lines.map(squeeze)) {
    let diagonal = 0;
    context.forEach((wanted, n) => {
      const above = best[n];
      const both = squeeze(wanted) === line ? diagonal + weigh(line) : 0;
      best[n] = Math.max(above, both, n > 0 ? best[n - 1] : 0);
      diagonal = above;
    });
  }
  return best.at(-1) || 0;
}

const near = (context) => 2 * context.length + 3;
const isSame = (one, other) => one !== undefined && other !== undefined && squeeze(one) === squeeze(other);

// { file, at, count, share, isInside, rank }: how much of the context stands
// around that place, and whether it is in the function that the hunk names.
function judge(file, lines, edit, { at, count }) {
  const above = lines.slice(Math.max(0, at - near(edit.before)), at);
  const below = lines.slice(at + count, at + count + near(edit.after));
  const all = weighAll(edit.before) + weighAll(edit.after);
  const common = weighCommon(edit.before, above) + weighCommon(edit.after, below);
  const share = all === 0 ? 0 : common / all;
  const isInside = edit.heading !== '' && nameOf(headingAt(lines, at)) === nameOf(edit.heading);
  const touches = isSame(edit.before.at(-1), above.at(-1)) || isSame(edit.after[0], below[0]);
  return { file, at, count, share, isInside, touches, rank: share + (isInside ? 0.25 : 0) };
}

function listPlaces(tree, files, edit) {
  const isAddition = edit.removed.every((line) => squeeze(line) === '');
  return files.flatMap((file) => {
    const lines = tree.read(file);
    const places = findStretches(lines, edit.removed).map((stretch) => judge(file, lines, edit, stretch));
    return isAddition ? places.filter(({ touches, share }) => touches && share > 0) : places;
  }).sort((a, b) => b.rank - a.rank);
}

// The one place that the change can have, or undefined.
function choose(places, edit) {
  const [best, next] = places;
  if (best === undefined) return undefined;
  const letters = squeeze(edit.removed.join('')).length;
  const isClear = next === undefined || best.rank - next.rank >= MARGIN;
  if (letters === 0) return isClear && best.share >= 0.5 ? best : undefined;
  if (next !== undefined) return isClear && best.share >= 0.4 ? best : undefined;
  return letters >= SURE || best.share >= 0.3 || best.isInside ? best : undefined;
}

const tell = ({ file, at, share, isInside }) =>
  `${file}:${at + 1} (${Math.round(100 * share)} % of the context${isInside ? ', in its function' : ''})`;

// Looks where the file is now, then in all C files of the library.
function locate(tree, file, edit) {
  let places;
  for (const files of [tree.movedTo(file), tree.all]) {
    places = listPlaces(tree, files, edit);
    const found = choose(places, edit);
    if (found) return found;
  }
  const likely = places.slice(0, 3).map(tell).join(', ') || 'nothing is like it';
  const line = (edit.removed.find(squeeze) || edit.added.find(squeeze) || '').trim();
  throw new Error(`'${line}' of ${file} has no place that is beyond doubt: ${likely}`);
}

// As `lines`, moved to the right or left as the place was since.
function indent(lines, from, to) {
  const shift = from === undefined || to === undefined ? 0 : indentOf(to) - indentOf(from);
  const move = (line) => ' '.repeat(Math.max(0, indentOf(line) + shift)) + line.trimStart();
  return lines.map((line) => (line.trim() === '' ? '' : move(line)));
}

// The change as it is at that place: { at, count, added }.
function settle(tree, { file, at, count }, { before, removed, added, after }) {
  const lines = tree.read(file);
  if (count > 0) return { at, count, added: indent(added, removed.find(squeeze), lines[at]) };
  const isAbove = isSame(before.at(-1), lines[at - 1]) && squeeze(before.at(-1)) !== '';
  return { at, count, added: isAbove ? indent(added, before.at(-1), lines[at - 1]) : indent(added, after[0], lines[at]) };
}

function renameWords(edit, renamed) {
  const rename = (line) => line.replace(/\w+/g, (word) => (renamed.has(word) ? renamed.get(word) : word));
  const { before, removed, added, after, heading } = edit;
  const [b, r, a, f] = [before, removed, added, after].map((lines) => lines.map(rename));
  return { before: b, removed: r, added: a, after: f, heading: rename(heading) };
}

function readTree(root, moved) {
  const texts = new Map();
  const exists = (file) => fs.existsSync(path.join(root, file));
  const text = (file) => {
    if (!texts.has(file)) texts.set(file, fs.readFileSync(path.join(root, file), 'utf8'));
    return texts.get(file);
  };
  return {
    text,
    read: (file) => text(file).split('\n'),
    movedTo: (file) => (moved.get(file) || [file]).filter(exists),
    all: listC(root, ['src', 'include']),
  };
}

// { patch, notes }: the patch as its changes stand in the tree now; a note for
// each change whose place is not as it was. Throws what a human must see to.
// moved: old path -> [new paths]; renamed: old word -> new word.
function refreshPatch(root, patch, moved = new Map(), renamed = new Map()) {
  const tree = readTree(root, moved);
  const found = new Map();
  const notes = [];
  for (const { file, hunks } of patch.files) {
    for (const edit of hunks.flatMap(listEdits).map((each) => renameWords(each, renamed))) {
      const place = locate(tree, file, edit);
      if (place.file !== file || place.share < 1) notes.push(tell(place));
      found.set(place.file, [...(found.get(place.file) || []), settle(tree, place, edit)]);
    }
  }
  const files = [...found].map(([file, edits]) => {
    edits.sort((a, b) => a.at - b.at);
    const overlap = edits.find(({ at }, n) => n > 0 && at < edits[n - 1].at + edits[n - 1].count);
    if (overlap) throw new Error(`two of its changes meet at ${file}:${overlap.at + 1}`);
    return { file, hunks: makeHunks(tree.text(file), edits) };
  });
  return { patch: { head: patch.head, files }, notes };
}

module.exports = { refreshPatch };
