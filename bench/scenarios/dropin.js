// SPDX-License-Identifier: MIT
'use strict';

// One addon, the host's own adapter, linked twice: with the drop-in layer it is
// ours. Microtasks after each item on both sides; the receiver reads the store
// of the place of creation at every item.

const { everyone, items } = require('./common');

function one(producers, bound, count) {
  const job = {
    measure: 'flood', receiver: 'stores', kind: 'number', producers, bound,
    count: Math.round(items(count) / producers),
  };
  return {
    params: { producers, bound },
    contenders: everyone(job, { ours: { library: 'dropin' }, peers: ['node'] }),
  };
}

module.exports = [
  {
    name: 'dropin',
    cases: [one(1, 0, 200_000), one(4, 0, 200_000), one(1, 64, 200_000)],
  },
];
