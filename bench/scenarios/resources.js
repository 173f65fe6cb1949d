// SPDX-License-Identifier: MIT
'use strict';

// Memory, CPU and the loop's other events.

const { everyone, items, quick } = require('./common');

const number = { kind: 'number', receiver: 'numbers' };

// The peer's item is in its pointer, or it is what most authors do: allocated.
const memory = {
  params: { queued: items(1_000_000) },
  metrics: ['memory'],
  apart: 'samples',
  rounds: (rounds) => Math.min(rounds, 5),
  contenders: {
    ...everyone({ measure: 'memory', ...number, count: items(1_000_000) }, { peers: ['node'] }),
    'node, allocated': {
      library: 'node',
      measure: 'memory',
      ...number,
      kind: 'boxed',
      count: items(1_000_000),
    },
  },
};

const cpu = [1, 4].map((producers) => ({
  params: { producers, bound: 0 },
  metrics: ['million'],
  contenders: everyone({
    measure: 'flood',
    ...number,
    producers,
    count: items(400_000 / producers),
  }),
}));

// Milliseconds; with a timer each millisecond or two, its 99th percentile has
// a few hundred timers below it.
const DURATION = quick ? 300 : 1500;

// What a turn of ours may take: include/tsfn.h, budget_microseconds.
const TURN = 2;

const loopDelay = [0, 1024].map((bound) => {
  const job = { measure: 'loop-delay', kind: 'number', producers: 4, duration: DURATION };
  return {
    params: { producers: 4, bound },
    metrics: ['delay'],
    apart: 'children',
    warmUp: 1,
    limit: 10_000,
    rounds: (rounds) => Math.min(rounds, 5),
    contenders: {
      ours: { library: 'ours', ...job, bound },
      'the threads alone': { library: 'none', ...job },
      'the threads and a busy loop': { library: 'none', ...job, busy: TURN },
      node: { library: 'node', ...job, bound },
    },
  };
});

module.exports = [
  { name: 'memory', cases: [memory] },
  { name: 'cpu', cases: cpu },
  { name: 'loop-delay', cases: loopDelay },
];
