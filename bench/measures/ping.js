// SPDX-License-Identifier: MIT
'use strict';

// The median of `count` pings, in nanoseconds: from just before a thread calls,
// while the loop sleeps, until the callback runs its first line. job.functions
// functions are alive meanwhile, one of which is pinged; the others come and go
// with each sample, so that contenders with few and with many share a process.

const { setImmediate: turn, setTimeout: pause } = require('node:timers/promises');
const { collectGarbage, loadFor, median } = require('./functions');

// Long enough for the loop to be back in its poll, and asleep.
const PAUSE = 150_000;

// Milliseconds.
const SETTLE = 100;

// What was made or released is work for the garbage collector's threads, which
// would keep the processor that a ping wakes.
async function settle() {
  collectGarbage();
  await pause(SETTLE);
}

// So many functions that nobody calls, while `body` runs.
async function among(library, job, count, body) {
  const idle = Array.from({ length: count }, () => library.create(job.kind, () => {}, 0, 0));
  if (count > 0) await settle();
  const result = await body();
  const end = library.finalized() + count;
  for (const each of idle) library.release(each);
  while (library.finalized() < end) await turn();
  if (count > 0) await settle();
  return result;
}

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
  const fn = library.create(job.kind, callback, 0, 0);
  pinger = library.pinger(fn, PAUSE);
  const pings = () =>
    new Promise((resolve) => {
      times = [];
      done = () => resolve({ ns: median(times) });
      library.ping(pinger);
    });
  return {
    sample: () => among(library, job, (job.functions || 1) - 1, pings),
    finish: () => {
      library.endPinger(pinger);
      library.release(fn);
    },
  };
}

module.exports = { prepare, PAUSE };
