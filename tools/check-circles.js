// SPDX-License-Identifier: MIT
'use strict';

// No module of src/ reaches itself through others, by its includes or by the
// names that its object file calls. A module is a source file with its header:
// src/core/queue.c and queue.h are core/queue. What only the linker sees counts
// too: a table in one module that names functions of others, reached through a
// public header, is a circle that no include shows, and brings all of its modules
// into every addon that names one.
//
//   node tools/check-circles.js [ARCHIVE]    build/release/libtsfn_dropin.a

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { listFiles, readLines } = require('./source');

const moduleOf = (file) => file.replace(/^src\//, '').replace(/\.[ch]$/, '');

// Map of module -> Map of module -> why: by #include "..." lines.
function graphOfIncludes(root) {
  const files = listFiles(root, 'src', ['.c', '.h']);
  const known = new Set(files);
  const graph = new Map(files.map((file) => [moduleOf(file), new Map()]));
  for (const file of files) {
    for (const line of readLines(root, file)) {
      const [, name] = line.match(/^\s*#\s*include\s*"([^"]+)"/) || [];
      if (!name || !known.has(`src/${name}`)) continue;
      const target = moduleOf(name);
      if (target !== moduleOf(file)) graph.get(moduleOf(file)).set(target, `${file} includes ${name}`);
    }
  }
  return graph;
}

// The same by names: `text` is what `nm -A` says of an archive whose objects are
// called as their sources. Two modules that define one name (posix.c and win32.c)
// are not told apart: the first counts.
function graphOfNames(text, nameOf = (object) => object) {
  const graph = new Map();
  const definedIn = new Map();
  const wanted = [];
  for (const line of text.split('\n')) {
    const [, object, type, name] = line.match(/:?([^:\s]+)\.o:\s*[0-9a-f]*\s+([A-Za-z])\s+(\S+)$/) || [];
    if (!object) continue;
    const unit = nameOf(object);
    if (!graph.has(unit)) graph.set(unit, new Map());
    if (type === 'U') wanted.push([unit, name]);
    else if (type === type.toUpperCase() && !definedIn.has(name)) definedIn.set(name, unit);
  }
  for (const [unit, name] of wanted) {
    const target = definedIn.get(name);
    if (target && target !== unit) graph.get(unit).set(target, `${unit} names ${name} of ${target}`);
  }
  return graph;
}

// The strongly connected components of two modules and more (Tarjan).
function findCircles(graph) {
  const seen = new Map();
  const low = new Map();
  const stack = [];
  const circles = [];
  function visit(unit) {
    seen.set(unit, seen.size);
    low.set(unit, seen.get(unit));
    stack.push(unit);
    for (const target of graph.get(unit).keys()) {
      if (!seen.has(target)) visit(target);
      if (stack.includes(target)) low.set(unit, Math.min(low.get(unit), low.get(target)));
    }
    if (low.get(unit) !== seen.get(unit)) return;
    const members = stack.splice(stack.indexOf(unit));
    if (members.length > 1) circles.push(members.sort());
  }
  for (const unit of graph.keys()) if (!seen.has(unit)) visit(unit);
  return circles;
}

// What ties a circle together, a line each.
function explain(graph, circle) {
  return circle.flatMap((unit) => [...graph.get(unit)]
    .filter(([target]) => circle.includes(target))
    .map(([, why]) => `    ${why}`));
}

function report(kind, graph) {
  const circles = findCircles(graph);
  const lines = circles.flatMap((circle) => [`  ${circle.join(', ')}`, ...explain(graph, circle)]);
  return { count: circles.length, text: [`${kind}: ${circles.length} circles among ${graph.size} modules`, ...lines].join('\n') };
}

function readNames(archive) {
  const { stdout, error, status } = spawnSync('nm', ['-A', archive], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw new Error('nm is not installed');
  if (status !== 0) throw new Error(`nm cannot read ${archive}`);
  return stdout;
}

// An object's name has no folder; no two sources of src/ share one.
function nameWithFolder(root) {
  const folders = new Map(listFiles(root, 'src', ['.c']).map((file) =>
    [path.basename(file, '.c'), moduleOf(file)]));
  return (object) => folders.get(object) || object;
}

module.exports = { findCircles, graphOfIncludes, graphOfNames, report };

if (require.main === module) {
  const root = path.join(__dirname, '..');
  const archive = process.argv[2] || path.join(root, 'build', 'release', 'libtsfn_dropin.a');
  const results = [report('includes', graphOfIncludes(root))];
  if (!fs.existsSync(archive)) throw new Error(`${archive} is not built: make lib`);
  results.push(report('names in the archive', graphOfNames(readNames(archive), nameWithFolder(root))));
  for (const { text } of results) console.log(`circles: ${text}`);
  const sum = results.reduce((total, { count }) => total + count, 0);
  console.log(`circles: ${sum === 0 ? 'ok, ' : ''}${sum} circles`);
  process.exitCode = sum === 0 ? 0 : 1;
}
