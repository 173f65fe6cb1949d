// SPDX-License-Identifier: MIT
'use strict';

// How late timers are, 99th percentile, in milliseconds, while producers send
// as fast as they can. job.busy: the loop itself calls the callback, for so many
// milliseconds a turn, as if a library did.

const { setTimeout: sleep } = require('node:timers/promises');
const { collectGarbage, loadFor, percentile } = require('./functions');

// Timers of Node count in whole milliseconds.
const PERIOD = 1;

async function timeTimers(duration) {
  const delays = [];
  const end = performance.now() + duration;
  while (performance.now() < end) {
    const due = performance.now() + PERIOD;
    await sleep(PERIOD);
    delays.push(performance.now() - due);
  }
  return delays;
}

function keepBusy(callback, milliseconds) {
  let isOn = true;
  const turn = () => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) for (let i = 0; i < 100; i++) callback(i);
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => (isOn = false);
}

function prepare(job) {
  const library = loadFor(job);
  const delivered = new Float64Array(1);
  let sum = 0;
  const callback = (value) => {
    sum += value;
    delivered[0]++;
  };
  const fn = library.create(job.kind, callback, job.bound || 0, 0);
  const delivers = job.library !== 'none';

  // Until every thread has ended and every item has arrived.
  async function drain(pour) {
    while (library.stop(pour) > 0) await sleep(1);
    const sent = library.endPour(pour);
    while (delivers && delivered[0] < sent) await sleep(1);
    if (delivers && delivered[0] !== sent) throw new Error(`${delivered[0]} of ${sent} items`);
  }

  return {
    sample: async () => {
      collectGarbage();
      delivered[0] = 0;
      const rest = job.busy ? keepBusy(callback, job.busy) : () => {};
      const pour = library.pour(fn, job.producers, delivers ? delivered : undefined);
      const delays = await timeTimers(job.duration);
      const items = delivered[0];
      rest();
      await drain(pour);
      return { ms: percentile(delays, 0.99), timers: delays.length, items, sum };
    },
    finish: () => library.release(fn),
  };
}

module.exports = { prepare };
