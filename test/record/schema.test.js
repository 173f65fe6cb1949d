// SPDX-License-Identifier: MIT
'use strict';

// Records that are made at run time (tsfn/schema.h): what TSFN_RECORD can, with fields
// that only the running program knows.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { dice } = require('../support/dice');
const { delivery: MODES, errors, passing } = require('../support/enums');
const { turn } = require('../support/turn');

const { makeSchema, readme, wrong } = require(addon('schema', 'record'));

// Every kind: what it takes beside its name, and values that it holds.
const kinds = {
  bool: [{}, [true, false]],
  i8: [{}, [-128, 127]],
  i16: [{}, [-32768, 0]],
  i32: [{}, [-2147483648, 5]],
  i64: [{}, [-(2n ** 63n), 7n]],
  u8: [{}, [255, 0]],
  u16: [{}, [65535, 1]],
  u32: [{}, [4294967295, 0]],
  u64: [{}, [2n ** 64n - 1n, 0n]],
  f32: [{}, [0.5, -1]],
  f64: [{}, [0.1, NaN]],
  number: [{ element: 'i64' }, [-5, 2 ** 53 - 1]],
  enum: [{}, ['blue', 'red']],
  text: [{ count: 5 }, ['', 'abcde']],
  string: [{}, ['', 'n\u00e4me']],
  slice: [{}, ['', 'a\0b']],
  bytes: [{}, [new Uint8Array(0), Uint8Array.of(1, 2, 3)]],
  buffer: [{}, [Buffer.from('abc'), Buffer.alloc(300, 7)]],
  owned: [{}, [Uint8Array.of(9), new Uint8Array(20000)]],
  array: [{ element: 'u16', count: 3 }, [Uint16Array.of(1, 2, 3), Uint16Array.of(0, 0, 65535)]],
  record: [{}, [{ x: 0.5, label: 'a' }, { x: -1, label: null }]],
  'list of bool': [{ element: 'bool' }, [[], [true, false]]],
  'list of u8': [{ element: 'u8' }, [new Uint8Array(0), Uint8Array.of(1, 255)]],
  'list of f64': [{ element: 'f64' }, [Float64Array.of(0.5), Float64Array.of(1, 2, 3)]],
  'list of string': [{ element: 'string' }, [[], ['a', null, 'ccc']]],
  'list of bytes': [{ element: 'bytes' }, [[null], [Uint8Array.of(1)]]],
  'list of enum': [{ element: 'enum' }, [[], ['green', 'red']]],
  'list of record': [{ element: 'record' }, [[], [{ x: 1, label: 'one' }, { x: 2, label: null }]]],
};

const fieldOf = (what, name, nullable) => ({ name, nullable, kind: what.match(/^\w+/)[0], ...kinds[what][0] });

async function received(schema, value, options, count, wanted) {
  const calls = [];
  schema.send((...args) => calls.push(args), value, options, count);
  while (!wanted(calls)) await turn();
  await turn();
  return calls;
}

// So many that the loop in JavaScript is made.
const COUNT = 100;

async function checkModes(schema, value) {
  const total = (list) => list.reduce((sum, n) => sum + n, 0);
  const each = await received(schema, value, {}, COUNT, (calls) => calls.length === COUNT);
  for (const call of each) assert.deepStrictEqual(call, [null, value]);
  const [[, alone]] = await received(schema, value, { delivery: MODES.LATEST }, 1, (calls) => calls.length === 1);
  assert.deepStrictEqual(alone, value);
  const batches = await received(schema, value, { delivery: MODES.BATCH }, COUNT,
    (calls) => total(calls.map(([, list]) => list.length)) === COUNT);
  for (const item of batches.flatMap(([, list]) => list)) assert.deepStrictEqual(item, value);
  const columns = await received(schema, value, { delivery: MODES.COLUMNS }, COUNT,
    (calls) => total(calls.map(([, , count]) => count)) === COUNT);
  for (const [, object] of columns) assert.deepStrictEqual(Object.keys(object), Object.keys(value));
  const options = { passing: passing.AS_ARGUMENTS, errors: errors.VALUES_ONLY };
  const lists = await received(schema, value, options, COUNT, (calls) => calls.length === COUNT);
  for (const call of lists) assert.deepStrictEqual(call, Object.values(value));
}

describe('a record that is made at run time', () => {
  for (const [what, [, values]] of Object.entries(kinds)) {
    it(`has fields of kind ${what}, in every mode`, async () => {
      const schema = makeSchema([fieldOf(what, 'before'), fieldOf('u8', 'odd'), fieldOf(what, 'other'), fieldOf(what, 'none', true), fieldOf(what, 'some', true)]);
      const value = { before: values[0], odd: 5, other: values[1], none: null, some: values[1] };
      assert.deepStrictEqual(schema.convert(value), value);
      await checkModes(schema, value);
    });

    it(`refuses null for ${what} where it is not nullable`, () => {
      const schema = makeSchema([fieldOf(what, 'field')]);
      assert.throws(() => schema.convert({ field: null }), { code: 'ERR_INVALID_ARG_TYPE', message: /^row: field: expected .*, got null$/ });
      assert.strictEqual(makeSchema([fieldOf(what, 'field', true)]).convert({}).field, null);
    });
  }

  it('tells which fields have a value', () => {
    const schema = makeSchema([fieldOf('u8', 'a', true), fieldOf('u8', 'b', true), fieldOf('string', 'c', true), fieldOf('bytes', 'd', true),
      fieldOf('list of u8', 'e', true), fieldOf('f64', 'f'), fieldOf('slice', 'g')]);
    assert.deepStrictEqual(schema.has({ a: null, b: 0, c: null, d: new Uint8Array(0), e: null, f: 0, g: '' }), [false, true, false, true, false, true, true]);
  });

  it('may have fields of any name', async () => {
    const names = ['count(*)', 'a "b" \\ c', 'line\nbreak', '0', 'n\u00e4me \u{1f600}', '\u2028', 'x'.repeat(1000), '${x}', "it's", 'constructor', 'a\tb'];
    const schema = makeSchema(names.map((name) => fieldOf('u8', name)));
    const value = Object.fromEntries(names.map((name, i) => [name, i]));
    assert.deepStrictEqual(schema.convert(value), value);
    const calls = await received(schema, value, {}, COUNT, (got) => got.length === COUNT);
    for (const call of calls) assert.deepStrictEqual(call, [null, value]);
  });

  it('may have hundreds of fields', async () => {
    const fields = Array.from({ length: 300 }, (_, i) => fieldOf(i % 2 ? 'f64' : 'u8', `f${i}`, i % 3 === 0));
    const value = Object.fromEntries(fields.map(({ name, nullable }, i) => [name, nullable && i % 2 ? null : i % 200]));
    const schema = makeSchema(fields);
    assert.deepStrictEqual(schema.convert(value), value);
    const calls = await received(schema, value, {}, COUNT, (got) => got.length === COUNT);
    for (const call of calls) assert.deepStrictEqual(call, [null, value]);
  });

  it('is as large as its fields, aligned', () => {
    const size = (...fields) => makeSchema(fields.map(([what, nullable], i) => fieldOf(what, `f${i}`, nullable))).size();
    assert.deepStrictEqual([size(['u8']), size(['u8'], ['f64'], ['u8']), size(['u8', true], ['u16', true]), size(['text'], ['u8'])], [8, 24, 8, 8]);
  });

  const refused = [
    [[], 'record row: it has no fields'],
    [[{ name: 'a', kind: 'u8' }, { name: 'a', kind: 'u16' }], 'record row, field a: there are two of that name'],
    [[{ name: 'a', kind: 'strin' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'optional' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'callback' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'void', nullable: true }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'number', element: 'f64' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'text', count: 0 }], 'record row, field a: it has no elements'],
    [[{ name: 'a', kind: 'array', count: 2, element: 'string' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'list' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'list', element: 'list' }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'list', element: 'text', count: 5 }], 'record row, field a: there is no such kind'],
    [[{ name: 'a', kind: 'list', element: 'owned' }], 'record row, field a: it is a list of owned memory'],
    [[{ name: '', kind: 'u8' }], 'a field has no name, or there are too many'],
    [[{ name: null, kind: 'u8' }], 'a field has no name, or there are too many'],
  ];
  for (const [fields, message] of refused) {
    it(`is refused with what is wrong: ${message}${fields.length ? ` (${fields[0].kind}${fields[0].element ? ` of ${fields[0].element}` : ''})` : ''}`, () => {
      assert.throws(() => makeSchema(fields), { code: 'E_SCHEMA', message });
    });
  }

  it('is refused with what is wrong, however long its names are', () => {
    assert.throws(() => makeSchema([{ name: 'x'.repeat(1000), kind: 'strin' }]), { message: /^record row, field x{40}: there is no such kind$/ });
  });

  it('is refused without a name, fields or a place', () => {
    assert.deepStrictEqual([0, 1, 2, 3, 4].map((which) => wrong(which)), [
      'a record has no name', 'a record has no fields', 'record row: it has no fields', 'there is no place for the record',
      'a field has no name, or there are too many',
    ]);
  });

  it('arrives as the header says', async () => {
    const calls = [];
    readme((...args) => calls.push(args));
    while (calls.length < 2) await turn();
    assert.deepStrictEqual(calls, [[null, { id: 5n, price: null, title: 'title' }], [null, { id: 5n, price: 0.5, title: null }]]);
  });

  it('of any fields converts any values there and back, and sends them', async () => {
    const all = Object.keys(kinds);
    for (let seed = 1; seed <= 150; seed++) {
      const roll = dice(seed);
      const whats = Array.from({ length: 1 + roll(12) }, () => all[roll(all.length)]);
      const fields = whats.map((what, i) => fieldOf(what, `f${i}`, roll(2) === 1));
      const value = Object.fromEntries(fields.map(({ name, nullable }, i) =>
        [name, nullable && roll(2) ? null : kinds[whats[i]][1][roll(2)]]));
      const schema = makeSchema(fields);
      assert.deepStrictEqual(schema.convert(value), value, `seed ${seed}: ${whats}`);
      if (seed % 10 === 0) await checkModes(schema, value);
    }
  });
});
