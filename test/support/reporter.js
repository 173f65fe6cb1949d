// SPDX-License-Identifier: MIT
'use strict';

// Mocha's spec output, then each skip with its reason, then one closing line:
// `N passed, N failed, N skipped`. Where CI is set, a skip fails the run. A test
// that this host cannot run (host.js) is left out, and counted apart.
// TEST_REPORT, an environment variable, names a file that gets the counts of
// each test file as JSON, and what failed in it.

const fs = require('node:fs');
const path = require('node:path');
const { reporters } = require('mocha');
const { root } = require('./build');
const { isCI: skipsFail } = require('./scale');
const { isLeftOut, skipReason } = require('./skip');

const failureLine = (test, error) =>
  `${test.fullTitle()}: ${String(error && error.message).replace(/\s+/g, ' ').slice(0, 300)}`;

class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    this.skipped = [];
    this.leftOut = [];
    this.files = {};
    runner.on('pass', (test) => this.count(test, 'passed'));
    runner.on('fail', (test, error) => this.count(test, 'failed').push(failureLine(test, error)));
    runner.on('pending', (test) => {
      const result = isLeftOut(test) ? 'leftOut' : 'skipped';
      this[result].push(test);
      this.count(test, result);
    });
  }

  count(test, result) {
    const file = path.relative(root, test.file || 'unknown').split(path.sep).join('/');
    this.files[file] = this.files[file] || { passed: 0, failed: 0, skipped: 0, leftOut: 0, failures: [] };
    this.files[file][result]++;
    return this.files[file].failures;
  }

  epilogue() {
    const { passes, failures } = this.stats;
    if (failures > 0) reporters.Base.list(this.failures);
    for (const test of this.leftOut) {
      console.log(`  left out: ${test.fullTitle()}: ${skipReason(test)}`);
    }
    for (const test of this.skipped) {
      console.log(`  skipped: ${test.fullTitle()}: ${skipReason(test)}`);
    }
    // Once more, in a line each: whoever sees only the end of a log sees these.
    for (const { failures: lines } of Object.values(this.files)) {
      for (const line of lines) console.log(`  failed: ${line}`);
    }
    if (skipsFail && this.skipped.length > 0) {
      console.log('  CI is set: a skip fails the run.');
    }
    console.log(
      `${passes} passed, ${failures} failed, ${this.skipped.length} skipped`,
    );
  }

  done(failures, exit) {
    const { TEST_REPORT } = process.env;
    if (TEST_REPORT) fs.writeFileSync(TEST_REPORT, JSON.stringify(this.files));
    if (this.stats.tests === 0) console.error('No test was run.');
    const nothing = this.stats.tests === 0 ? 1 : 0;
    exit(failures + nothing + (skipsFail ? this.skipped.length : 0));
  }
}

module.exports = Reporter;
