// SPDX-License-Identifier: MIT
'use strict';

// worker.terminate() while the callback has a part of the items, in each mode.

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { delivery: deliveries } = require('../../support/enums');
const { checkBooks } = require('./stage');

const scenarios = {};

// The callback's nth call never returns. A workload's threads have all sent before.
function stuckAt(n) {
  let calls = 0;
  return () => {
    calls++;
    if (calls < n) return;
    parentPort.postMessage('looping');
    for (;;);
  };
}

const ITEMS = 500; // of each of four threads

for (const delivery of Object.values(deliveries)) {
  for (const [kindName, itemKind] of [['plain', 'record'], ['borrowing', 'recordText']]) {
    for (const [when, n] of [['first', 1], ['second', 2]]) {
      const title = `terminated in the ${when} call of TSFN_${delivery}, ${kindName} records`;
      scenarios[title] = {
        worker(addon) {
          addon.start(stuckAt(n), { threads: 4, bound: 100, limit: ITEMS, itemKind, delivery });
        },
        async main(stage) {
          const worker = stage.start();
          await worker.heard();
          assert.strictEqual(await worker.terminate(), 1);
          // The sums of the books: each accepted item completed once, in order.
          const isLatest = delivery === deliveries.LATEST;
          const { completed } = checkBooks(await stage.next('freed'), isLatest);
          if (n === 1) assert.strictEqual(completed.DELIVERED, 0);
          // What the host calls the end of the call is its own affair.
          assert.ok(completed.THREW + completed.CANNOT_RUN_JS >= 1, JSON.stringify(completed));
        },
      };
    }
  }
}

module.exports = scenarios;
