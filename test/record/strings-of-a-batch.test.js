// SPDX-License-Identifier: MIT
'use strict';

// Strings of many records are joined and cut again: each must arrive as if it
// had been alone. TextDecoder is the judge.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { dice } = require('../support/dice');
const { delivery, passing } = require('../support/enums');
const { valueOf } = require('../support/packed');
const { turn } = require('../support/turn');

const { send } = require(addon('strings', 'record'));

// Those that deliver every item.
const { LATEST, ...MODES } = delivery;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const upToNul = (bytes) => (bytes.includes(0) ? bytes.subarray(0, bytes.indexOf(0)) : bytes);

function expected(bytes, i) {
  if (bytes === null) return { a: null, b: null, c: '', i };
  return {
    a: decoder.decode(bytes),
    b: decoder.decode(upToNul(bytes)),
    c: decoder.decode(upToNul(bytes.subarray(0, 16))),
    i,
  };
}

function textOf(column, k) {
  const bytes = valueOf(column, k);
  return bytes === null ? null : decoder.decode(bytes);
}

// The records of what a callback got.
const recordsOf = {
  [MODES.EACH]: (value) => [value],
  [MODES.BATCH]: (values) => values,
  [MODES.COLUMNS]: ({ a, b, c, i }, count) =>
    Array.from({ length: count }, (_, k) => ({ a: a[k], b: b[k], c: c[k], i: i[k] })),
  [MODES.PACKED_COLUMNS]: ({ a, b, c, i }, count) =>
    Array.from({ length: count }, (_, k) => ({ a: textOf(a, k), b: textOf(b, k), c: textOf(c, k), i: i[k] })),
};

async function receive(texts, options) {
  const got = [];
  send((...values) => got.push(...recordsOf[options.delivery || MODES.EACH](...values)), options, texts);
  while (got.length < texts.length) await turn();
  return got;
}

async function check(texts, options) {
  const got = await receive(texts, options);
  assert.strictEqual(got.length, texts.length);
  got.forEach((item, i) => {
    assert.deepStrictEqual({ ...item }, expected(texts[i], i));
  });
}

const bytes = (...parts) => Buffer.concat(parts.map((part) =>
  (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

// Enough of them that the function's loop is made.
const repeat = (list, count = 200) => Array.from({ length: count }, (_, i) => list[i % list.length]);

const cases = {
  'of every length around those where the way changes': Array.from({ length: 20 }, (_, i) => i)
    .concat([63, 64, 126, 127, 128, 129, 130, 255, 511, 512, 513, 5000])
    .map((length) => bytes('x'.repeat(length))),
  'that are not ASCII, of one to four bytes a character': [
    'a', 'caf\u00e9', 'z\u00fcrich', '\u6771\u4eac', '\ud83d\ude80', 'a\ud83d\ude80b', '\u00ff'.repeat(40),
    '\ud83d\ude80'.repeat(31), '\ud83d\ude80'.repeat(32), '\ud83d\ude80'.repeat(33), '\uffff', '\ufffd',
    ...[255, 256, 257].map((count) => '\u00e9'.repeat(count)), ...[170, 171].map((count) => '\u6771'.repeat(count)),
  ].map((text) => bytes(text)),
  'that are not UTF-8, next to those that are': [
    'ascii', 'caf\u00e9',
    [0xe9], [0xc3], [0xa9], [0xc3, 0x28], [0xc0, 0x80], [0xc1, 0xbf],
    [0xe6, 0x9d], [0xb1], [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xf0, 0x9f, 0x9a], [0x80],
    [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff], [0xfe, 0xff],
  ].map((part) => bytes('<', part, '>')).concat([bytes([0xe6, 0x9d]), bytes([0xb1, 0x41]), bytes([0xf0, 0x9f]), bytes([0x9a, 0x80])]),
  'with surrogates in UTF-8, which are not UTF-8': [
    [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xed, 0xa0, 0xbd, 0xed, 0xba, 0x80], [0xed, 0x9f, 0xbf], [0xee, 0x80, 0x80],
  ].map((part) => bytes('a', part, 'b')),
  'with NUL in them': [bytes('a\0b'), bytes('\0'), bytes('\0\0'), bytes('long enough to be cut\0and more'), bytes('\u00e9\0\u00e9')],
  'with a byte order mark': [bytes('\ufeffa'), bytes('\ufeff'), bytes('a\ufeff')],
  'that are null or empty': [null, bytes(''), bytes('a'), null, null, bytes('')],
};

// Pieces that are right, wrong, or right only together.
const pieces = ['a', 'bc', '0123456789', '\0', '\u00e9', '\u00ff', '\u6771', '\ud83d\ude80', [0xc3], [0xa9], [0xe6, 0x9d], [0xb1],
  [0xf0, 0x9f], [0x9a, 0x80], [0xed, 0xa0, 0x80], [0xff]].map((piece) => bytes(piece));

function randomText(roll) {
  if (roll(20) === 0) return null;
  const kinds = roll(2) === 0 ? 3 : pieces.length;
  return bytes(...Array.from({ length: roll(roll(4) === 0 ? 40 : 6) }, () => pieces[roll(kinds)]));
}

describe('strings of a batch', () => {
  for (const [mode, delivery] of Object.entries(MODES)) {
    for (const [what, list] of Object.entries(cases)) {
      it(`arrive ${what}, TSFN_${mode}`, () => check(repeat(list), { delivery }));
    }

    it(`arrive in any mixture, TSFN_${mode}`, async () => {
      for (let seed = 1; seed <= 5; seed++) {
        const roll = dice(seed);
        const texts = Array.from({ length: 3000 }, () => randomText(roll));
        await check(texts, { delivery, budget: [0, 70, 300][seed % 3] });
      }
    });
  }

  it('arrive as arguments', async () => {
    const roll = dice(99);
    const texts = Array.from({ length: 1000 }, () => randomText(roll));
    const got = [];
    send((...values) => { got.push(values); }, { passing: passing.AS_ARGUMENTS }, texts);
    while (got.length < texts.length) await turn();
    got.forEach((values, i) => assert.deepStrictEqual(values, Object.values(expected(texts[i], i))));
  });

  it('can be kept: what comes later does not change them', async () => {
    const texts = Array.from({ length: 20000 }, (_, i) => bytes(`${i} and what makes it longer than a copy`));
    const got = await receive(texts, { delivery: MODES.EACH });
    got.forEach(({ a }, i) => assert.strictEqual(a, `${i} and what makes it longer than a copy`));
  });

  it('serve as keys, and compare as others do', async () => {
    const texts = repeat([bytes('alpha'), bytes('a key that is longer than twelve'), bytes('sch\u00f6n'), bytes('')], 400);
    const counts = {};
    for (const { a } of await receive(texts, { delivery: MODES.EACH })) counts[a] = (counts[a] || 0) + 1;
    assert.deepStrictEqual(counts, { alpha: 100, 'a key that is longer than twelve': 100, 'sch\u00f6n': 100, '': 100 });
  });
});
