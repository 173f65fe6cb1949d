// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds for which JavaScript stands still in the first creation of a
// function in a process: each sample is in a new one, see 'samples' in
// lib/contest.js. The addon is loaded before.

const { loadFor } = require('./functions');

function prepare(job) {
  const library = loadFor(job);
  return {
    sample: () => {
      const start = process.hrtime.bigint();
      const fn = library.create(job.kind, () => {}, 0, 0);
      const ns = Number(process.hrtime.bigint() - start);
      library.release(fn);
      return { ns };
    },
    finish: () => {},
  };
}

module.exports = { prepare };
