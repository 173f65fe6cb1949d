// SPDX-License-Identifier: MIT
'use strict';

const { load } = require('../lib/libraries');

// What a contender asks for and its adapter does not have.
class NotBuilt extends Error {}

function loadFor(job) {
  const library = load(job.library);
  if (!library.kinds().includes(job.kind)) throw new NotBuilt(`${job.library}: ${job.kind}`);
  return library;
}

function collectGarbage() {
  if (global.gc) global.gc();
}

// The middle of numbers; sorts them.
function median(values) {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// By nearest rank; sorts them.
function percentile(values, part) {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.ceil(values.length * part) - 1)];
}

module.exports = { NotBuilt, collectGarbage, loadFor, median, percentile };
