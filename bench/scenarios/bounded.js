// SPDX-License-Identifier: MIT
'use strict';

// Producers that wait for room. Several of them on the host's own queue may
// never finish, so those cases run in processes that can be ended.

const { everyone, items } = require('./common');

const job = { measure: 'flood', kind: 'number', receiver: 'numbers' };
const metrics = ['item', 'cpu'];

function one(bound, count) {
  return {
    params: { producers: 1, bound },
    metrics,
    contenders: everyone({ ...job, producers: 1, bound, count: items(count) }),
  };
}

function several(producers, bound, count) {
  return {
    params: { producers, bound },
    metrics,
    apart: 'children',
    limit: 10_000,
    contenders: everyone(
      { ...job, producers, bound, count: Math.round(items(count) / producers) },
      { peers: ['node'] },
    ),
  };
}

module.exports = [
  {
    name: 'bounded',
    cases: [
      one(1, 20_000),
      one(4, 50_000),
      one(64, 200_000),
      one(1024, 400_000),
      several(4, 4, 100_000),
      several(4, 64, 200_000),
    ],
  },
];
