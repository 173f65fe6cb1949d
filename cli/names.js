// SPDX-License-Identifier: MIT
'use strict';

// Names of C in TypeScript.

// Words that cannot name a function or a parameter in a module.
const RESERVED = [
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do',
  'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in',
  'instanceof', 'interface', 'let', 'new', 'null', 'package', 'private', 'protected', 'public', 'return', 'static',
  'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'undefined', 'var', 'void', 'while', 'with', 'yield',
];

// Types of the language and of Node that declarations refer to: an interface of the
// same name would hide them.
const GLOBAL_TYPES = [
  'AbortSignal', 'ArrayBuffer', 'ArrayBufferView', 'BigInt64Array', 'BigUint64Array', 'Buffer', 'Error', 'Float32Array',
  'Float64Array', 'Int16Array', 'Int32Array', 'Int8Array', 'NodeJS', 'Promise', 'PromiseLike', 'Uint16Array',
  'Uint32Array', 'Uint8Array', 'Uint8ClampedArray',
];

// Hands out names of one scope, each once: where one is taken, underscores follow.
class Scope {
  constructor(taken) {
    this.taken = new Set(taken);
  }

  take(wanted) {
    let name = wanted;
    while (this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }
}

// 'search_match' -> 'SearchMatch'. What would begin with a digit gets an underscore.
function toPascalCase(name) {
  const words = name.split('_').filter((word) => word !== '');
  const pascal = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return /^\D/.test(pascal) ? pascal : `_${pascal}`;
}

// 'search_match' -> 'searchMatch'
function toCamelCase(name) {
  const pascal = toPascalCase(name);
  return pascal[0].toLowerCase() + pascal.slice(1);
}

const typeScope = () => new Scope(GLOBAL_TYPES);
const parameterScope = () => new Scope(RESERVED);

// The local name of each exported function: its own, but for reserved words.
function localNames(names) {
  const isReserved = (name) => RESERVED.includes(name);
  const scope = new Scope([...RESERVED, ...names.filter((name) => !isReserved(name))]);
  return names.map((name) => (isReserved(name) ? scope.take(name) : name));
}

// What the symbol is called that objects have a member by: no exported function is.
const brandName = (names) => new Scope([...localNames(names), ...names]).take('brand');

module.exports = { brandName, localNames, parameterScope, toCamelCase, toPascalCase, typeScope };
