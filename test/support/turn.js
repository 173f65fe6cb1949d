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

// Waits for something that other threads do, and keeps JavaScript to itself
// meanwhile, so that no drain comes in between. Throws after half a minute.
function untilWithoutTurns(condition) {
  const end = Date.now() + 30_000;
  while (!condition()) if (Date.now() > end) throw new Error(`it did not come: ${condition}`);
}

module.exports = { turn, until, untilWithoutTurns };
