// SPDX-License-Identifier: MIT
'use strict';

// Records from JavaScript (x_from): exact, or refused with an error that names the
// place.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { dice } = require('../support/dice');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/values'));
const { byHand, clearTwice, convert, failed } = require(addon('values', 'record'));

const valid = () => ({
  flag: true,
  i8v: -128,
  i16v: 32767,
  i32v: -2147483648,
  i64v: -(2n ** 63n),
  u8v: 255,
  u16v: 65535,
  u32v: 4294967295,
  u64v: 2n ** 64n - 1n,
  signedNumber: -5,
  unsignedNumber: 2 ** 53 - 1,
  f32v: 0.5,
  f64v: 0.1,
  paint: 'blue',
  code: 'abcd',
  name: 'n\u00e4me \u{1f600}',
  part: 'a\0b',
  raw: Uint8Array.of(1, 2, 3),
  chunk: Buffer.from('chunk'),
  given: Uint8Array.of(9),
  three: Uint16Array.of(1, 2, 65535),
  longs: BigInt64Array.of(-1n, 5n),
  at: { x: 7, label: 'here' },
});

const withField = (name, value) => ({ ...valid(), [name]: value });

const INTEGERS = {
  i8v: [-128, 127], i16v: [-32768, 32767], i32v: [-2147483648, 2147483647],
  u8v: [0, 255], u16v: [0, 65535], u32v: [0, 4294967295],
};
const LONGS = { i64v: [-(2n ** 63n), 2n ** 63n - 1n], u64v: [0n, 2n ** 64n - 1n] };

const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const RANGE = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };

// [field, value, error, what the message says came].
const refused = [
  ...Object.entries(INTEGERS).flatMap(([name, [least, most]]) => [
    [name, least - 1, RANGE, `${least - 1}`],
    [name, most + 1, RANGE, `${most + 1}`],
    [name, 1.5, RANGE, '1.5'],
    [name, NaN, RANGE, 'NaN'],
    [name, Infinity, RANGE, 'Infinity'],
    [name, 2 ** 53, RANGE, '9007199254740992'],
    [name, '7', TYPE, "'7'"],
    [name, 7n, TYPE, '7n'],
    [name, null, TYPE, 'null'],
    [name, undefined, TYPE, 'undefined'],
    [name, true, TYPE, 'true'],
    [name, [7], TYPE, 'an Array'],
  ]),
  ...Object.entries(LONGS).flatMap(([name, [least, most]]) => [
    [name, least - 1n, RANGE, `${least - 1n}n`],
    [name, most + 1n, RANGE, `${most + 1n}n`],
    [name, 2 ** 53, RANGE, '9007199254740992'],
    [name, 0.5, RANGE, '0.5'],
    [name, '7', TYPE, "'7'"],
    [name, Symbol('s'), TYPE, 'a symbol'],
  ]),
  ['signedNumber', -(2 ** 53), RANGE, '-9007199254740992'],
  ['unsignedNumber', -1, RANGE, '-1'],
  ['unsignedNumber', {}, TYPE, 'an object'],
  ['f32v', 0.1, RANGE, '0.1'],
  ['f32v', 1e300, RANGE, '1e+300'],
  ['f32v', '1', TYPE, "'1'"],
  ['f64v', 1n, TYPE, '1n'],
  ['f64v', undefined, TYPE, 'undefined'],
  ['flag', 1, TYPE, '1'],
  ['flag', 'true', TYPE, "'true'"],
  ['flag', null, TYPE, 'null'],
  ['paint', 'pink', RANGE, "'pink'"],
  ['paint', 'red\0', RANGE, "'red?'"],
  ['paint', '', RANGE, "''"],
  ['paint', 1, TYPE, '1'],
  ['code', 'abcde', RANGE, "'abcde'"],
  ['code', 'ab\u00e4\u00e4', RANGE, "'ab\u00e4\u00e4'"],
  ['code', 'a\0', RANGE, "'a?'"],
  ['code', null, TYPE, 'null'],
  ['name', 'a\0b', RANGE, "'a?b'"],
  ['name', '\ud800', RANGE, "'\ufffd'"],
  ['name', 'x\udc00y', RANGE, "'x\ufffdy'"],
  ['name', undefined, TYPE, 'undefined'],
  ['name', new String('x'), TYPE, 'an object'],
  ['part', '\udc00\ud800', RANGE, "'\ufffd\ufffd'"],
  ['part', 5, TYPE, '5'],
  ['part', Array.from('abc'), TYPE, 'an Array'],
  ['raw', 'abc', TYPE, "'abc'"],
  ['raw', [1, 2], TYPE, 'an Array'],
  ['raw', undefined, TYPE, 'undefined'],
  ['chunk', 5, TYPE, '5'],
  ['given', () => {}, TYPE, 'a function'],
  ['three', [1, 2], RANGE, 'an Array'],
  ['three', [1, 2, 3, 4], RANGE, 'an Array'],
  ['three', Uint16Array.of(1), RANGE, 'a typed array'],
  ['three', 'abc', TYPE, "'abc'"],
  ['three', { length: 3, 0: 1, 1: 2, 2: 3 }, TYPE, 'an object'],
  ['three[1]', [1, 65536, 3], RANGE, '65536'],
  ['three[2]', [1, 2], RANGE, 'an Array', 'three'],
  ['three[1]', [1, , 3], TYPE, 'undefined'],
  ['three[0]', Float32Array.of(1.5, 1, 1), RANGE, '1.5'],
  ['longs[1]', [1, 1.5], RANGE, '1.5'],
  ['at', null, TYPE, 'null'],
  ['three', new Proxy([1, 2, 3], {}), TYPE, 'an object'],
  ['at', 'x', TYPE, "'x'"],
  ['at.x', { x: 256, label: null }, RANGE, '256'],
  ['at.label', { x: 1, label: 7 }, TYPE, '7'],
];

describe('a record from JavaScript', () => {
  it('is the same in C: it comes back as it was', () => {
    assert.deepStrictEqual(convert(valid()), valid());
  });

  for (const [path, value, error, got, at = path] of refused) {
    const [, name] = /^(\w+)/.exec(path);
    it(`refuses ${got} for ${at}`, () => {
      assert.throws(() => convert(withField(name, value)), (thrown) => {
        const { name: kind, code, message } = thrown;
        assert.deepStrictEqual({ name: kind, code }, error);
        assert.ok(message.startsWith(`every: ${at}: expected `), message);
        assert.ok(message.endsWith(`, got ${got}`), message);
        return true;
      });
    });
  }

  it('says what was expected', () => {
    assert.throws(() => convert(withField('u8v', 'many')),
      { message: "every: u8v: expected an integer from 0 to 255, got 'many'" });
    assert.throws(() => convert(withField('paint', 'pink')),
      { message: "every: paint: expected one of 'red', 'green', 'blue', got 'pink'" });
    assert.throws(() => convert(withField('at', { x: 1.5, label: null })),
      { message: 'every: at.x: expected an integer from 0 to 255, got 1.5' });
  });

  for (const value of [undefined, null, 5, 'x', Symbol('s'), true, 5n]) {
    it(`refuses ${String(value)} for the record`, () => {
      assert.throws(() => convert(value), { ...TYPE, message: /^every: expected an object, got / });
    });
  }

  it('shows no bigint whose text would take seconds', () => {
    assert.throws(() => convert(withField('u64v', 1n << (1n << 27n))), { message: /^every: u64v: expected .*, got a bigint of many digits$/ });
  });

  it('shows the beginning of a long string, in one line', () => {
    assert.throws(() => convert(withField('u8v', `a\nb${'x'.repeat(1000)}`)),
      { message: `every: u8v: expected an integer from 0 to 255, got 'a?b${'x'.repeat(21)}'...` });
  });

  it('takes what is exact in another form', () => {
    const given = {
      ...valid(), i64v: -7, u64v: 7, signedNumber: 7n, f32v: NaN, f64v: -0, u8v: -0, part: '\ufffd', name: '', code: '',
      raw: new ArrayBuffer(2), chunk: new DataView(Uint8Array.of(1, 2, 3).buffer, 1), given: Uint16Array.of(1),
      three: [1, 2, 3], longs: Float64Array.of(1, 2), surplus: Symbol('not looked at'),
    };
    const { f64v, u8v, ...got } = convert(given);
    assert.ok(Object.is(f64v, -0) && Object.is(u8v, 0));
    assert.deepStrictEqual([got.i64v, got.u64v, got.signedNumber, got.f32v], [-7n, 7n, 7, NaN]);
    assert.deepStrictEqual([got.part, got.name, got.code], ['\ufffd', '', '']);
    assert.deepStrictEqual([[...got.raw], [...got.chunk], [...got.given]], [[0, 0], [2, 3], [...new Uint8Array(Uint16Array.of(1).buffer)]]);
    assert.deepStrictEqual([got.three, got.longs], [Uint16Array.of(1, 2, 3), BigInt64Array.of(1n, 2n)]);
    assert.ok(!('surplus' in got));
  });

  it('takes null for text and bytes, and answers it', () => {
    const nothing = { name: null, part: null, raw: null, chunk: null, given: null, at: { x: 0, label: null } };
    assert.deepStrictEqual(convert({ ...valid(), ...nothing }), { ...valid(), ...nothing });
  });

  it('is read from a class, a prototype, a function and a proxy', () => {
    class Every {
      constructor() { Object.assign(this, valid()); }
    }
    const callable = Object.defineProperties(() => {}, Object.getOwnPropertyDescriptors(valid()));
    for (const object of [new Every(), Object.create(valid()), callable, new Proxy(valid(), {})]) {
      assert.deepStrictEqual(convert(object), valid());
    }
  });

  it('leaves what a getter or a proxy throws as it is', () => {
    const error = new Error('mine');
    const thrower = () => { throw error; };
    for (const object of [
      Object.defineProperty(valid(), 'u16v', { get: thrower }),
      new Proxy(valid(), { get: thrower }),
      withField('three', Object.defineProperty([1, 2, 3], '1', { get: thrower })),
      withField('at', Object.defineProperty({ x: 1 }, 'label', { get: thrower })),
    ]) assert.throws(() => convert(object), (thrown) => thrown === error);
  });

  it('may convert others in a getter', () => {
    const object = valid();
    Object.defineProperty(object, 'u32v', { get: () => convert(valid()).u32v });
    Object.defineProperty(object, 'given', { get: () => { assert.throws(() => convert({})); return Uint8Array.of(9); } });
    // Often enough to have a reader.
    for (let i = 0; i < 40; i++) assert.deepStrictEqual(convert(object), valid());
  });

  it('reads the properties in the order of the fields, however often it has read such records', () => {
    for (let i = 0; i < 40; i++) {
      const order = [];
      const plain = valid();
      convert(new Proxy(plain, { get(target, name) { order.push(name); return target[name]; } }));
      assert.deepStrictEqual(order, Object.keys(plain));
    }
  });

  it('may have names that are no identifiers, where its table is by hand, however often it is read', () => {
    const sums = Array.from({ length: 40 }, (_, i) => byHand({ 'a-b': i, a: 1000, b: 1 }));
    assert.deepStrictEqual(sums, Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('is as exact in one worker after the other, each with readers of its own', async () => {
    assert.deepStrictEqual(await lives.linesOf('inWorkers', { args: [30] }), ['done']);
  });

  it('refuses bytes of a buffer that was detached, also by a getter before', () => {
    const raw = Uint8Array.of(1, 2, 3);
    structuredClone(raw.buffer, { transfer: [raw.buffer] });
    assert.throws(() => convert(withField('raw', raw)), { ...TYPE, message: /^every: raw: expected an ArrayBuffer/ });
    const later = valid();
    Object.defineProperty(later, 'name', {
      get: () => { structuredClone(later.raw.buffer, { transfer: [later.raw.buffer] }); return 'x'; },
    });
    assert.throws(() => convert(later), TYPE);
  });

  it('is all zero where it was refused, and holds nothing', () => {
    assert.deepStrictEqual(failed(withField('at', { x: 1, label: 7 })), ['TSFN_PENDING_EXCEPTION', true]);
    assert.deepStrictEqual(failed(5), ['TSFN_PENDING_EXCEPTION', true]);
  });

  it('can be cleared twice', () => clearTwice(valid()));

  it('leaves no memory behind, converted or refused', async () => {
    assert.deepStrictEqual(await lives.linesOf('converted', { execArgv: ['--expose-gc'] }), ['done']);
  });

  it('of any values comes back as it was', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const value = anyRecord(dice(seed));
      assert.deepStrictEqual(convert(value), value, `seed ${seed}`);
    }
  });
});

// A record of values that each kind can hold.
function anyRecord(roll) {
  const integer = (least, most) => least + Math.floor((roll(2 ** 31) / 2 ** 31) * (most - least + 1));
  const bits = (count) => Array.from({ length: count / 16 }).reduce((sum) => (sum << 16n) | BigInt(roll(65536)), 0n);
  const character = () => String.fromCodePoint([97, 0xe4, 0x20ac, 0x1f600, 0xfffd, 1][roll(6)] + roll(3) * (roll(2) ? 1 : 0));
  const text = (most) => Array.from({ length: roll(most + 1) }, character).join('');
  const bytes = (most) => Uint8Array.from({ length: roll(most + 1) }, () => roll(256));
  const orNull = (value) => (roll(5) === 0 ? null : value);
  const float = Math.fround((roll(2 ** 24) - 2 ** 23) / 2 ** roll(20));
  return {
    flag: roll(2) === 1,
    i8v: integer(-128, 127),
    i16v: integer(-32768, 32767),
    i32v: integer(-2147483648, 2147483647),
    i64v: BigInt.asIntN(64, bits(64)),
    u8v: roll(256),
    u16v: roll(65536),
    u32v: integer(0, 4294967295),
    u64v: bits(64),
    signedNumber: integer(-(2 ** 52), 2 ** 52),
    unsignedNumber: integer(0, 2 ** 53 - 1),
    f32v: float === 0 ? 0 : float,
    f64v: Math.tan(roll(2 ** 30)),
    paint: ['red', 'green', 'blue'][roll(3)],
    code: 'abcd'.slice(roll(5)),
    name: orNull(text(300)),
    part: orNull(text(40)),
    raw: orNull(bytes(300)),
    chunk: orNull(Buffer.from(bytes(40))),
    given: orNull(bytes(40)),
    three: Uint16Array.from({ length: 3 }, () => roll(65536)),
    longs: BigInt64Array.from({ length: 2 }, () => BigInt.asIntN(64, bits(64))),
    at: { x: roll(256), label: orNull(text(5)) },
  };
}
