// SPDX-License-Identifier: MIT
'use strict';

// A call_js of the author's for each item: the same C function on both sides.
// The host's own runs microtasks after each item in both cases.

const { everyone, items } = require('./common');

const job = { measure: 'flood', producers: 1, count: items(200_000) };

module.exports = [
  {
    name: 'call-js-per-drain',
    cases: [
      {
        params: { producers: 1, bound: 0 },
        contenders: everyone(
          { ...job, receiver: 'numbers' },
          { ours: { kind: 'call-js' }, peer: { kind: 'number' } },
        ),
      },
    ],
  },
  {
    name: 'call-js-per-call',
    cases: [
      {
        params: { producers: 1, bound: 0 },
        contenders: everyone(
          { ...job, receiver: 'stores' },
          { ours: { kind: 'call-js-per-call' }, peer: { kind: 'number' } },
        ),
      },
    ],
  },
];
