// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert/strict');
const { makeRows } = require('../../bench/lib/rows');
const { formatTable } = require('../../bench/lib/table');
const { draw } = require('../../bench/lib/picture');

const NODE = 'v20.1.2';
const samples = (values) => ({ samples: values.map((ns) => ({ ns, cpu: ns * 2 })) });
const never = { state: 'never finishes', samples: [] };
const missing = { state: 'not built', samples: [] };

function rowsOf(results, item = {}, scenario = 'each-number', node = NODE) {
  const contenders = Object.fromEntries(Object.keys(results).map((name) => [name, {}]));
  const params = { producers: 1, bound: 0 };
  return makeRows(scenario, { params, contenders, ...item }, results, node);
}

describe('a row of the bench', () => {
  it('has the fields that build/bench.json promises', () => {
    const [row] = rowsOf({ ours: samples([8, 8, 8]), node: samples([240, 240, 240]) });
    assert.deepEqual(row, {
      scenario: 'each-number',
      params: { producers: 1, bound: 0 },
      ours: 8,
      peer: 240,
      peer_name: 'node',
      unit: 'ns/item',
      ratio: 30,
      spread: { ours: [8, 8], peer: [240, 240], ratio: [30, 30], rounds: 3 },
      target: '25x',
      reached: true,
      certain: true,
      node: NODE,
    });
  });

  it('comes for each peer and each metric, with units of its own', () => {
    const results = { ours: samples([1]), node: samples([2]), other: samples([3]) };
    const rows = rowsOf(results, { metrics: ['item', 'cpu'] });
    assert.deepEqual(
      rows.map(({ peer_name: peer, unit, ratio }) => [peer, unit, ratio]),
      [
        ['node', 'ns/item', 2],
        ['node', 'CPU ns/item', 2],
        ['other', 'ns/item', 3],
        ['other', 'CPU ns/item', 3],
      ],
    );
    assert.deepEqual(rows[1].params, { producers: 1, bound: 0, measure: 'CPU' });
  });

  it('says that a peer never finishes, without a ratio', () => {
    const item = { params: { producers: 4, bound: 4 } };
    const [row] = rowsOf({ ours: samples([500]), node: never }, item, 'bounded');
    assert.equal(row.peer, 'never finishes');
    assert.equal(row.ours, 500);
    assert.equal(row.ratio, null);
    assert.equal(row.spread.ratio, null);
    assert.equal(row.target, 'finishes');
    assert.equal(row.reached, true);
  });

  it('does not count rounds of a peer that got stuck later', () => {
    const [row] = rowsOf({ ours: samples([1]), node: { ...samples([9]), state: 'never finishes' } });
    assert.equal(row.ratio, null);
  });

  it('is not reached where ours never finishes', () => {
    const item = { params: { producers: 4, bound: 4 } };
    const [row] = rowsOf({ ours: never, node: samples([500]) }, item, 'bounded');
    assert.equal(row.reached, false);
  });

  it('says what is not built, which is neither reached nor missed', () => {
    const [row] = rowsOf({ ours: missing, node: samples([200]) }, {}, 'columns');
    assert.deepEqual(
      [row.ours, row.ratio, row.target, row.reached],
      ['not built', null, '25x', null],
    );
  });

  it('compares the pairs that a case names', () => {
    const results = { 'ours 1': samples([6000]), 'ours 10000': samples([6060]) };
    const pair = { ours: 'ours 10000', peer: 'ours 1', name: 'ours, 1 alive' };
    const item = {
      params: {},
      metrics: ['wake'],
      pairs: [{ ...pair, params: { functions: 10_000 } }],
    };
    const [row] = rowsOf(results, item, 'idle-functions');
    assert.equal(row.unit, 'us');
    assert.equal(row.ours, 6.06);
    assert.equal(row.target, 'at most 1.05x of it');
    assert.equal(row.reached, true);
  });
});

describe('the report of the bench', () => {
  const rows = [
    ...rowsOf({ ours: samples([8]), node: samples([240]) }),
    ...rowsOf({ ours: samples([100]), node: never }, { params: { producers: 4, bound: 4 } }, 'bounded'),
    ...rowsOf({ ours: missing, node: samples([240]) }, {}, 'columns'),
  ];

  it('prints each row with its target and whether it is reached', () => {
    const lines = formatTable(rows).split('\n');
    assert.match(lines[3], /each-number.*8\.00.*240.*node.*ns\/item.*30\.0x.*25x.*yes/);
    assert.match(lines[4], /bounded.*producers 4, bound 4.*100.*never finishes.*finishes.*yes/);
    assert.match(lines[5], /columns.*not built.*240.*25x.*-/);
  });

  it('draws the rows that have a ratio with the host', async () => {
    const svg = await draw(rows, 'a title');
    assert.match(svg, /^<svg /);
    assert.match(svg, /each-number: producers 1, bound 0/);
    assert.match(svg, /30\.0x/);
    assert.match(svg, /the host's never finishes/);
    assert.doesNotMatch(svg, /columns/);
  });

  it('draws a picture where there is nothing to draw', async () => {
    assert.match(await draw([], 'a title'), /^<svg /);
  });
});
