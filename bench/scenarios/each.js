// SPDX-License-Identifier: MIT
'use strict';

// One call of the callback for each item, and columns beside it.

const { everyone, items } = require('./common');

const flood = { measure: 'flood', kind: 'number', receiver: 'numbers' };
// A hundred milliseconds of the host's own; ours gets ten times as many.
const COUNT = 400_000;
const TIMES = 10;
const RUN = 256; // items of one tsfn_call_many

const number = [1, 2, 4, 8].map((producers) => {
  const job = { ...flood, producers, count: items(COUNT / producers) };
  const contenders = everyone(job, { times: TIMES });
  if (producers === 1) {
    contenders['node-addon-api, untyped'] = { library: 'node-addon-api', ...job, kind: 'untyped' };
  }
  return { params: { producers, bound: 0 }, contenders };
});

const record = {
  params: { producers: 1, bound: 0 },
  contenders: everyone({
    measure: 'flood',
    kind: 'record',
    receiver: 'records',
    producers: 1,
    count: items(200_000),
  }),
};

// The host has neither runs nor columns: its own way to the same work is a call
// for each item.
function beside(ours, more = {}) {
  return {
    params: { producers: 1, bound: 0, ...(ours.run ? { run: ours.run } : {}), ...more },
    contenders: everyone(
      { ...flood, producers: 1, count: items(COUNT) },
      { ours, peers: ['node'], times: TIMES },
    ),
  };
}

// Fresh typed arrays for each call, as they are by default; and the same ones
// again, which options.reuse_columns asks for.
const columns = { kind: 'columns', receiver: 'columns' };
const reused = { kind: 'reused', receiver: 'columns' };

// Four functions with a callback and a producer each: whether one callback's
// speed is the other's loss.
const callbacks = {
  params: { producers: 4, bound: 0, functions: 4 },
  contenders: everyone({
    ...flood,
    receiver: 'other',
    functions: 4,
    producers: 4,
    count: items(COUNT / 4),
  }),
};

module.exports = [
  { name: 'each-number', cases: number },
  { name: 'each-record', cases: [record] },
  { name: 'each-call-many', cases: [beside({ run: RUN })] },
  { name: 'columns', cases: [beside(columns), beside(reused, { arrays: 'reused' })] },
  {
    name: 'columns-call-many',
    cases: [beside({ ...columns, run: RUN }), beside({ ...reused, run: RUN }, { arrays: 'reused' })],
  },
  { name: 'four-callbacks', cases: [callbacks] },
];
