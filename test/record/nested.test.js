// SPDX-License-Identifier: MIT
'use strict';

// Optionals, lists and strings that are never NULL: from JavaScript, and to
// JavaScript in every mode of delivery.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { dice } = require('../support/dice');
const { delivery: MODES, errors, passing } = require('../support/enums');
const { lacks, reasons: { FLOAT16 } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { rounds } = require('../support/scale');
const { turn } = require('../support/turn');

const lives = livesIn(require.resolve('./lives/nested'));
const { convert, failed, refusedTo, send } = require(addon('nested', 'record'));

// With every value there.
const full = () => ({
  flag: false,
  port: 0,
  large: -(2n ** 63n),
  ratio: 0.1,
  paint: 'blue',
  code: 'abcd',
  name: 'n\u00e4me',
  part: 'a\0b',
  raw: Uint8Array.of(1, 2, 3),
  pair: Float32Array.of(0.5, 2),
  at: { x: 7, label: 'here', paint: 'red' },
  id: '',
  body: new Uint8Array(0),
  flags: [true, false],
  ports: Uint16Array.of(1, 65535),
  longs: BigInt64Array.of(-1n, 5n),
  numbers: Float64Array.of(0.1, -0, NaN),
  sizes: [0, 2 ** 53 - 1],
  paints: ['blue', 'red'],
  codes: ['', 'abcd'],
  names: ['one', null, 'three'],
  parts: ['', 'a\0b'],
  chunks: [Uint8Array.of(1), null, new Uint8Array(200).fill(7)],
  pairs: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)],
  points: [{ x: 1, label: 'a', paint: null }, { x: 2, label: null, paint: 'green' }],
  more: [{ x: 3, label: 'more', paint: null }],
});

const NOTHING = {
  flag: null, port: null, large: null, ratio: null, paint: null, code: null, name: null, part: null, raw: null, pair: null,
  at: null, more: null,
};
const EMPTY = {
  flags: [], ports: new Uint16Array(0), longs: new BigInt64Array(0), numbers: new Float64Array(0), sizes: [], paints: [],
  codes: [], names: [], parts: [], chunks: [], pairs: [], points: [],
};

// With no value that need not be there.
const least = () => ({ ...full(), ...NOTHING, ...EMPTY });

const withField = (name, value) => ({ ...full(), [name]: value });

const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const RANGE = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };

// [place, field, value, error, how the message ends].
const refused = [
  ['port', 'port', 65536, RANGE, 'an integer from 0 to 65535, got 65536'],
  ['port', 'port', '1', TYPE, "an integer from 0 to 65535, got '1'"],
  ['flag', 'flag', 0, TYPE, 'a boolean, got 0'],
  ['paint', 'paint', 'pink', RANGE, "one of 'red', 'green', 'blue', got 'pink'"],
  ['code', 'code', 'abcde', RANGE, "a string of at most 4 bytes, without NUL, got 'abcde'"],
  ['name', 'name', 5, TYPE, 'a string without NUL, or null, got 5'],
  ['raw', 'raw', 'x', TYPE, "an ArrayBuffer or a view of one that is not detached, or null, got 'x'"],
  ['pair', 'pair', [1], RANGE, 'an Array or a typed array of 2 numbers, got an Array'],
  ['at', 'at', 5, TYPE, 'an object, got 5'],
  ['at.x', 'at', {}, TYPE, 'an integer from 0 to 255, got undefined'],
  ['at.label', 'at', { x: 1 }, TYPE, 'a string without NUL, or null, got undefined'],
  ['at.paint', 'at', { x: 1, label: null, paint: 1 }, TYPE, "one of 'red', 'green', 'blue', got 1"],
  ['id', 'id', null, TYPE, 'a string without NUL, got null'],
  ['id', 'id', undefined, TYPE, 'a string without NUL, got undefined'],
  ['id', 'id', 'a\0', RANGE, "a string without NUL, got 'a?'"],
  ['body', 'body', null, TYPE, 'an ArrayBuffer or a view of one that is not detached, got null'],
  ['flags', 'flags', null, TYPE, 'an Array, got null'],
  ['flags', 'flags', undefined, TYPE, 'an Array, got undefined'],
  ['flags', 'flags', Uint8Array.of(1), TYPE, 'an Array, got a typed array'],
  ['flags[1]', 'flags', [true, 1], TYPE, 'a boolean, got 1'],
  ['flags[1]', 'flags', [true, , true], TYPE, 'a boolean, got undefined'],
  ['ports', 'ports', '12', TYPE, "an Array or a typed array, got '12'"],
  ['ports', 'ports', { length: 1, 0: 1 }, TYPE, 'an Array or a typed array, got an object'],
  ['ports', 'ports', new Set([1]), TYPE, 'an Array or a typed array, got an object'],
  ['ports[2]', 'ports', [1, 2, -1], RANGE, 'an integer from 0 to 65535, got -1'],
  ['ports[0]', 'ports', Float32Array.of(0.5), RANGE, 'an integer from 0 to 65535, got 0.5'],
  ['ports[0]', 'ports', Array(2 ** 32 - 1), TYPE, 'an integer from 0 to 65535, got undefined'],
  ['names[1]', 'names', ['a', 5], TYPE, 'a string without NUL, or null, got 5'],
  ['names[0]', 'names', [undefined], TYPE, 'a string without NUL, or null, got undefined'],
  ['parts[0]', 'parts', [null], TYPE, 'a string, got null'],
  ['codes[1]', 'codes', ['', 'abcde'], RANGE, "a string of at most 4 bytes, without NUL, got 'abcde'"],
  ['pairs[1]', 'pairs', [[1, 2], [1]], RANGE, 'an Array or a typed array of 2 numbers, got an Array'],
  ['pairs[1][1]', 'pairs', [[1, 2], [1, 256]], RANGE, 'an integer from 0 to 255, got 256'],
  ['points[1]', 'points', [{ x: 1, label: null }, null], TYPE, 'an object, got null'],
  ['points[1].x', 'points', [{ x: 1, label: null }, { x: -1 }], RANGE, 'an integer from 0 to 255, got -1'],
  ['more[0].label', 'more', [{ x: 1, label: 7 }], TYPE, 'a string without NUL, or null, got 7'],
];

async function received(value, options, wanted) {
  const calls = [];
  send((...args) => calls.push(args), value, options);
  while (!wanted(calls)) await turn();
  await turn();
  return calls;
}

// More than one by one: enough for the loop in JavaScript to be made.
const COUNT = 200;

describe('optionals and lists', () => {
  for (const [what, value] of [['each value', full()], ['none of those that need not be', least()]]) {
    it(`come back from C as they were, with ${what}`, () => {
      assert.deepStrictEqual(convert(value), value);
    });

    it(`arrive each by itself, with ${what}`, async () => {
      const calls = await received(value, { count: COUNT }, (got) => got.length === COUNT);
      for (const call of calls) assert.deepStrictEqual(call, [null, value]);
    });

    it(`arrive alone, with ${what}`, async () => {
      const calls = await received(value, { count: 1, delivery: MODES.LATEST }, (got) => got.length === 1);
      assert.deepStrictEqual(calls, [[null, value]]);
    });

    it(`arrive as arguments, with ${what}`, async () => {
      const options = { count: COUNT, passing: passing.AS_ARGUMENTS, errors: errors.VALUES_ONLY };
      const calls = await received(value, options, (got) => got.length === COUNT);
      for (const call of calls) assert.deepStrictEqual(call, Object.values(value));
    });

    it(`arrive in arrays, with ${what}`, async () => {
      const total = (got) => got.reduce((sum, [, list]) => sum + list.length, 0);
      const calls = await received(value, { count: COUNT, delivery: MODES.BATCH }, (got) => total(got) === COUNT);
      for (const item of calls.flatMap(([, list]) => list)) assert.deepStrictEqual(item, value);
    });

    for (const mode of ['COLUMNS', 'PACKED_COLUMNS']) {
      it(`arrive in columns that are Arrays of values, with ${what}, TSFN_${mode}`, async () => {
        const total = (got) => got.reduce((sum, [, , count]) => sum + count, 0);
        const calls = await received(value, { count: COUNT, delivery: MODES[mode] }, (got) => total(got) === COUNT);
        const packed = mode === 'PACKED_COLUMNS' ? ['name', 'part', 'raw', 'id', 'body'] : [];
        for (const [, columns, count] of calls) {
          for (const [name, expected] of Object.entries(value)) {
            if (packed.includes(name)) assert.ok(columns[name].offsets instanceof Uint32Array);
            else assert.deepStrictEqual(columns[name], Array(count).fill(expected));
          }
        }
      });
    }
  }

  for (const [place, field, value, error, end] of refused) {
    it(`are refused: ${place}: expected ${end}`, () => {
      assert.throws(() => convert(withField(field, value)), { ...error, message: `nested: ${place}: expected ${end}` });
    });
  }

  it('take undefined and a property that is not there for none', () => {
    const { flag, name, at, more, ...rest } = full();
    const none = { flag: null, name: null, at: null, more: null };
    assert.deepStrictEqual(convert(rest), { ...full(), ...none });
    assert.deepStrictEqual(convert({ ...rest, flag: undefined, name: undefined, at: undefined, more: undefined }), { ...full(), ...none });
  });

  it('take Arrays, and typed arrays of another type, for lists of numbers', () => {
    const value = convert({ ...full(), ports: [1, 2], longs: [1, 2n], numbers: Float32Array.of(0.5), sizes: Uint8Array.of(1, 2) });
    assert.deepStrictEqual([value.ports, value.longs, value.numbers, value.sizes],
      [Uint16Array.of(1, 2), BigInt64Array.of(1n, 2n), Float64Array.of(0.5), [1, 2]]);
  });

  lacks({ 'node<24': FLOAT16 }, it)('take the numbers of a Float16Array', () => {
    const half = Float16Array.from({ length: 64 }, (_, i) => i);
    convert({ ...full(), numbers: Float64Array.from({ length: 64 }, () => 1e300) });
    assert.deepStrictEqual(convert({ ...full(), numbers: half }).numbers, Float64Array.from(half));
  });

  it('refuse a typed array whose buffer was detached', () => {
    const ports = Uint16Array.of(1, 2);
    structuredClone(ports.buffer, { transfer: [ports.buffer] });
    assert.throws(() => convert(withField('ports', ports)), { ...TYPE, message: 'nested: ports: expected an Array or a typed array, got a typed array' });
  });

  it('take a list of many elements', () => {
    const names = Array.from({ length: 10000 }, (_, i) => `name ${i}`);
    const numbers = Float64Array.from({ length: 100000 }, (_, i) => i / 3);
    const value = convert({ ...full(), names, numbers });
    assert.deepStrictEqual([value.names, value.numbers], [names, numbers]);
  });

  it('keep what an element was when a getter changes the Array', () => {
    const names = ['a', 'b', 'c'];
    Object.defineProperty(names, 1, { get() { names.length = 2; return 'got'; } });
    assert.throws(() => convert(withField('names', names)), { ...TYPE, message: /^nested: names\[2\]: .* got undefined$/ });
  });

  it('leave what a getter throws as it is', () => {
    const error = new Error('mine');
    const get = () => { throw error; };
    for (const object of [
      withField('ports', Object.defineProperty([1, 2], 1, { get })),
      withField('points', [{ x: 1, label: null }, Object.defineProperty({}, 'x', { get })]),
      withField('at', Object.defineProperty({ x: 1, label: null }, 'paint', { get })),
    ]) assert.throws(() => convert(object), (thrown) => thrown === error);
  });

  it('are all zero where the record was refused, and hold nothing', () => {
    for (const [, field, value] of refused.slice(-3)) {
      assert.deepStrictEqual(failed(withField(field, value)), ['TSFN_PENDING_EXCEPTION', true]);
    }
  });

  it('are refused by x_to where a call would refuse them', () => {
    assert.deepStrictEqual(refusedTo(), Array(3).fill('TSFN_INVALID'));
  });

  it('leave no memory behind, converted or refused', async () => {
    assert.deepStrictEqual(await lives.linesOf('converted', { execArgv: ['--expose-gc'] }), ['done']);
  }).timeout(30000);

  it('of values that nobody expects are refused, and crash nothing', async () => {
    const seed = Date.now() % 1000000007;
    for (const each of [1, 2, 3, seed]) {
      assert.deepStrictEqual(await lives.linesOf('fuzzed', { args: [each, rounds(100000)], execArgv: ['--expose-gc'] }), ['done'], `seed ${each}`);
    }
  }).timeout(120000);

  it('of any values come back as they were, and arrive so', async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const value = anyRecord(dice(seed));
      assert.deepStrictEqual(convert(value), value, `seed ${seed}`);
      if (seed % 10 !== 0) continue;
      const calls = await received(value, { count: 70 }, (got) => got.length === 70);
      assert.deepStrictEqual(calls[69], [null, value], `seed ${seed}`);
    }
  });
});

function anyRecord(roll) {
  const text = (most) => Array.from({ length: roll(most + 1) }, () => String.fromCodePoint([97, 0xe4, 0x1f600][roll(3)])).join('');
  const bytes = (most) => Uint8Array.from({ length: roll(most + 1) }, () => roll(256));
  const orNull = (make) => (roll(3) === 0 ? null : make());
  const list = (most, make) => Array.from({ length: roll(most + 1) }, make);
  const long = () => BigInt.asIntN(64, (BigInt(roll(2 ** 31)) << 40n) ^ BigInt(roll(2 ** 31)));
  const color = () => ['red', 'green', 'blue'][roll(3)];
  const point = () => ({ x: roll(256), label: orNull(() => text(40)), paint: orNull(color) });
  return {
    flag: orNull(() => roll(2) === 1),
    port: orNull(() => roll(65536)),
    large: orNull(long),
    ratio: orNull(() => Math.tan(roll(2 ** 30))),
    paint: orNull(color),
    code: orNull(() => 'abcd'.slice(roll(5))),
    name: orNull(() => text(60)),
    part: orNull(() => text(20)),
    raw: orNull(() => bytes(100)),
    pair: orNull(() => Float32Array.of(roll(100), roll(100) / 4)),
    at: orNull(point),
    id: text(20),
    body: bytes(50),
    flags: list(5, () => roll(2) === 1),
    ports: Uint16Array.from(list(20, () => roll(65536))),
    longs: BigInt64Array.from(list(4, long)),
    numbers: Float64Array.from(list(30, () => Math.tan(roll(2 ** 30)))),
    sizes: list(4, () => roll(2 ** 31)),
    paints: list(4, color),
    codes: list(4, () => 'abcd'.slice(roll(5))),
    names: list(6, () => orNull(() => text(30))),
    parts: list(6, () => text(30)),
    chunks: list(4, () => orNull(() => bytes(300))),
    pairs: list(4, () => Uint8Array.of(roll(256), roll(256))),
    points: list(5, point),
    more: orNull(() => list(3, point)),
  };
}
