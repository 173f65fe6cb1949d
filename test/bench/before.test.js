// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert/strict');
const { withBefore } = require('../../bench/lib/before');
const { makeRows } = require('../../bench/lib/rows');
const scenarios = require('../../bench/scenarios');

const job = { measure: 'flood', kind: 'number' };
const item = {
  params: { producers: 1 },
  contenders: {
    ours: { library: 'ours', ...job }, node: { library: 'node', ...job }, 'ours, 1 alive': { library: 'ours', ...job },
  },
};

describe('a case beside an older build', () => {
  it('has each contender of ours twice, and no peer', () => {
    const { contenders } = withBefore(item);
    assert.deepEqual(Object.keys(contenders), ['ours', 'ours, before', 'ours, 1 alive', 'ours, 1 alive, before']);
    assert.equal(contenders['ours, before'].library, 'before/ours');
    assert.equal(contenders['ours, before'].kind, 'number');
  });

  it('compares each with its older self: above 1 is faster than before', () => {
    const of = (ns) => ({ samples: [{ ns }, { ns }, { ns }] });
    const results = { ours: of(10), 'ours, before': of(15), 'ours, 1 alive': of(8), 'ours, 1 alive, before': of(4) };
    const rows = makeRows('each-number', withBefore(item), results, 'v20.0.0');
    assert.deepEqual(rows.map(({ params, peer_name: peer, ratio }) => [params, peer, ratio]), [
      [{ producers: 1 }, 'before', 1.5],
      [{ producers: 1, contender: 'ours, 1 alive' }, 'before', 0.5],
    ]);
  });

  it('is there for each scenario but the one of ways that were tried', () => {
    const without = scenarios.filter(({ cases }) => cases.some((each) => withBefore(each).pairs.length === 0));
    assert.deepEqual(without.map(({ name }) => name), ['strings']);
  });
});
