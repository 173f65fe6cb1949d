// SPDX-License-Identifier: MIT
'use strict';

// Items with something to carry. The peer allocates what it sends and copies it
// into a Buffer; ours is asked for both its ways: `bytes` (copied) and `owned`.

const { everyone, items } = require('./common');

const flood = { measure: 'flood', producers: 1 };

const strings = {
  params: { producers: 1, bound: 0, payload: '2 strings' },
  contenders: everyone({ ...flood, kind: 'strings', receiver: 'strings', count: items(100_000) }),
};

// A bound keeps what is on its way within a few MiB.
function bytes(payload, size, bound, count) {
  const job = { ...flood, receiver: 'bytes', size, bound, count: items(count) };
  return ['bytes', 'owned'].map((kind) => ({
    params: { producers: 1, bound, payload, kind },
    contenders: everyone(job, { ours: { kind }, peer: { kind: 'bytes' } }),
  }));
}

module.exports = [
  {
    name: 'payloads',
    cases: [
      strings,
      ...bytes('4 KiB', 4096, 1024, 20_000),
      ...bytes('1 MiB', 1 << 20, 16, 200),
    ],
  },
];
