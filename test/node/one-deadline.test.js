// SPDX-License-Identifier: MIT
'use strict';

// A call that sends its items in pieces (16 records that borrow memory at a
// time) waits no longer than its `wait` says, in all.

const assert = require('node:assert');
const { addon } = require('../support/build');

const pieces = require(addon('pieces'));
const BOUND = 16;
const WAIT = 1500;

// Keeps the loop thread from making room, until so many milliseconds after start.
function stayUntil(start, milliseconds) {
  while (Date.now() - start < milliseconds);
}

describe('a timed call of many records', function () {
  this.timeout(20000);

  it('has one deadline for all of its pieces', async () => {
    const start = Date.now();
    let calls = 0;
    // The first drain makes room for a second piece, and its end for a third one,
    // after 1,000 ms. The fourth has 500 ms left then, and room comes only after
    // 2,000: with a wait of its own it would be accepted.
    await pieces.send(() => {
      calls++;
      if (calls === 1) stayUntil(start, 1000);
      if (calls === BOUND + 1) stayUntil(start, 2000);
    }, 4 * BOUND, BOUND, WAIT);
    assert.deepStrictEqual(pieces.result(), ['TSFN_TIMED_OUT', 3 * BOUND]);
    assert.strictEqual(calls, 3 * BOUND);
  });
});
