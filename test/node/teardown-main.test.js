// SPDX-License-Identifier: MIT
'use strict';

// Contracts 1, 3 and 5, for each way in which the process ends.

const assert = require('node:assert');
const { describe: tell } = require('../support/child');
const { rounds } = require('../support/scale');
const { checkBooks } = require('./teardown/stage');
const { suite } = require('./teardown/suite');

const file = require.resolve('./teardown/main-ends.js');
const scenarios = require(file);

function check(result, sentence) {
  const { ends, books } = scenarios[sentence];
  assert.strictEqual(result.signal || result.code, ends, tell(result));
  if (!books) return;
  const reports = result.stdout.trim().split('\n');
  assert.strictEqual(reports.length, 1, tell(result));
  books(checkBooks(JSON.parse(reports[0])));
}

// These are races between the process's end and its threads: again and again.
suite('teardown: main', file, { check, repeat: rounds(20) });
