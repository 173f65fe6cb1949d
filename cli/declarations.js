// SPDX-License-Identifier: MIT
'use strict';

// The types that the text of an addon's types declares: those that its functions
// refer to, and those that these refer to.

const { Kinds, parameters } = require('./kinds');
const { list, union } = require('./layout');
const { brandName, toPascalCase, typeScope } = require('./names');

// What a record's other types are called behind its name.
const SUFFIXES = { in: 'Input', columns: 'Columns', 'packed-columns': 'PackedColumns' };

// Types of Node: the text refers to them and does not declare them.
const GLOBALS = ['AbortSignal', 'Buffer', 'NodeJS'];
const HELPERS = {
  NumberArray: {
    doc: 'Numbers in an Array or a typed array.',
    alternatives: () => [
      'readonly number[]', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
      'Uint32Array', 'Float32Array', 'Float64Array',
    ],
  },
  IntegerArray: {
    doc: 'Integers of 64 bits in an Array or a typed array.',
    alternatives: (declare) => [
      'readonly (bigint | number)[]', 'BigInt64Array', 'BigUint64Array', declare('helper', 'NumberArray'),
    ],
  },
  PackedColumn: {
    doc: 'A column of text or bytes, in the layout of Apache Arrow.',
    members: [
      ['data: Uint8Array', 'All values, one behind the other; UTF-8 for text.'],
      ['offsets: Uint32Array', 'Value i is data.subarray(offsets[i], offsets[i + 1]).'],
      ['validity: Uint8Array | null', 'A bit for each value, the lowest first, 0 for null; null where no value is null.'],
    ],
  },
};

const keyOf = (kind, name, use) => `${kind} ${name} ${use}`;
const byName = (declared) => new Map(declared.map((each) => [each.name, each]));
// What may be left out may be undefined too, whatever the compiler makes of `?`
// alone (exactOptionalPropertyTypes).
const withUndefined = (alternatives) => [...alternatives, 'undefined'];

// The names that types get, if they are printed: by key. Those that the author chose
// come before those that are made of them.
function nameTypes({ records, enums, objects }) {
  const scope = typeScope();
  const names = new Map(GLOBALS.map((name) => [keyOf('global', name, 'out'), name]));
  const add = (kind, name, use, wanted) => names.set(keyOf(kind, name, use), scope.take(wanted));
  for (const { name } of records) add('record', name, 'out', toPascalCase(name));
  for (const { name } of enums) add('enum', name, 'out', toPascalCase(name));
  for (const { name } of objects) add('object', name, 'out', toPascalCase(name));
  for (const { name, named } of records) {
    if (named) names.set(keyOf('record', name, 'in'), names.get(keyOf('record', name, 'out')));
    else for (const [use, suffix] of Object.entries(SUFFIXES)) add('record', name, use, toPascalCase(name) + suffix);
  }
  for (const name of Object.keys(HELPERS)) add('helper', name, 'out', name);
  return names;
}

// What a text declares: a declaration exists from its first mention on. Each is
// { kind, subject, use, name, content }, where the content has members or
// alternatives.
class Declarations {
  constructor(description) {
    this.records = byName(description.records);
    this.enums = byName(description.enums);
    this.objects = byName(description.objects);
    this.names = nameTypes(description);
    this.brand = brandName(description.functions.map(({ name }) => name));
    this.kinds = new Kinds(this.records, this.declare.bind(this));
    this.all = new Map();
  }

  declare(kind, subject, use = 'out') {
    const realUse = this.realUse(kind, subject, use);
    const key = keyOf(kind, subject, realUse);
    if (!this.all.has(key)) this.all.set(key, { kind, subject, use: realUse });
    return this.all.get(key);
  }

  // Types of a record that would have the same members are one.
  realUse(kind, subject, use) {
    if (kind !== 'record') return 'out';
    if (this.records.get(subject).named) return 'in';
    if (use === 'in' && !this.kinds.differsAsInput(subject)) return 'out';
    return use === 'packed-columns' && !this.kinds.differsPacked(subject) ? 'columns' : use;
  }

  // A type of arguments has its suffix even where there is no other: a result that is
  // added later renames nothing.
  nameOf({ kind, subject, use }) {
    return this.names.get(keyOf(kind, subject, use));
  }

  // Writes the declarations that functions have mentioned, and those that these
  // mention.
  complete() {
    for (const declaration of this.all.values()) declaration.content = this.contentOf(declaration);
    for (const declaration of this.all.values()) declaration.name = this.nameOf(declaration);
  }

  contentOf({ kind, subject, use }) {
    switch (kind) {
      case 'record':
        return { members: this.membersOf(this.records.get(subject), use) };
      case 'object':
        return this.objectContent(this.objects.get(subject));
      case 'enum':
        return { alternatives: this.enums.get(subject).values.map((value) => `'${value}'`) };
      case 'helper':
        return this.helperContent(HELPERS[subject]);
      case 'global':
        return {};
    }
  }

  membersOf({ fields }, use) {
    return fields.map(({ name, kind }) => {
      if (use !== 'in' && use !== 'out') return { text: [`${name}: `, this.kinds.columnOf(kind, use)] };
      const type = this.kinds.typeOf(kind, use);
      const mayMiss = use === 'in' && this.kinds.mayMiss(kind);
      return { text: mayMiss ? [`${name}?: `, union(withUndefined(type))] : [`${name}: `, union(type)] };
    });
  }

  // Only what the addon has made is such an object, whatever else has its methods:
  // the member that is called by a symbol says so, which nobody else has. A method
  // called `new` would be read as a constructor.
  objectContent({ name, doc, methods }) {
    const brand = { text: [`readonly [${this.brand}]: '${this.names.get(keyOf('object', name, 'out'))}'`] };
    const nameOf = (method) => (method.name === 'new' ? "'new'" : method.name);
    const members = methods.map((method) => ({ doc: method.doc, text: [nameOf(method), this.signatureOf(method)] }));
    return { doc, members: [brand, ...members] };
  }

  helperContent({ doc, members, alternatives }) {
    if (members) return { doc, members: members.map(([text, about]) => ({ doc: about, text })) };
    return { doc, alternatives: alternatives(this.declare.bind(this)) };
  }

  // What stands behind the name of a function or a method.
  signatureOf({ signature, arguments: given, result }) {
    if (signature === null) {
      return [list('(', parameters(this.parametersOf(given)), '): '), union(this.kinds.typeOf(result, 'out'))];
    }
    this.declareWords(signature);
    return signature;
  }

  // A parameter may be left out where all behind it may.
  parametersOf(given) {
    return given.map(({ name, kind }, index) => {
      const type = this.kinds.typeOf(kind, 'in');
      if (!this.kinds.mayMiss(kind)) return [name, union(type)];
      const mayAllMiss = given.slice(index).every((each) => this.kinds.mayMiss(each.kind));
      return [name, union(withUndefined(type)), mayAllMiss ? '?' : ''];
    });
  }

  // The author's own signature refers to types by the names that they get.
  declareWords(signature) {
    const words = new Set(signature.match(/[\w$]+/g));
    for (const [key, name] of this.names) {
      if (!words.has(name)) continue;
      this.declare(...key.split(' '));
    }
  }
}

module.exports = { Declarations };
