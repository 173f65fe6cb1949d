// SPDX-License-Identifier: MIT
'use strict';

// Compiles texts by `tsc --strict` with exactOptionalPropertyTypes, all of them at once, since most of the time goes
// to the library's own types. They stand in the folder fixtures/, in memory only.

const path = require('node:path');
const ts = require('typescript');

const FOLDER = path.join(__dirname, 'fixtures');

const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  types: [],
};

// A host that finds `texts` ({ file name: text }) in the folder.
function createHost(texts, options) {
  const host = ts.createCompilerHost(options);
  const pathOf = (name) => path.join(FOLDER, name).replace(/\\/g, '/');
  const all = new Map(Object.entries(texts).map(([name, text]) => [pathOf(name), text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => all.has(file) || fileExists.call(host, file);
  host.readFile = (file) => (all.has(file) ? all.get(file) : readFile.call(host, file));
  host.getSourceFile = (file, language, ...rest) =>
    (all.has(file) ? ts.createSourceFile(file, all.get(file), language, true) : getSourceFile.call(host, file, language, ...rest));
  return { host, paths: [...all.keys()] };
}

// Answers [{ line, code, message }] by file name: of each text, and of each file in
// the folder that they import. `more`: compiler options.
function compile(texts, more = {}) {
  const options = { ...OPTIONS, ...more };
  const { host, paths } = createHost(texts, options);
  const program = ts.createProgram(paths, options, host);
  const whole = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  if (whole.length > 0) throw new Error(ts.formatDiagnostics(whole, host));
  const isOurs = ({ fileName }) => path.dirname(fileName) === FOLDER.replace(/\\/g, '/');
  return Object.fromEntries(program.getSourceFiles().filter(isOurs).map((file) => {
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return [path.basename(file.fileName), found.map(({ start, code, messageText }) => ({
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      code,
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }))];
  }));
}

module.exports = { compile };
