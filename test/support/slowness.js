// SPDX-License-Identifier: MIT
'use strict';

// How many times as long as here things may take on a machine that is emulated,
// by the environment variable TEST_SLOWNESS: each timeout, of a child (child.js) and
// of a test, is multiplied by it. Mocha loads this file before the tests
// (.mocharc.json). A test that sets its own timeout when it runs does it itself.

const slowness = Number(process.env.TEST_SLOWNESS) || 1;

const mochaHooks = {
  beforeEach() {
    const test = this.currentTest;
    test.timeout(test.timeout() * slowness);
  },
};

module.exports = { slowness, mochaHooks };
