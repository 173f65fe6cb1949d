// SPDX-License-Identifier: MIT
'use strict';

// Nanoseconds a promise, from before the first one is created until the last one is
// settled, `count` of them by so many threads; and the resident bytes of each while
// none is settled (new processes only: memory that was given back to malloc would be
// used again).

const { setImmediate: turn } = require('node:timers/promises');
const { BEFORE, load } = require('../lib/libraries');
const { collectGarbage } = require('./functions');

// So that the first thread, the hub and the JIT are not counted.
const WARM_UP = 100;

function prepare({ library, threads, count, warmsUp }) {
  const isBefore = library.startsWith(BEFORE);
  const addon = load(isBefore ? `${BEFORE}promises` : 'promises');
  const way = isBefore ? library.slice(BEFORE.length) : library;

  // The host's functions end after the last promise; they are no part of the time, and
  // no part of the next sample.
  async function settleAll(number) {
    const end = addon.finalized() + (way === 'node' ? number : 0);
    collectGarbage();
    const before = process.memoryUsage.rss();
    const start = process.hrtime.bigint();
    const { promises, handle } = addon.create(way, number);
    const created = process.hrtime.bigint();
    const after = process.memoryUsage.rss();
    const resumed = process.hrtime.bigint();
    addon.settle(handle, threads);
    const rows = await Promise.all(promises);
    const ns = Number(process.hrtime.bigint() - resumed + created - start) / number;
    while (addon.finalized() < end) await turn();
    const failures = addon.join(handle);
    if (failures > 0 || rows.some(({ value }, index) => value !== index)) {
      throw new Error(`promises are wrong: ${failures} were not settled`);
    }
    return { ns, bytes: (after - before) / number };
  }

  return {
    sample: async () => {
      if (warmsUp) await settleAll(WARM_UP);
      return settleAll(count);
    },
    finish: () => {},
  };
}

module.exports = { prepare };
