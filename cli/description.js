// SPDX-License-Identifier: MIT
'use strict';

// Whether this version of libtsfn can read what an addon says of itself, and make
// types of it.

const { Failure } = require('./failure');
const { version } = require('../package.json');

const VERSION = 1;
const US = `libtsfn ${version}`;

const NUMBERS = ['i8', 'i16', 'i32', 'u8', 'u16', 'u32', 'i64', 'u64', 'f32', 'f64'];
// Which kinds may stand where.
const VALUES = [
  ...NUMBERS, 'bool', 'number', 'text', 'string', 'slice', 'bytes', 'buffer', 'owned', 'enum', 'record', 'array',
  'list', 'optional',
];
const ARGUMENTS = [...VALUES, 'object', 'callback', 'signal', 'value', 'named'];
const REPLIES = [...VALUES, 'void'];
const RESULTS = [...VALUES, 'object', 'value', 'void', 'promise'];

// The other words of a kind, and the values that each may have.
const WORDS = {
  array: { element: NUMBERS },
  callback: {
    delivery: ['each', 'batch', 'columns', 'packed-columns', 'latest'],
    errors: ['error-first', 'values-only'],
    passing: ['object', 'arguments'],
  },
};

// The first thing in a kind that is not known, in words, or null. `names`: the
// declared names by kind.
function findUnknown(kind, allowed, names) {
  const name = kind.kind === 'callback' ? kind.record : kind.name;
  const named = ['callback', 'named'].includes(kind.kind) ? 'record' : kind.kind;
  if (!allowed.includes(kind.kind)) return `the kind '${kind.kind}'`;
  if (named in names && name !== null && !names[named].includes(name)) return `the ${named} '${name}'`;
  for (const [word, values] of Object.entries(WORDS[kind.kind] || {})) {
    if (!values.includes(kind[word])) return `the ${word} '${kind[word]}'`;
  }
  return kind.of ? findUnknown(kind.of, kind.kind === 'callback' ? REPLIES : allowed, names) : null;
}

// Each kind of a description, with its place in words.
function listKinds({ functions, objects, records }) {
  const ofFunction = (prefix) => ({ name, arguments: given, result }) => [
    ...given.map((each) => ({ kind: each.kind, allowed: ARGUMENTS, place: `argument ${each.name} of ${prefix}${name}` })),
    { kind: result, allowed: RESULTS, place: `result of ${prefix}${name}` },
  ];
  return [
    ...functions.flatMap(ofFunction('')),
    ...objects.flatMap(({ name, methods }) => methods.flatMap(ofFunction(`${name}.`))),
    ...records.flatMap(({ name, fields, named }) =>
      fields.map((field) => ({ kind: field.kind, allowed: named ? ARGUMENTS : VALUES, place: `field ${field.name} of ${name}` }))),
  ];
}

// What the author of the addon has to mend, in a sentence without its subject, or
// null.
function findMistake({ functions, objects }) {
  const scopes = [['', functions], ...objects.map(({ name, methods }) => [`${name}.`, methods])];
  for (const [prefix, declared] of scopes) {
    const names = new Set();
    for (const { name, signature } of declared) {
      if (names.has(name)) return `lists ${prefix}${name} twice`;
      names.add(name);
      if (signature !== null && !/\)\s*:/.test(signature)) {
        return `has a signature of ${prefix}${name} that is none, such as '(text: string): number': '${signature}'`;
      }
    }
  }
  return null;
}

// Fails where the addon in `file` describes itself in a way that is not known here.
function checkDescription(description, file) {
  const said = description ? description.version : undefined;
  if (said !== VERSION) {
    throw new Failure(`${file} has a description of version ${said}, which ${US} does not know: `
      + 'use the libtsfn that it was built with');
  }
  const namesOf = (declared) => declared.map(({ name }) => name);
  const names = {
    record: namesOf(description.records),
    enum: namesOf(description.enums),
    object: namesOf(description.objects),
  };
  for (const { kind, allowed, place } of listKinds(description)) {
    const unknown = findUnknown(kind, allowed, names);
    if (unknown) throw new Failure(`${file} has ${unknown} in the ${place}, which ${US} does not know`);
  }
  const mistake = findMistake(description);
  if (mistake) throw new Failure(`${file} ${mistake}`);
}

module.exports = { checkDescription };
