// SPDX-License-Identifier: MIT
'use strict';

// Contracts 1, 3 and 5: worker.terminate() while four threads call. All of it is
// 200 rounds a way to wake the loop, in children of ten rounds (support/scale.js).

const assert = require('node:assert');
const { addon } = require('../support/build');
const { describe: tell } = require('../support/child');
const { lacks, reasons: { RUNS_ON } } = require('../support/host');
const { rounds: scaleRounds } = require('../support/scale');
const { runListening, wakes } = require('./teardown/suite');

const ROUNDS = 100; // of each mode; half of the rounds are the one, half the other
const ROUNDS_IN_CHILD = 10;
const file = require.resolve('./teardown/terminate-rounds.js');

async function playRounds(mode, wake, total) {
  const sum = { rounds: 0, accepted: 0 };
  for (let round = 0; round < total; round += ROUNDS_IN_CHILD) {
    const count = Math.min(ROUNDS_IN_CHILD, total - round);
    const result = await runListening(file, [mode, addon('teardown'), count, round], {
      env: { TSFN_WAKE: wake },
      timeout: 60000,
    });
    assert.strictEqual(result.code, 0, tell(result));
    const { rounds, accepted, completed } = JSON.parse(result.stdout);
    sum.rounds += rounds;
    sum.accepted += accepted;
    for (const [how, items] of Object.entries(completed)) {
      sum[how] = (sum[how] || 0) + items;
    }
  }
  const { rounds, accepted, ...completed } = sum;
  const completions = Object.values(completed).reduce((a, b) => a + b);
  const reasons = Object.entries(completed).map(([how, n]) => `${n} ${how}`);
  console.log(
    `      ${rounds} rounds: ${accepted} accepted = ${reasons.join(' + ')}`,
  );
  assert.strictEqual(rounds, total);
  assert.strictEqual(accepted, completions);
}

lacks({ deno: RUNS_ON }, describe)('teardown: terminate', () => {
  for (const wake of wakes) {
    it(`terminates while the callback runs (${wake})`, function () {
      this.timeout(600000);
      return playRounds('running', wake, scaleRounds(ROUNDS));
    });
    it(`terminates while producers are parked (${wake})`, function () {
      this.timeout(600000);
      return playRounds('parked', wake, scaleRounds(ROUNDS));
    });
  }
});
