// SPDX-License-Identifier: MIT
'use strict';

// A unified diff with a few lines of text above it: read, applied and written.
//
// A patch is applied exactly or not at all. Every line of a hunk that is not
// added must stand in the file, in that order, and in one place only; the line
// numbers of the hunk are not looked at. So a patch may outlive changes elsewhere
// in its file, and never lands in a function that it was not written for.

const fs = require('node:fs');
const path = require('node:path');

const CONTEXT = 3; // lines around a change, as diff -u has them
const CONTEXT_MAX = 12; // where 3 stand in more than one place

// { head: text, files: [{ file, hunks: [{ first, counts, heading, lines }] }] }:
// `lines` with the sign that each starts with; `first` and `counts` as the @@
// line says them, which is the old file's line, counted from 1, and both lengths.
function parsePatch(text) {
  const lines = text.replace(/\n+$/, '').split('\n');
  const start = lines.findIndex((line) => /^(diff --git|---) /.test(line));
  if (start < 0) throw new Error('it has no diff');
  const patch = { head: lines.slice(0, start).join('\n').trimEnd(), files: [] };
  let hunk = null;
  for (const line of lines.slice(start)) {
    const [, file] = line.match(/^\+\+\+ b\/(\S+)/) || [];
    const [, first, olds = '1', news = '1', heading] =
      line.match(/^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@ ?(.*)$/) || [];
    if (file !== undefined) {
      patch.files.push({ file, hunks: [] });
    } else if (/^(diff --git|index|---) /.test(line)) {
      hunk = null;
    } else if (first !== undefined && patch.files.length > 0) {
      hunk = { first: Number(first), counts: [Number(olds), Number(news)], heading, lines: [] };
      patch.files.at(-1).hunks.push(hunk);
    } else if (hunk !== null && /^([ +-]|$)/.test(line)) {
      hunk.lines.push(line === '' ? ' ' : line); // an editor took the blank
    } else {
      throw new Error(`it has the line '${line}' where a diff has none`);
    }
  }
  return patch;
}

const without = (sign, { lines }) => lines.filter((line) => line[0] !== sign).map((line) => line.slice(1));
const oldLines = (hunk) => without('+', hunk);
const newLines = (hunk) => without('-', hunk);

// Where `wanted` stands in `lines`: every index, from 0.
function findAll(lines, wanted) {
  const found = [];
  for (let at = 0; at + wanted.length <= lines.length; at++) {
    if (wanted.every((line, n) => lines[at + n] === line)) found.push(at);
  }
  return found;
}

// The text with all hunks in it; throws an Error that says which hunk has no
// place, or more than one.
function applyHunks(text, hunks) {
  const lines = text.split('\n');
  const places = hunks.map((hunk) => {
    const what = `the lines of @@ -${hunk.first}${hunk.heading ? ` ${hunk.heading}` : ''}`;
    const counts = [oldLines(hunk).length, newLines(hunk).length];
    if (`${counts}` !== `${hunk.counts}`) throw new Error(`${what} are ${counts}, and not ${hunk.counts}`);
    const found = findAll(lines, oldLines(hunk));
    if (found.length === 1) return { at: found[0], hunk };
    if (found.length === 0) throw new Error(`${what} are not there any more`);
    throw new Error(`${what} stand in ${found.length} places: lines ${found.map((at) => at + 1).join(', ')}`);
  });
  // From the last to the first, so that what is above keeps its place.
  for (const { at, hunk } of places.sort((a, b) => b.at - a.at)) {
    lines.splice(at, oldLines(hunk).length, ...newLines(hunk));
  }
  return lines.join('\n');
}

// The changed files of the tree below root, as [{ file, before, after }].
// Nothing is written. Throws where the patch does not apply exactly.
function applyPatch(root, { files }) {
  return files.map(({ file, hunks }) => {
    const absolute = path.join(root, file);
    if (!fs.existsSync(absolute)) throw new Error(`${file} is not there any more`);
    const before = fs.readFileSync(absolute, 'utf8');
    try {
      return { file, before, after: applyHunks(before, hunks) };
    } catch (error) {
      throw new Error(`${file}: ${error.message}`);
    }
  });
}

// The nearest line above that starts with a letter, as git takes it for C: with
// the return type on a line of its own, that is the function's name.
function headingAt(lines, at) {
  for (let n = at - 1; n >= 0; n--) if (/^[A-Za-z_$]/.test(lines[n])) return lines[n].slice(0, 79).trimEnd();
  return '';
}

// edits: [{ at, count, added }], in order: `count` lines from index `at` become
// `added`. Their hunks, each with `context` lines around its changes.
function cutHunks(lines, edits, context) {
  const groups = [];
  for (const edit of edits) {
    const group = groups.at(-1);
    if (group && edit.at - group.end <= 2 * context) group.edits.push(edit);
    else groups.push({ edits: [edit] });
    groups.at(-1).end = edit.at + edit.count;
  }
  return groups.map(({ edits: members, end }) => {
    const from = Math.max(0, members[0].at - context);
    // The text's last line is empty: what follows its last newline.
    const to = Math.min(lines.length - 1, end + context);
    const hunk = { first: from + 1, heading: headingAt(lines, members[0].at), lines: [] };
    let at = from;
    const keep = (until) => {
      for (; at < until; at++) hunk.lines.push(` ${lines[at]}`);
    };
    for (const edit of members) {
      keep(edit.at);
      for (; at < edit.at + edit.count; at++) hunk.lines.push(`-${lines[at]}`);
      hunk.lines.push(...edit.added.map((line) => `+${line}`));
    }
    keep(to);
    return hunk;
  });
}

// Hunks whose old lines stand in one place only, with as much context as that
// takes; with CONTEXT_MAX lines, whatever it takes.
function makeHunks(text, edits) {
  const lines = text.split('\n');
  const isUnique = (hunk) => findAll(lines, oldLines(hunk)).length === 1;
  for (let context = CONTEXT; ; context++) {
    const hunks = cutHunks(lines, edits, context);
    if (context === CONTEXT_MAX || hunks.every(isUnique)) return hunks;
  }
}

function formatPatch({ head, files }) {
  const parts = [head, ''];
  for (const { file, hunks } of files) {
    parts.push(`--- a/${file}`, `+++ b/${file}`);
    let shift = 0;
    for (const hunk of hunks) {
      const [olds, news] = [oldLines(hunk).length, newLines(hunk).length];
      const heading = hunk.heading ? ` ${hunk.heading}` : '';
      parts.push(`@@ -${hunk.first},${olds} +${hunk.first + shift},${news} @@${heading}`, ...hunk.lines);
      shift += news - olds;
    }
  }
  return `${parts.join('\n')}\n`;
}

module.exports = { applyPatch, formatPatch, headingAt, makeHunks, parsePatch };
