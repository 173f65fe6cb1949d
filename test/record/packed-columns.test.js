// SPDX-License-Identifier: MIT
'use strict';

// TSFN_PACKED_COLUMNS: columns of bytes and text in the layout of Apache Arrow,
// whose own library is the judge. Sizes of every class are in payloads.test.js.

const assert = require('node:assert');
const arrow = require('apache-arrow');
const { addon } = require('../support/build');
const { delivery, errors, passing } = require('../support/enums');
const { until, untilWithoutTurns } = require('../support/turn');

const { send, freed } = require(addon('kinds', 'record'));
const payloads = require(addon('payloads', 'record'));

const { PACKED_COLUMNS } = delivery;
const COUNT = 300;
const SIZE = 5; // of `owned`

// [columns, count] of one call with all records that addons/kinds.c sends.
async function receive(options) {
  const calls = [];
  const accepted = send((...args) => calls.push(args), { count: COUNT, size: SIZE, delivery: PACKED_COLUMNS, ...options });
  await until(() => freed() === accepted);
  assert.strictEqual(calls.length, 1);
  return calls[0];
}

// The values of a packed column, as Arrow's own library reads them.
function valuesOf({ data, offsets, validity }, type) {
  return arrow.makeVector(arrow.makeData({
    type,
    length: offsets.length - 1,
    nullCount: validity === null ? 0 : -1, // -1: to be counted
    nullBitmap: validity === null ? undefined : validity,
    valueOffsets: new Int32Array(offsets.buffer, offsets.byteOffset, offsets.length),
    data,
  })).toArray();
}

const each = (of) => Array.from({ length: COUNT }, (_, i) => of(i));
const nameOf = (i) => (i % 3 === 1 ? `caf\ufffd${i}` : `name ${i}`);
const latin1Of = (i) => Buffer.from(i % 3 === 1 ? `caf\xe9${i}` : `name ${i}`, 'latin1');
const bytesOf = (i, size) => new Uint8Array(latin1Of(i).subarray(0, size));

describe('packed columns', () => {
  it('are read by Arrow as the values that were sent', async () => {
    const [, columns, count] = await receive();
    assert.strictEqual(count, COUNT);
    assert.deepStrictEqual(valuesOf(columns.label, new arrow.Utf8()), each((i) => ['', 'ab', 'abcd'][i % 3]));
    assert.deepStrictEqual(valuesOf(columns.name, new arrow.Utf8()), each((i) => (i % 3 === 2 ? null : nameOf(i))));
    assert.deepStrictEqual(valuesOf(columns.part, new arrow.Utf8()), each((i) => nameOf(i).slice(0, 2)));
    assert.deepStrictEqual(valuesOf(columns.raw, new arrow.Binary()), each((i) => bytesOf(i, 3)));
    assert.deepStrictEqual(valuesOf(columns.chunk, new arrow.Binary()), each((i) => bytesOf(i, 4)));
  });

  it('have the bytes that were sent one behind the other, and an offset more than records', async () => {
    const [, { name, chunk }] = await receive();
    assert.deepStrictEqual(Buffer.from(name.data), Buffer.concat(each((i) => (i % 3 === 2 ? Buffer.alloc(0) : latin1Of(i)))));
    assert.strictEqual(Object.getPrototypeOf(name.data), Uint8Array.prototype);
    assert.deepStrictEqual(chunk.offsets, Uint32Array.from({ length: COUNT + 1 }, (_, i) => 4 * i));
    assert.deepStrictEqual(Object.keys(chunk), ['data', 'offsets', 'validity']);
  });

  it('have a validity only where a value is NULL', async () => {
    const [, columns] = await receive();
    assert.strictEqual(columns.label.validity, null);
    assert.strictEqual(columns.name.validity.length, Math.ceil(COUNT / 8));
    each((i) => assert.strictEqual((columns.name.validity[i >> 3] >> (i & 7)) & 1, Number(i % 3 !== 2), `record ${i}`));
  });

  it('leave the other columns as they are in TSFN_COLUMNS', async () => {
    const [, columns] = await receive();
    const [, unpacked] = await receive({ delivery: delivery.COLUMNS });
    const packed = ['label', 'name', 'part', 'raw', 'chunk'];
    assert.deepStrictEqual(Object.keys(columns), Object.keys(unpacked));
    for (const key of Object.keys(columns)) {
      if (!packed.includes(key)) assert.deepStrictEqual(columns[key], unpacked[key], key);
    }
  });

  it('arrive as arguments', async () => {
    const [, ...columns] = await receive({ passing: passing.AS_ARGUMENTS });
    const [, object] = await receive();
    assert.strictEqual(columns.pop(), COUNT);
    assert.deepStrictEqual(columns, Object.keys(object).map((key) => Object.getOwnPropertyDescriptor(object, key).value));
  });

  it('are new at each call with options.reuse_columns, which is for the others', async () => {
    const raws = [];
    const numbers = new Set();
    const accepted = send((error, columns) => {
      raws.push(columns.raw);
      numbers.add(columns.u32v);
    }, { count: COUNT, size: SIZE, delivery: PACKED_COLUMNS, reuse: 1, budget: 100 });
    await until(() => freed() === accepted);
    assert.ok(raws.length >= COUNT / 100, `${raws.length} calls`);
    assert.strictEqual(new Set(raws.flatMap(({ data, offsets }) => [data.buffer, offsets.buffer])).size, 2 * raws.length);
    assert.strictEqual(numbers.size, 1);
    assert.deepStrictEqual(raws.flatMap((raw) => valuesOf(raw, new arrow.Binary())), each((i) => bytesOf(i, 3)));
  });

  it('are values-only where the function is', async () => {
    const [columns, count] = await receive({ errors: errors.VALUES_ONLY });
    assert.strictEqual(count, COUNT);
    assert.strictEqual(columns.raw.data.length, 3 * COUNT);
  });

  it('have 64 MiB of data in one call at the most, or one record', async function () {
    this.timeout(60_000);
    const MiB = 1 << 20;
    const sizes = [30 * MiB, 34 * MiB, 1, 65 * MiB, 1, 1];
    const calls = [];
    const handle = payloads.start(({ data, i }, count) => {
      calls.push([count, data.data.length]);
      Array.from(i).forEach((index, k) => {
        const value = data.data.subarray(data.offsets[k], data.offsets[k + 1]);
        assert.strictEqual(value.length, sizes[index]);
        if (value.length > 0) assert.strictEqual(value[value.length - 1], (7 * index + 13 * (value.length - 1) + 1) & 255);
      });
    }, { delivery: PACKED_COLUMNS, bound: 0, sizes, onError: (error) => { throw error; } });
    payloads.release(handle);
    untilWithoutTurns(() => payloads.report(handle).accepted === sizes.length); // all of them wait for one drain
    await until(() => payloads.report(handle).isFinalized);
    assert.strictEqual(calls[0][0], 2, 'the first two have 64 MiB together');
    for (const [count, bytes] of calls) assert.ok(count === 1 || bytes <= 64 * MiB, `${count} records, ${bytes} bytes`);
    assert.strictEqual(payloads.report(handle).memory, 0);
  });
});
