// SPDX-License-Identifier: MIT
'use strict';

// JavaScript's answer to a thread, and a thread's answer to JavaScript.

const { items, quick } = require('./common');

const ask = (library, more) => ({ library, measure: 'ask', kind: 'ask', ...more });

// A sample is the median of so many round trips. Where the two threads run is the
// scheduler's choice, for each sample anew: so there are many samples.
const ASKS = { count: quick ? 50 : 200 };

const oneByOne = {
  params: { threads: 1 },
  metrics: ['wake'],
  rounds: (rounds) => rounds * 20,
  renew: 35,
  contenders: {
    ours: ask('ours', ASKS),
    'two bare wakes': ask('uv', { ...ASKS, isBare: true }),
    node: ask('node', ASKS),
  },
};

const TICKETS = items(10_000);
const all = { count: TICKETS, run: TICKETS };

// A sample takes a few milliseconds, and in the first ones the engine still compiles.
const tickets = {
  rounds: (rounds) => rounds * 5,
  params: { threads: 1, tickets: TICKETS },
  contenders: { ours: ask('ours', all), node: ask('node', all) },
};

const PROMISES = items(10_000);

// What the promises themselves cost by Node-API, in any way.
const WAYS = { ours: 'ours', node: 'node', 'no thread': 'none' };

const settle = (threads, more) => ({
  params: { threads, promises: PROMISES },
  contenders: Object.fromEntries(Object.entries(WAYS).map(([name, library]) =>
    [name, { library, measure: 'promises', threads, count: PROMISES, ...more }])),
});

const outstanding = {
  ...settle(1, { warmsUp: true }),
  params: { threads: 1, promises: PROMISES, measure: 'memory' },
  metrics: ['memory'],
  apart: 'samples',
};

module.exports = [
  { name: 'ask', cases: [oneByOne] },
  { name: 'ask-tickets', cases: [tickets] },
  { name: 'promises', cases: [settle(1), settle(4), outstanding] },
];
