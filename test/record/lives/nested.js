// SPDX-License-Identifier: MIT
'use strict';

// The lives of nested.test.js: see test/support/lives.js.

const { addon } = require('../../support/build');
const { dice } = require('../../support/dice');
const { printWhatIsLeft } = require('../../support/memory');

const { convert, failed } = require(addon('nested', 'record'));

// A megabyte in each kind that has memory; what is refused comes last.
const MiB = 1 << 20;
const text = 'x'.repeat(MiB);
const bytes = new Uint8Array(MiB);
const points = [{ x: 1, label: text }, { x: 2, label: text, paint: 'red' }];
const record = {
  name: text, part: text, raw: bytes, at: points[0], id: text, body: bytes, flags: [true], ports: new Uint16Array(MiB / 2),
  longs: [1], numbers: new Float64Array(MiB / 8), sizes: [], paints: [], codes: [], names: [text, null, text], parts: [text],
  chunks: [bytes, bytes], pairs: [[1, 2]], points, more: points,
};
const refused = [
  { more: 5 }, { more: [...points, 5] }, { more: [...points, { x: 1, label: 5 }] },
  { more: [{ x: 1, label: text.repeat(8), paint: 'pink' }] }, { names: [text, text, 5] }, { numbers: [...new Float64Array(1000), 'x'] },
];

const ROUNDS = 50;

// One round that leaves its memory would leave some gigabytes in all.
exports.converted = () => {
  const round = () => {
    convert(record);
    for (const fields of refused) failed({ ...record, ...fields });
  };
  printWhatIsLeft(round, ROUNDS, 200 * MiB);
};

// Any values at all, for `count` records: each is converted, or refused with an
// error. What is thrown besides is what the values themselves throw.
exports.fuzzed = (seed, count) => {
  const roll = dice(Number(seed));
  const thrown = new Error('by a value');
  const fields = Object.keys(record).concat('flag', 'port', 'large', 'ratio', 'paint', 'code', 'pair');
  const pick = (list) => list[roll(list.length)];
  const leaves = [
    () => undefined, () => null, () => roll(2) === 1, () => roll(2 ** 31) - 2 ** 30, () => roll(1000) / 7, () => -0, () => NaN,
    () => 2 ** 53, () => BigInt(roll(2 ** 31)) << BigInt(roll(80)), () => -1n, () => '', () => 'red', () => 'a\0b', () => '\ud800',
    () => 'x'.repeat(roll(400)), () => '\u{1f600}'.repeat(roll(200)), () => Symbol('s'), () => new Date(), () => /x/, () => new Map(),
    () => new Uint8Array(roll(300)), () => new Float64Array(roll(30)), () => new BigUint64Array(roll(5)), () => new DataView(new ArrayBuffer(9), 3),
    () => new ArrayBuffer(roll(50)), () => new SharedArrayBuffer(roll(50)), () => Buffer.from('buffer'), () => detached(), () => Array(roll(5)),
    () => Array(2 ** 32 - 1), () => new String('x'), () => () => {}, () => new Proxy([], {}), () => Object.create(null),
    () => new Uint8Array(new SharedArrayBuffer(8)),
  ];
  const any = (depth) => {
    const what = depth === 0 ? 0 : roll(8);
    if (what <= 3) return pick(leaves)();
    if (what === 4) return Array.from({ length: roll(6) }, () => any(depth - 1));
    if (what === 5) return { x: any(depth - 1), label: any(depth - 1), paint: any(depth - 1) };
    if (what === 6) return Object.defineProperty([1, 2, 3], roll(3), { get: () => mischief() });
    return new Proxy(roll(2) ? {} : [1], { get: () => mischief() });
  };
  const mischief = () => {
    switch (roll(4)) {
      case 0: throw thrown;
      case 1: return failed(any(1));
      case 2: if (global.gc && roll(50) === 0) global.gc(); return any(1);
      default: return any(1);
    }
  };
  let converted = 0;
  for (let i = 0; i < count; i++) {
    const given = { ...record, name: 'n', part: 'p', at: { x: 1, label: 'l' }, raw: bytes.subarray(0, 5), id: 'id', body: bytes.subarray(0, 9),
      ports: [1], numbers: [1], names: ['a'], parts: ['b'], chunks: [null], points: [], more: null };
    for (let n = roll(4); n > 0; n--) {
      const field = pick(fields);
      const what = roll(5) === 0 ? { get: mischief } : { value: any(3) };
      Object.defineProperty(given, field, { ...what, configurable: true, enumerable: true });
    }
    const value = roll(20) === 0 ? any(2) : given;
    try {
      convert(value);
      converted++;
    } catch (error) {
      if (error !== thrown && !['ERR_INVALID_ARG_TYPE', 'ERR_OUT_OF_RANGE'].includes(error.code)) throw error;
    }
  }
  console.log(converted > count / 10 && converted < count ? 'done' : `${converted} of ${count} were converted`);
};

function detached() {
  const array = new Uint8Array(8);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}
