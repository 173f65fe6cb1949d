// SPDX-License-Identifier: MIT
'use strict';

// The most resident bytes that a flood takes beyond what the process had before it.
// One sample for each process: memory that was given back to malloc would be used
// again. Linux only, which can be told to forget the highest mark.

const fs = require('node:fs');
const { collectGarbage } = require('./functions');
const flood = require('./flood');

const FORGET_THE_HIGHEST = '5'; // proc(5), /proc/pid/clear_refs

function highest() {
  const [, kilobytes] = fs.readFileSync('/proc/self/status', 'utf8').match(/^VmHWM:\s*(\d+) kB$/m);
  return 1024 * Number(kilobytes);
}

function prepare(job) {
  const { sample, finish } = flood.prepare(job);
  return {
    sample: async () => {
      collectGarbage();
      const before = process.memoryUsage.rss();
      fs.writeFileSync('/proc/self/clear_refs', FORGET_THE_HIGHEST);
      await sample();
      return { bytes: highest() - before };
    },
    finish,
  };
}

module.exports = { prepare };
