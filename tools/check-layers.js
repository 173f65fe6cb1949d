// SPDX-License-Identifier: MIT
'use strict';

// Dependencies point down only:
//
//   examples  cli                    see include/ only
//   include/                         sees include/ only
//   src/dropin  src/stream           do not see each other
//   src/export  src/answer           nor these
//   src/function  src/record         do not see each other
//   src/crossing
//   src/node                         the lowest that may see Node-API
//   src/core
//   src/os                           the only place for platform #ifdefs
//
// The headers of GROUND know nothing of Node and may be seen from everywhere.
// test/os and test/core are held to what their layer may see.

const path = require('node:path');
const { listC, main, readLines } = require('./source');

const HEIGHT = { os: 0, core: 1, node: 2, crossing: 3, function: 4, record: 4, stream: 5, export: 5, answer: 5, dropin: 5 };
const FACES = ['include', 'examples', 'cli'];
const GROUND = ['tsfn/allocator.h', 'tsfn/status.h', 'tsfn/version.h'];
const NODE_API = /^(js_native_api|node_api|node|uv)(_types)?\.h$/;
const PLATFORM =
  /\b(_WIN32|_WIN64|WIN32|__MINGW\w*|__CYGWIN__|__linux__?|__linux|__APPLE__|__MACH__|__FreeBSD__|__OpenBSD__|__NetBSD__|__ANDROID__|__unix__?|_POSIX_\w+|__GLIBC__|_MSC_VER)\b/;

// Which layer a file lives in: 'os'...'dropin', 'include', 'examples', 'cli' or null
// (a file that is not held to a layer).
function layerOf(file) {
  const [top, folder] = file.split('/');
  if (top === 'src') return folder;
  if (top === 'test') return folder === 'os' || folder === 'core' ? folder : null;
  return FACES.includes(top) ? top : null;
}

// What an #include names, as a path from the root, or '<name>' of the system.
function resolve(root, files, file, name) {
  const folder = path.posix.dirname(file);
  const candidates = [folder, 'include', 'src', 'test'];
  for (const candidate of candidates) {
    const found = path.posix.join(candidate, name);
    if (files.has(found)) return found;
  }
  // A file that is not there is judged by its name.
  if (name.split('/')[0] in HEIGHT) return `src/${name}`;
  if (/^tsfn(\.h$|\/)/.test(name)) return `include/${name}`;
  return `<${name}>`;
}

// Why `file` may not include `target`, or null.
function forbidden(layer, target) {
  const system = target.match(/^<(.*)>$/);
  if (FACES.includes(layer)) {
    return target.startsWith('src/') ? `${layer}/ sees public headers only` : null;
  }
  const height = HEIGHT[layer];
  if (system) {
    return NODE_API.test(system[1]) && height < HEIGHT.node
      ? `src/${layer} does not know Node`
      : null;
  }
  if (target.startsWith('include/')) {
    if (GROUND.includes(target.slice('include/'.length))) return null;
    return height < HEIGHT.node ? `src/${layer} does not know the public face` : null;
  }
  if (!target.startsWith('src/')) return null;
  const other = layerOf(target);
  if (!(other in HEIGHT)) return `src/${other} is not a layer`;
  if (HEIGHT[other] > height) return `src/${layer} is below src/${other}`;
  return HEIGHT[other] === height && other !== layer
    ? `src/${layer} and src/${other} are siblings`
    : null;
}

function checkFile(root, files, file) {
  const layer = layerOf(file);
  if (layer === null) return [];
  if (file.startsWith('src/') && !(layer in HEIGHT)) {
    return [`${file}: src/${layer} is not a layer`];
  }
  const problems = [];
  readLines(root, file).forEach((line, index) => {
    const where = `${file}:${index + 1}`;
    const include = line.match(/^\s*#\s*include\s*["<]([^">]+)[">]/);
    if (include) {
      const reason = forbidden(layer, resolve(root, files, file, include[1]));
      if (reason) problems.push(`${where}: ${line.trim()}: ${reason}`);
    }
    const platform = /^\s*#\s*(if|ifdef|ifndef|elif)\b/.test(line) && PLATFORM.exec(line);
    if (platform && file.startsWith('src/') && layer !== 'os') {
      problems.push(`${where}: ${platform[0]}: platforms are src/os's business`);
    }
  });
  return problems;
}

function checkLayers(root) {
  const list = listC(root);
  const files = new Set(list);
  return list.flatMap((file) => checkFile(root, files, file));
}

module.exports = { checkLayers };
if (require.main === module) main('layers', checkLayers);
