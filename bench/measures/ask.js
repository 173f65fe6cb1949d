// SPDX-License-Identifier: MIT
'use strict';

// Asks of one thread: `count` of them one after the other, and the median of their
// round trips in nanoseconds; or, with `run`, so many started at once and then waited
// for, and the nanoseconds for each. Every question and every reply is checked.
// `isBare`: JavaScript is not called, there is only a wake each way.

const { collectGarbage, loadFor, median } = require('./functions');

function prepare(job) {
  const library = loadFor(job);
  const run = job.run || 1;
  let sum = 0;
  const callback = (id) => {
    sum += id;
    return id + 1;
  };
  const fn = library.create(job.kind, callback, 0, 0);
  const askAll = () =>
    new Promise((resolve) => {
      const asker = library.asker(fn, job.count, run, () => resolve(asker));
    });

  return {
    sample: async () => {
      collectGarbage();
      sum = 0;
      const times = library.endAsker(await askAll());
      const wanted = job.isBare ? 0 : (job.count * (job.count - 1)) / 2;
      if (sum !== wanted) throw new Error(`items are wrong: sum ${sum} for ${wanted}`);
      return { ns: median(times) / run };
    },
    finish: () => library.release(fn),
  };
}

module.exports = { prepare };
