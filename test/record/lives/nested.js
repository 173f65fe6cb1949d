// SPDX-License-Identifier: MIT
'use strict';

// The lives of nested.test.js: see test/support/lives.js.

const { addon } = require('../../support/build');

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
  round();
  global.gc();
  const before = process.memoryUsage.rss();
  for (let i = 0; i < ROUNDS; i++) {
    round();
    global.gc();
  }
  const more = process.memoryUsage.rss() - before;
  console.log(more < 200 * MiB ? 'done' : `${more} bytes more`);
};
