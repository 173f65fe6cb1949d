// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { judge } = require('../../bench/lib/targets');
const { makeRows } = require('../../bench/lib/rows');
const scenarios = require('../../bench/scenarios');
const targets = require('../../bench/targets');

const NAMES = [
  'each-number',
  'each-record',
  'each-call-many',
  'columns',
  'columns-call-many',
  'call-js-per-drain',
  'call-js-per-call',
  'dropin',
  'bounded',
  'wake-latency',
  'idle-functions',
  'memory',
  'loop-delay',
];

function rowOf(more) {
  const spread = { ratio: more.interval || null };
  return { params: {}, peer_name: 'node', unit: 'ns/item', ours: 1, peer: 1, ratio: 1, spread, ...more };
}

describe('a target of the bench', () => {
  it('depends on the version of Node', () => {
    const row = rowOf({ scenario: 'call-js-per-drain', ratio: 2.5, interval: [2.4, 2.6] });
    assert.deepEqual(judge(row, 'v18.20.8'), { target: '2x', reached: true, certain: true });
    assert.deepEqual(judge(row, 'v24.21.0'), { target: '3x', reached: false, certain: true });
  });

  it('is the host’s only, unless it names another peer', () => {
    const row = rowOf({ scenario: 'each-number', params: { producers: 1 }, ratio: 99 });
    assert.equal(judge({ ...row, peer_name: 'node-addon-api' }, 'v20.0.0').target, null);
    assert.equal(judge(row, 'v20.0.0').target, '25x');
  });

  it('is uncertain where the interval has it inside', () => {
    const row = rowOf({ scenario: 'each-record', params: { producers: 1 }, ratio: 11 });
    assert.equal(judge({ ...row, spread: { ratio: [9, 12] } }, 'v20.0.0').certain, false);
    assert.equal(judge({ ...row, spread: { ratio: [10, 12] } }, 'v20.0.0').certain, true);
  });

  it('can be a most, and a peer and something', () => {
    const memory = rowOf({ scenario: 'memory', unit: 'B/item', ours: 16.1, peer: 32, ratio: 2 });
    assert.equal(judge(memory, 'v20.0.0').reached, false);
    assert.equal(judge({ ...memory, ours: 16 }, 'v20.0.0').reached, true);
    const delay = { scenario: 'loop-delay', peer_name: 'the threads alone', unit: 'ms', ratio: 0.2 };
    assert.equal(judge(rowOf({ ...delay, ours: 5, peer: 1 }), 'v20.0.0').reached, true);
    assert.equal(judge(rowOf({ ...delay, ours: 5.1, peer: 1 }), 'v20.0.0').reached, false);
  });
});

describe('the scenarios of the bench', () => {
  it('have the names that are promised', () => {
    const names = scenarios.map(({ name }) => name);
    assert.deepEqual(
      NAMES.filter((name) => !names.includes(name)),
      [],
    );
  });

  it('have contenders whose measures exist', () => {
    for (const { name, cases } of scenarios) {
      for (const { contenders } of cases) {
        for (const { measure } of Object.values(contenders)) {
          const file = path.join(__dirname, '../../bench/measures', `${measure}.js`);
          assert.ok(fs.existsSync(file), `${name}: ${file}`);
        }
      }
    }
  });

  it('meet every target in some row', () => {
    const sample = { ns: 1, cpu: 1, bytes: 1, ms: 1 };
    const met = new Set();
    for (const { name, cases } of scenarios) {
      for (const item of cases) {
        const results = Object.fromEntries(
          Object.keys(item.contenders).map((key) => [key, { samples: [sample] }]),
        );
        for (const node of ['v20.0.0', 'v24.0.0']) {
          for (const row of makeRows(name, item, results, node)) {
            targets
              .filter((target) => judge(row, node, [target]).target !== null)
              .forEach((target) => met.add(target));
          }
        }
      }
    }
    assert.deepEqual(
      targets.filter((target) => !met.has(target)),
      [],
    );
  });
});
