// SPDX-License-Identifier: MIT
'use strict';

// The median of `count` pings, in nanoseconds: from just before a thread calls,
// while the loop sleeps, until the callback runs its first line. job.functions
// functions are alive, one of which is pinged.

const { loadFor, median } = require('./functions');

// Long enough for the loop to be back in its poll, and asleep.
const PAUSE = 150_000;

function prepare(job) {
  const library = loadFor(job);
  let pinger = null;
  let times = [];
  let done = null;
  const callback = () => {
    times.push(library.stamp(pinger));
    if (times.length < job.count) library.ping(pinger);
    else done();
  };
  const idle = Array.from({ length: (job.functions || 1) - 1 }, () =>
    library.create(job.kind, () => {}, 0, 0),
  );
  const fn = library.create(job.kind, callback, 0, 0);
  pinger = library.pinger(fn, PAUSE);
  return {
    sample: () =>
      new Promise((resolve) => {
        times = [];
        done = () => resolve({ ns: median(times) });
        library.ping(pinger);
      }),
    finish: () => {
      library.endPinger(pinger);
      for (const each of [fn, ...idle]) library.release(each);
    },
  };
}

module.exports = { prepare, PAUSE };
