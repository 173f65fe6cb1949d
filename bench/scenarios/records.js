// SPDX-License-Identifier: MIT
'use strict';

// Values from JavaScript: a declared record beside the same by hand.

const { items } = require('./common');

const job = { measure: 'records', count: items(50_000) };

module.exports = [
  {
    name: 'from-js',
    cases: [{
      params: { fields: 6 },
      contenders: {
        ours: { library: 'ours', ...job, way: 'declared' },
        'by hand': { library: 'by hand', ...job, way: 'byHand' },
      },
    }],
  },
];
