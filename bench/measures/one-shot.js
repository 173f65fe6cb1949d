// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds for a function that lives for one call: created, called once by a
// thread, released there, finalized.

const { loadFor } = require('./functions');
const { timeLives } = require('./lifetimes');

function prepare(job) {
  const library = loadFor(job);
  return {
    sample: async () => {
      let called = 0;
      let shots = null;
      const ns = await timeLives(library, job, () => called++, (functions) => {
        shots = library.shoot(functions);
      });
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
