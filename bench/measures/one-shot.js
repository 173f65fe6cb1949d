// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds for a function that lives for one call: created, called once by a
// thread, released there, finalized; `count` of them at a time.

const { setImmediate: turn } = require('node:timers/promises');
const { collectGarbage, loadFor } = require('./functions');

function prepare(job) {
  const library = loadFor(job);
  return {
    sample: async () => {
      collectGarbage();
      const end = library.finalized() + job.count;
      let called = 0;
      const start = process.hrtime.bigint();
      const functions = [];
      for (let i = 0; i < job.count; i++) {
        functions.push(library.create(job.kind, () => called++, 0, 0));
      }
      const shots = library.shoot(functions);
      while (library.finalized() < end) await turn();
      const ns = Number(process.hrtime.bigint() - start) / job.count;
      const failures = library.endShots(shots);
      if (failures > 0 || called !== job.count) {
        throw new Error(`${failures} calls failed, ${called} of ${job.count} arrived`);
      }
      return { ns };
    },
    finish: () => {},
  };
}

module.exports = { prepare };
