// SPDX-License-Identifier: MIT
'use strict';

// How much of a large test is run: all of it where CI is set, less on a
// developer's machine. TSFN_TEST_SCALE says otherwise: the items of the large
// tests, of which CI's million goes with all rounds of the repeated ones.

const { CI, TSFN_TEST_SCALE } = process.env;

const FULL = 1000000;

const isCI = !['', '0', 'false', undefined].includes(CI);
const asked = Number(TSFN_TEST_SCALE) || null;

// Items in the large tests.
const items = asked || (isCI ? FULL : FULL / 5);

// Of `full` rounds, at least one.
function rounds(full) {
  const share = asked ? asked / FULL : isCI ? 1 : 1 / 10;
  return Math.max(1, Math.round(full * share));
}

module.exports = { isCI, items, rounds };
