// SPDX-License-Identifier: MIT
'use strict';

// Whole lives of functions, `count` of them at a time.

const { setImmediate: turn } = require('node:timers/promises');
const { collectGarbage } = require('./functions');

// Answers the nanoseconds from before the first function is created until the last
// one is finalized, for each function. `letGo` gets all functions, and sees to it
// that the one use of each is given back.
async function timeLives(library, { kind, count }, callback, letGo) {
  collectGarbage();
  const end = library.finalized() + count;
  const start = process.hrtime.bigint();
  const functions = [];
  for (let i = 0; i < count; i++) functions.push(library.create(kind, () => callback(), 0, 0));
  letGo(functions);
  while (library.finalized() < end) await turn();
  return Number(process.hrtime.bigint() - start) / count;
}

module.exports = { timeLives };
