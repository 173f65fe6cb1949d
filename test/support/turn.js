// SPDX-License-Identifier: MIT
'use strict';

// Waiting for the event loop, without a time that would be too short one day.

// One turn of it. The host's setImmediate, also where a test puts one of its own
// in its place.
const { setImmediate: immediate } = globalThis;
const turn = () => new Promise((resolve) => { immediate(resolve); });

async function until(condition) {
  while (!condition()) await turn();
}

module.exports = { turn, until };
