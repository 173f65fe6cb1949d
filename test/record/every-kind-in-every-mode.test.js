// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { addon } = require('../support/build');
const { delivery: MODES, errors, passing } = require('../support/enums');
const { turn } = require('../support/turn');

const { send, freed } = require(addon('kinds', 'record'));

const { BATCH, COLUMNS, LATEST, PACKED_COLUMNS } = MODES;

const colors = ['red', 'green', 'blue'];

// What item i must be, see addons/kinds.c. 0xe9 alone is not UTF-8.
function expected(i, size) {
  const text = i % 3 === 1 ? `caf\ufffd${i}` : `name ${i}`;
  const raw = Buffer.from(i % 3 === 1 ? `caf` : 'nam');
  return Object.assign(Object.create(null), {
    flag: i % 2 === 1,
    i8v: -128,
    i16v: -32768,
    i32v: i === 0 ? 0 : -i,
    i64v: -(2n ** 63n) + BigInt(i),
    u8v: 255,
    u16v: 65535,
    u32v: i,
    u64v: 2n ** 64n - 1n - BigInt(i),
    signed_number: i === 0 ? 0 : -5 * i,
    unsigned_number: 2 ** 60 + i,
    f32v: i + 0.5,
    f64v: i * 0.1,
    paint: colors[i % 3],
    label: ['', 'ab', 'abcd'][i % 3],
    name: i % 3 === 2 ? null : text,
    part: text.slice(0, 2),
    raw: Uint8Array.from(raw),
    chunk: Buffer.from(i % 3 === 1 ? [99, 97, 102, 0xe9] : 'name'),
    given: new Uint8Array(size).fill(i),
    three: Uint16Array.of(1, 2, i),
    longs: BigInt64Array.of(-1n, BigInt(i)),
    at: { x: i + 0.25, paint: 'blue' },
    __proto__own: i + 1,
  });
}

function plain(item) {
  const { prototype } = { prototype: Object.getOwnPropertyDescriptor(item, '__proto__') };
  assert(prototype, '__proto__ is a field like any other');
  const out = Object.assign(Object.create(null), { __proto__own: prototype.value });
  for (const key of Object.keys(item)) {
    if (key !== '__proto__') out[key] = item[key];
  }
  return out;
}

function check(item, i, size) {
  assert.deepStrictEqual(plain(item), { ...expected(i, size), __proto__: null });
}

async function received(options, wanted) {
  const calls = [];
  const accepted = send((...args) => {
    calls.push(args);
    const end = performance.now() + (options.busy || 0);
    while (performance.now() < end);
  }, options);
  while (!wanted(calls)) await turn();
  await turn();
  return { calls, accepted };
}

const COUNT = 300; // enough for the loop in JavaScript to be made

describe('a record with a field of every kind', () => {
  for (const size of [5, 40000]) {
    it(`arrives as it was sent, each by itself, ${size} bytes owned`, async () => {
      const { calls } = await received({ count: COUNT, size }, (got) => got.length === COUNT);
      calls.forEach(([error, item], i) => {
        assert.strictEqual(error, null);
        check(item, i, size);
      });
    });

    it(`arrives as it was sent, in arrays, ${size} bytes owned`, async () => {
      const options = { count: COUNT, size, delivery: BATCH };
      const total = (got) => got.reduce((n, [, list]) => n + list.length, 0);
      const { calls } = await received(options, (got) => total(got) === COUNT);
      calls.flatMap(([error, list]) => {
        assert.strictEqual(error, null);
        return list;
      }).forEach((item, i) => check(item, i, size));
    });
  }

  it('arrives as it was sent when each call takes a turn of the loop', async () => {
    const { calls } = await received({ count: COUNT, size: 5, busy: 1 }, (got) => got.length === COUNT);
    calls.forEach(([, item], i) => check(item, i, 5));
  });

  it('arrives as it was sent after calls that threw', async () => {
    const got = [];
    const ignore = () => {};
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', ignore);
    try {
      send((error, item) => {
        got.push(item);
        if (got.length % 7 === 0) throw new Error('each seventh');
      }, { count: COUNT, size: 5 });
      while (got.length < COUNT) await turn();
      await turn();
    } finally {
      process.removeListener('uncaughtException', ignore);
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    got.forEach((item, i) => check(item, i, 5));
  });

  it('arrives in columns: typed arrays, and arrays of what is no number', async () => {
    const options = { count: COUNT, size: 3, delivery: COLUMNS };
    const total = (got) => got.reduce((n, [, , count]) => n + count, 0);
    const { calls } = await received(options, (got) => total(got) === COUNT);
    let i = 0;
    for (const [error, columns, count] of calls) {
      assert.strictEqual(error, null);
      assert.strictEqual(columns.u32v.constructor, Uint32Array);
      assert.strictEqual(columns.flag.constructor, Uint8Array);
      assert.strictEqual(columns.i64v.constructor, BigInt64Array);
      assert.strictEqual(columns.unsigned_number.constructor, Float64Array);
      assert.strictEqual(columns.at.x.constructor, Float64Array);
      for (const column of [columns.u32v, columns.paint, columns.name, columns.given, columns.at.x]) {
        assert.strictEqual(column.length, count);
      }
      assert.strictEqual(columns.three.length, 3 * count);
      for (let k = 0; k < count; k++, i++) {
        const item = expected(i, 3);
        const found = ['u32v', 'i64v', 'unsigned_number', 'f64v', 'paint', 'label', 'name', 'part']
          .map((key) => columns[key][k]);
        assert.deepStrictEqual(found, ['u32v', 'i64v', 'unsigned_number', 'f64v', 'paint', 'label', 'name', 'part']
          .map((key) => item[key]));
        assert.strictEqual(columns.flag[k], Number(item.flag));
        assert.deepStrictEqual(columns.given[k], item.given);
        assert.deepStrictEqual(columns.three.slice(3 * k, 3 * k + 3), item.three);
        assert.deepStrictEqual([columns.at.x[k], columns.at.paint[k]], [item.at.x, 'blue']);
      }
    }
    assert.strictEqual(i, COUNT);
  });

  it('arrives as arguments in the order of its fields', async () => {
    const options = { count: COUNT, size: 1, passing: passing.AS_ARGUMENTS, errors: errors.VALUES_ONLY };
    const { calls } = await received(options, (got) => got.length === COUNT);
    calls.forEach((args, i) => {
      const { __proto__own: last, ...rest } = expected(i, 1);
      assert.deepStrictEqual(args, [...Object.values(rest), last]);
    });
  });

  it('arrives once, the newest, and the others are dropped', async () => {
    const { calls } = await received({ count: COUNT, size: 2, delivery: LATEST }, (got) => got.length === 1);
    check(calls[0][1], COUNT - 1, 2);
  });

  for (const [name, delivery] of Object.entries(MODES)) {
    it(`leaves an error in its place, TSFN_${name}`, async () => {
      const options = { count: COUNT, size: 1, delivery, errorAt: 100 };
      const newest = (got) => {
        const [, item, count] = got[got.length - 1] || [];
        const last = delivery === BATCH ? item && item[item.length - 1] && item[item.length - 1].u32v
          : [COLUMNS, PACKED_COLUMNS].includes(delivery) ? item && item.u32v[count - 1] : item && item.u32v;
        return last === COUNT - 1;
      };
      const { calls } = await received(options, newest);
      const at = calls.findIndex(([error]) => error !== null);
      assert.strictEqual(calls.filter(([error]) => error !== null).length, 1);
      assert.deepStrictEqual([calls[at][0].code, calls[at][0].message], ['E_MIDDLE', 'in the middle']);
      const [, before, count] = calls[at - 1];
      const [, after] = calls[at + 1];
      const lastOfColumns = () => before.u32v[count - 1];
      const firstOfColumns = () => after.u32v[0];
      const last = { EACH: () => before.u32v, BATCH: () => before[before.length - 1].u32v,
        COLUMNS: lastOfColumns, PACKED_COLUMNS: lastOfColumns, LATEST: () => before.u32v }[name]();
      const first = { EACH: () => after.u32v, BATCH: () => after[0].u32v,
        COLUMNS: firstOfColumns, PACKED_COLUMNS: firstOfColumns, LATEST: () => COUNT - 200 }[name]();
      assert.deepStrictEqual([last, first], [99, 100]);
    });

    it(`frees what it owns once, TSFN_${name}`, async () => {
      const { accepted } = await received({ count: COUNT, size: 2, delivery, bound: 250 }, (got) => got.length >= 1);
      assert.strictEqual(accepted, 250);
      while (freed() < accepted) await turn();
      await turn();
      assert.strictEqual(freed(), accepted);
    });
  }
});
