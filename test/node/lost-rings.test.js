// SPDX-License-Identifier: MIT
'use strict';

// Deno's own thread-safe function loses one call of some 150,000, and then hears
// nothing for up to half a minute; ours, which is woken by it there, must not.

const assert = require('node:assert');
const { scale } = require('../support/driver');
const { host } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/lost-rings'));
const RINGS = host === 'deno' ? 600000 : Math.min(scale, 200000);

// In a child, whose timeout ends a wait for nothing.
describe('contract 4: no lost wake-ups, one by one', function () {
  this.timeout(60000);

  it(`${RINGS} calls, each when the one before was heard: all are heard`, async () => {
    assert.deepStrictEqual(await lives.linesOf('rings', { args: [RINGS], timeout: 25000 }), ['all were heard']);
  });
});
