// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds to create a function, release it and have it finalized, `count`
// of them at a time.

const { setImmediate: turn } = require('node:timers/promises');
const { collectGarbage, loadFor } = require('./functions');

function prepare(job) {
  const library = loadFor(job);
  return {
    sample: async () => {
      collectGarbage();
      const end = library.finalized() + job.count;
      const start = process.hrtime.bigint();
      const functions = [];
      for (let i = 0; i < job.count; i++) {
        functions.push(library.create(job.kind, () => {}, 0, 0));
      }
      for (const fn of functions) library.release(fn);
      while (library.finalized() < end) await turn();
      return { ns: Number(process.hrtime.bigint() - start) / job.count };
    },
    finish: () => {},
  };
}

module.exports = { prepare };
