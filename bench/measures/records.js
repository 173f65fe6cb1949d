// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds to read an object of six properties into a C struct, and to free it,
// in one of the ways of native/records.c.

const { BEFORE, load } = require('../lib/libraries');
const { collectGarbage } = require('./functions');

const OBJECTS = 1000;
const TEXT = 'some forty characters of text, all ASCII';
const BYTES = 64;

// One addon has both ways; with an older build of the library it is the older one.
function prepare({ library, way, count }) {
  const read = load(library.startsWith(BEFORE) ? `${BEFORE}records` : 'records')[way];
  const objects = Array.from({ length: OBJECTS }, (_, id) => ({
    name: `record ${id}`, id, value: id / 3, isLast: false, text: TEXT, data: new Uint8Array(BYTES),
  }));
  const wanted = (OBJECTS * (OBJECTS - 1)) / 2 + OBJECTS * (TEXT.length + BYTES);
  return {
    sample: () => {
      collectGarbage();
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i += OBJECTS) {
        if (read(objects) !== wanted) throw new Error('records are wrong');
      }
      return { ns: Number(process.hrtime.bigint() - start) / count };
    },
    finish: () => {},
  };
}

module.exports = { prepare };
