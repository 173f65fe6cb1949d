// SPDX-License-Identifier: MIT
'use strict';

// One ping at a time into a loop that sleeps.

const { items, quick } = require('./common');

// A sample is the median of so many pings; a ping takes 0.3 ms with its pause.
const PINGS = quick ? 30 : 100;

const ping = (library, more) => ({
  library,
  measure: 'ping',
  kind: 'number',
  count: PINGS,
  ...more,
});

const few = { count: PINGS / 10 };

const wake = {
  params: { functions: 1 },
  metrics: ['wake'],
  // A claim of 5% between noisy things. What else the machine does changes every
  // few milliseconds: so samples of a few pings, very many of them.
  rounds: (rounds) => rounds * 60,
  renew: 110,
  contenders: {
    ours: ping('ours', few),
    uv_async_send: ping('uv', few),
    node: ping('node', few),
    'node-addon-api': ping('node-addon-api', few),
    'eventfd floor': { measure: 'eventfd', ...few },
  },
};

const COUNTS = [1, 100, 1_000, 10_000];

// All in one process: what differs between processes is more than what is to be
// seen. The idle functions of one contender are gone when the next has its turn.
function makeIdle() {
  const contenders = {};
  const pairs = [];
  for (const functions of COUNTS) {
    for (const library of ['ours', 'node']) {
      contenders[`${library} ${functions}`] = ping(library, { functions });
    }
    const ours = `ours ${functions}`;
    pairs.push({ ours, peer: `node ${functions}`, name: 'node', params: { functions } });
    if (functions > 1) {
      pairs.push({ ours, peer: 'ours 1', name: 'ours, 1 alive', params: { functions } });
    }
  }
  return {
    params: {},
    metrics: ['wake'],
    rounds: (rounds) => rounds * 6,
    renew: 11,
    contenders,
    pairs,
  };
}

const first = (library) => ({ library, measure: 'first-create', kind: 'number' });

const CREATED = items(1000);
const create = (library) => ({ library, measure: 'create', kind: 'number', count: CREATED });
const shoot = (library) => ({ ...create(library), measure: 'one-shot' });

module.exports = [
  { name: 'wake-latency', cases: [wake] },
  { name: 'idle-functions', cases: [makeIdle()] },
  {
    name: 'first-create',
    cases: [
      {
        params: {},
        metrics: ['time'],
        apart: 'samples',
        contenders: {
          ours: first('ours'),
          node: first('node'),
          'node-addon-api': first('node-addon-api'),
        },
      },
    ],
  },
  {
    name: 'create',
    cases: [
      {
        params: { functions: CREATED },
        metrics: ['time'],
        contenders: {
          ours: create('ours'),
          node: create('node'),
          'node-addon-api': create('node-addon-api'),
        },
      },
    ],
  },  {
    name: 'one-shot',
    cases: [
      {
        params: { functions: CREATED },
        metrics: ['time'],
        contenders: {
          ours: shoot('ours'),
          node: shoot('node'),
          'node-addon-api': shoot('node-addon-api'),
        },
      },
    ],
  },
];
