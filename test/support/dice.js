// SPDX-License-Identifier: MIT
'use strict';

// Numbers by chance, the same in each run: dice(seed)(sides) is from 0 to sides - 1.

function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % sides;
  };
}

module.exports = { dice };
