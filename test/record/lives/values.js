// SPDX-License-Identifier: MIT
'use strict';

// The lives of values.test.js: see test/support/lives.js.

const { addon } = require('../../support/build');
const { printWhatIsLeft } = require('../../support/memory');

const { clearTwice, failed } = require(addon('values', 'record'));

// A megabyte in each kind that has memory; `at` is the last field, so that all of it
// was copied when that one is refused.
const MiB = 1 << 20;
const text = 'x'.repeat(MiB);
const record = {
  flag: true, i8v: 0, i16v: 0, i32v: 0, i64v: 0, u8v: 0, u16v: 0, u32v: 0, u64v: 0, signedNumber: 0, unsignedNumber: 0,
  f32v: 0, f64v: 0, paint: 'red', code: '', name: text, part: text, raw: new Uint8Array(MiB), chunk: new Uint8Array(MiB),
  given: new Uint8Array(MiB), three: [0, 0, 0], longs: [0, 0], at: { x: 0, label: text },
};
const refused = [{ at: 5 }, { at: { x: 1, label: 5 } }, { given: 5 }, { name: 'a\0', part: text }, { part: `${text}\ud800` }];

const ROUNDS = 100;

// One round that leaves its memory would leave a gigabyte in all.
exports.converted = () => {
  const round = () => {
    clearTwice(record);
    for (const fields of refused) failed({ ...record, ...fields });
  };
  printWhatIsLeft(round, ROUNDS, 50 * MiB);
};

// Environments come and go, perhaps at the same address; each worker converts often
// enough to have readers.
exports.inWorkers = async (count) => {
  const { once } = require('node:events');
  const { Worker } = require('node:worker_threads');
  for (let i = 0; i < count; i++) {
    const worker = new Worker(`
      const assert = require('node:assert');
      const { convert } = require(${JSON.stringify(addon('values', 'record'))});
      const record = require('node:worker_threads').workerData;
      for (let n = 0; n < 40; n++) {
        record.i32v = n;
        assert.strictEqual(convert(record).i32v, n);
        assert.throws(() => convert({ ...record, flag: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
      }
    `, { eval: true, workerData: { ...record, name: 'n', part: 'p', raw: new Uint8Array(1), chunk: new Uint8Array(1), given: new Uint8Array(1), at: { x: 0, label: 'l' } } });
    const [code] = await once(worker, 'exit');
    if (code !== 0) throw new Error(`a worker ended with ${code}`);
  }
  console.log('done');
};
