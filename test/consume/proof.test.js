// SPDX-License-Identifier: MIT
'use strict';

// A published addon, linked with the drop-in layer by one line more in its
// binding.gyp, survives the ends of its workers (tools/proof.js). How it does
// on the host's own functions is printed, and is no matter of this test.

const assert = require('node:assert');
const path = require('node:path');
const { createProof, proofMissing, runTimes } = require('../../tools/proof');
const { hostNode, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const { removeConsumer } = require('./consumer');

const TIMES = 5;

describe('@parcel/watcher with the drop-in layer', function () {
  this.timeout(600000);
  let folder;

  before(function () {
    const missing = proofMissing();
    if (missing) skip(this, missing);
    // Without optimization: its regular expressions take a minute with it.
    folder = createProof({ CXXFLAGS: '-O0' });
  });

  after(() => folder && removeConsumer(folder));

  it('hears of every change, and goes on after its workers have ended', async () => {
    const host = await runTimes(TIMES, hostNode, path.join(folder, 'host.node'));
    console.log(`      the host's own: ${host.text}`);
    const { bad } = await runTimes(TIMES, hostNode, path.join(folder, 'dropin.node'));
    assert.deepStrictEqual(bad.map(({ end, result }) => `${end}: ${say(result)}`), []);
  });
});
