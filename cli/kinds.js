// SPDX-License-Identifier: MIT
'use strict';

// The TypeScript type of each kind of a description. A type depends on its use:
//
//   out             what C hands to JavaScript: results, and what callbacks get
//   in              what C takes from JavaScript: arguments
//   columns         the values of many records, TSFN_COLUMNS
//   packed-columns  the same, TSFN_PACKED_COLUMNS
//
// A type is a list of alternatives, documents of layout.js. `declare(kind, name,
// use)` answers the declaration of a named type, and so brings it into the text.

const { list, union } = require('./layout');
const { parameterScope, toCamelCase } = require('./names');

const BYTES = ['ArrayBuffer', 'ArrayBufferView'];
// The library's own errors, and most of the system's, have a code.
const ERROR = 'Error & { code?: string }';

// Kinds whose types are named by nothing but the kind.
const PLAIN = {
  bool: { out: ['boolean'], in: ['boolean'] },
  i64: { out: ['bigint'], in: ['bigint', 'number'] },
  u64: { out: ['bigint'], in: ['bigint', 'number'] },
  number: { out: ['number'], in: ['number', 'bigint'] },
  text: { out: ['string'], in: ['string'] },
  string: { out: ['string'], in: ['string'] },
  slice: { out: ['string'], in: ['string'] },
  bytes: { out: ['Uint8Array'], in: BYTES },
  owned: { out: ['Uint8Array'], in: BYTES },
  value: { out: ['unknown'], in: ['unknown'] },
  void: { out: ['void'] },
};
for (const name of ['i8', 'i16', 'i32', 'u8', 'u16', 'u32', 'f32', 'f64']) {
  PLAIN[name] = { out: ['number'], in: ['number'] };
}

const TYPED_ARRAYS = {
  i8: 'Int8Array', i16: 'Int16Array', i32: 'Int32Array', i64: 'BigInt64Array',
  u8: 'Uint8Array', u16: 'Uint16Array', u32: 'Uint32Array', u64: 'BigUint64Array',
  f32: 'Float32Array', f64: 'Float64Array',
};
// Columns of these are numbers too, though single values are not.
const TYPED_COLUMNS = { ...TYPED_ARRAYS, bool: 'Uint8Array', number: 'Float64Array' };

const PACKED = ['text', 'string', 'slice', 'bytes', 'buffer'];
// Arguments of these kinds have the type that C hands out.
const SAME_IN_AND_OUT = [
  'bool', 'i8', 'i16', 'i32', 'u8', 'u16', 'u32', 'f32', 'f64', 'text', 'string', 'slice', 'enum', 'object', 'value',
];

// An optional pointer is the pointer itself. Optional text is not: it lies in the struct.
const isPacked = ({ kind, of }) =>
  PACKED.includes(kind) || (kind === 'optional' && of.kind !== 'text' && PACKED.includes(of.kind));

// What an argument may be where C wants several numbers.
const numbersFor = (element) => (['i64', 'u64', 'number'].includes(element) ? 'IntegerArray' : 'NumberArray');

const arrayOf = (alternatives) =>
  (alternatives.length === 1 ? [alternatives[0], '[]'] : ['(', union(alternatives), ')[]']);

const withNull = (alternatives) => [...alternatives.filter((each) => each !== 'null'), 'null'];

// Named places of a tuple or a parameter list, from [name, type, mark].
function parameters(entries) {
  const scope = parameterScope();
  return entries.map(([name, type, mark = '']) => [`${scope.take(name)}${mark}: `, type]);
}

const tuple = (entries) => list('[', parameters(entries), ']');

class Kinds {
  // `records`: those of the description by name. `declare`: see above.
  constructor(records, declare) {
    this.records = records;
    this.declare = declare;
  }

  typeOf(kind, use) {
    const alternatives = kind.kind in PLAIN ? PLAIN[kind.kind][use] : this.composedType(kind, use);
    return kind.nullable ? withNull(alternatives) : alternatives;
  }

  composedType(kind, use) {
    switch (kind.kind) {
      case 'enum':
      case 'object':
      case 'record':
        return [this.declare(kind.kind, kind.name, use)];
      case 'named': {
        const type = [this.declare('record', kind.name, 'in')];
        return this.mayMiss(kind) ? withNull(type) : type;
      }
      case 'buffer':
        return use === 'in' ? BYTES : [this.declare('global', 'Buffer')];
      case 'signal':
        return [this.declare('global', 'AbortSignal')];
      case 'array':
        return [use === 'in' ? this.declare('helper', numbersFor(kind.element)) : TYPED_ARRAYS[kind.element]];
      case 'list':
        return [this.listType(kind.of, use)];
      case 'optional':
        return withNull(this.typeOf(kind.of, use));
      case 'promise':
        return [['Promise<', union(this.typeOf(kind.of, 'out')), '>']];
      case 'callback':
        return [this.callbackType(kind)];
    }
  }

  listType(of, use) {
    const isOfNumbers = of.kind in TYPED_ARRAYS;
    if (use === 'out') return isOfNumbers ? TYPED_ARRAYS[of.kind] : arrayOf(this.typeOf(of, 'out'));
    if (isOfNumbers || of.kind === 'number') return this.declare('helper', numbersFor(of.kind));
    return ['readonly ', arrayOf(this.typeOf(of, 'in'))];
  }

  // The type of all values of a field.
  columnOf(kind, use) {
    if (kind.kind === 'record') return this.declare('record', kind.name, use);
    if (use === 'packed-columns' && isPacked(kind)) return this.declare('helper', 'PackedColumn');
    if (kind.kind in TYPED_COLUMNS) return TYPED_COLUMNS[kind.kind];
    return kind.kind === 'array' ? TYPED_ARRAYS[kind.element] : arrayOf(this.typeOf(kind, 'out'));
  }

  // Error-first, the arguments are one of two tuples, so that a look at the error
  // tells TypeScript whether the values are there. Both have the same length:
  // TypeScript takes no function of two parameters where one may be missing.
  callbackType(kind) {
    const values = kind.record === null ? [] : this.callbackValues(kind);
    const answer = [' => ', ...this.replyType(kind.of)];
    if (kind.errors === 'values-only') return [list('(', parameters(values), ')'), ...answer];
    if (values.length === 0) return [`(err?: ${ERROR})`, ...answer];
    const failed = tuple([['err', ERROR], ...values.map(([name]) => [name, 'undefined'])]);
    const succeeded = tuple([['err', 'null'], ...values]);
    return [list('(', [['...args: ', union([failed, succeeded])]], ')', false), ...answer];
  }

  // What a callback returns: anything, where nobody asks for a value.
  replyType(of) {
    if (of === undefined) return ['void'];
    if (of.kind === 'void') return ['unknown'];
    const alternatives = this.typeOf(of, 'in');
    const type = union(of.kind === 'optional' ? [...alternatives, 'undefined'] : alternatives);
    return [type, ' | PromiseLike<', type, '>'];
  }

  // What a callback gets behind its error, as [name, type].
  callbackValues({ record, delivery, passing }) {
    const isObject = passing === 'object';
    if (delivery === 'columns' || delivery === 'packed-columns') {
      const columns = isObject ? [['columns', this.declare('record', record, delivery)]] : this.columns(record, delivery);
      return [...columns, ['count', 'number']];
    }
    if (delivery === 'batch') {
      return [['batch', [isObject ? this.declare('record', record, 'out') : tuple(this.fields(record)), '[]']]];
    }
    return isObject ? [[toCamelCase(record), this.declare('record', record, 'out')]] : this.fields(record);
  }

  fields(record) {
    return this.records.get(record).fields.map(({ name, kind }) => [name, union(this.typeOf(kind, 'out'))]);
  }

  columns(record, use) {
    return this.records.get(record).fields.map(({ name, kind }) => [name, this.columnOf(kind, use)]);
  }

  // Whether an argument may be left out.
  mayMiss(kind) {
    return kind.kind === 'optional'
      || (kind.kind === 'named' && this.records.get(kind.name).fields.every((field) => this.mayMiss(field.kind)));
  }

  // Whether some field of the record, or of one in it, is so.
  someField(record, isSo) {
    return this.records.get(record).fields.some(({ kind }) =>
      (kind.kind === 'record' ? this.someField(kind.name, isSo) : isSo(kind)));
  }

  // Whether an argument has another type than a result.
  differsAsInput(record) {
    return this.someField(record, (kind) => !SAME_IN_AND_OUT.includes(kind.kind));
  }

  // Whether TSFN_PACKED_COLUMNS makes other columns than TSFN_COLUMNS.
  differsPacked(record) {
    return this.someField(record, isPacked);
  }
}

module.exports = { Kinds, parameters };
