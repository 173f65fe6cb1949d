// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds an item, wall clock and CPU (all threads of the process), from
// the moment the producers are let go until the callback has the last item.
// The functions live on between samples, as they would in a program.

const { withCapture } = require('./capture');
const receivers = require('./receivers');
const { collectGarbage, loadFor } = require('./functions');

function prepare(job) {
  const library = loadFor(job);
  const count = job.functions || 1;
  const each = { ...job, producers: job.producers / count };
  const mine = Array.from({ length: count }, (_, index) =>
    job.receiver === 'other' ? receivers.other(index) : receivers[job.receiver](),
  );
  const functions = mine.map(({ callback, create }) => {
    const make = () => library.create(job.kind, callback, job.bound || 0, job.size || 0);
    return create ? create(make) : make();
  });

  if (job.kind.startsWith('packet')) {
    withCapture(job.count, (file) => functions.forEach((fn) => library.capture(fn, file)));
  }

  function sample() {
    return new Promise((resolve, reject) => {
      let left = count;
      let flood = null;
      const cpu = process.cpuUsage();
      const done = () => {
        if (--left > 0) return;
        const ns = library.elapsed(flood);
        const { user, system } = process.cpuUsage(cpu);
        const items = job.producers * job.count;
        const failures = library.join(flood);
        if (failures > 0) reject(new Error(`${failures} calls failed`));
        try {
          for (const receiver of mine) receiver.check(each);
        } catch (error) {
          reject(error);
        }
        const notes = mine[0].notes ? mine[0].notes() : {};
        resolve({ ns: ns / items, cpu: ((user + system) * 1000) / items, ...notes });
      };
      // The sum is complete only after the callback that is done has returned.
      for (const receiver of mine) receiver.expect(each, done);
      flood = library.flood(functions, job.producers, job.count, job.run || 0);
    });
  }

  return {
    sample: () => {
      collectGarbage();
      return sample();
    },
    finish: () => functions.forEach((fn) => library.release(fn)),
  };
}

module.exports = { prepare };
