// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds to create a function, release it and have it finalized.

const { loadFor } = require('./functions');
const { timeLives } = require('./lifetimes');

function prepare(job) {
  const library = loadFor(job);
  const releaseAll = (functions) => functions.forEach((fn) => library.release(fn));
  return {
    sample: async () => ({ ns: await timeLives(library, job, () => {}, releaseAll) }),
    finish: () => {},
  };
}

module.exports = { prepare };
