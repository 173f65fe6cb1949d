// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds for a record of two strings, from the bytes in C to the object
// that the callback keeps, by one of the ways of native/strings.c; or, with
// `keep`, the resident bytes for each record when every so manieth is kept.
//
// A way is called for 256 records at a time, as a run of the library is.

const { load } = require('../lib/libraries');
const { collectGarbage } = require('./functions');

const RUN = 256;
const KEPT = 1024; // the newest so many are kept
const TEXTS = ['12 bytes', '60 bytes', 'not ASCII'];

// A way: (library, text, how, decodes) => run(count, callback). Each has functions
// of its own: shared, they would be slower for all.
const ways = {
  each: (library, text) => {
    const deliver = (a, b, count, callback) => {
      for (let i = 0; i < count; i++) callback({ a: a[i], b: b[i] });
    };
    return (count, callback) =>
      deliver(library.each(text, count), library.each(text, count), count, callback);
  },
  latin1: (library, text) => {
    const deliver = (a, b, count, callback) => {
      for (let i = 0; i < count; i++) callback({ a: a[i], b: b[i] });
    };
    return (count, callback) =>
      deliver(library.latin1(text, count), library.latin1(text, count), count, callback);
  },
  spread: (library, text, latin1) => {
    const collect = (array, ...values) => {
      for (let i = 0; i < values.length; i++) array[array.length] = values[i];
    };
    const column = (count) => {
      const out = [];
      library.spread(text, count, out, collect, latin1);
      return out;
    };
    const deliver = (a, b, count, callback) => {
      for (let i = 0; i < count; i++) callback({ a: a[i], b: b[i] });
    };
    return (count, callback) => deliver(column(count), column(count), count, callback);
  },
  joined: (library, text, bytes, decodes) => {
    const at = new Int32Array(3 * RUN);
    const bt = new Int32Array(3 * RUN);
    const cut = (parents, places, i) => {
      const k = 3 * i;
      return parents[places[k]].substring(places[k + 1], places[k + 2]);
    };
    const deliver = (a, b, count, callback) => {
      for (let i = 0; i < count; i++) callback({ a: cut(a, at, i), b: cut(b, bt, i) });
    };
    return (count, callback) =>
      deliver(
        library.joined(text, count, bytes, at, decodes),
        library.joined(text, count, bytes, bt, decodes),
        count,
        callback,
      );
  },
};

function prepare({ way, text, how, decodes, count, keep }) {
  const run = ways[way](load('strings'), TEXTS.indexOf(text), how || 0, decodes || 0);
  const kept = new Array(keep ? Math.ceil(count / keep) : KEPT).fill(null);
  let seen = 0;
  let units = 0;
  const callback = keep
    ? (record) => {
        if (seen++ % keep === 0) kept[seen / keep | 0] = record;
        units += record.a.length + record.b.length;
      }
    : (record) => {
        kept[seen++ & (KEPT - 1)] = record;
        units += record.a.length + record.b.length;
      };
  const all = () => {
    for (let left = count; left > 0; left -= RUN) run(Math.min(left, RUN), callback);
  };
  return {
    sample: () => {
      collectGarbage();
      seen = 0;
      units = 0;
      const before = keep ? process.memoryUsage.rss() : 0;
      const start = process.hrtime.bigint();
      all();
      const ns = Number(process.hrtime.bigint() - start);
      if (seen !== count || units === 0) throw new Error('records are missing');
      if (!keep) return { ns: ns / count };
      collectGarbage();
      collectGarbage();
      return { bytes: (process.memoryUsage.rss() - before) / kept.length };
    },
    finish: () => {},
  };
}

module.exports = { prepare, TEXTS };
