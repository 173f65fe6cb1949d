// SPDX-License-Identifier: MIT
'use strict';

// Resident bytes for each queued item: the loop thread waits in C while the
// producer fills the queue, so that nothing is taken off it. One sample for
// each process: memory that was given back to malloc would be used again.

const receivers = require('./receivers');
const { collectGarbage, loadFor } = require('./functions');

// So that the first thread, the first block and the JIT are not counted.
const WARM_UP = 1000;

function prepare(job) {
  const library = loadFor(job);
  const receiver = receivers[job.receiver]();
  const fn = library.create(job.kind, receiver.callback, 0, 0);

  // Resolves with the bytes that `count` queued items took.
  function fill(count) {
    return new Promise((resolve) => {
      collectGarbage();
      const before = process.memoryUsage.rss();
      receiver.expect({ producers: 1, count }, () => resolve(after - before));
      library.join(library.flood([fn], 1, count, 0));
      const after = process.memoryUsage.rss();
    });
  }

  return {
    sample: async () => {
      await fill(WARM_UP);
      return { bytes: (await fill(job.count)) / job.count };
    },
    finish: () => library.release(fn),
  };
}

module.exports = { prepare };
