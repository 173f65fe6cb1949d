// SPDX-License-Identifier: MIT
'use strict';

// The figures to reach: one line for each claim. A row of the report is held to
// the first line that fits it: scenario, peer (the host's own unless said),
// unit where a case has several, every one of `params`, the major versions
// `node` (from, to).
//
//   ratio     peer / ours is at least this
//   most      ours is at most this, in the row's unit
//   plus      ours is at most the peer's and this
//   finishes  ours ends; that the peer does not is not our business
//   bound     the claim is a bound of a few per cent: see README, "reached"

const PER_CENT_5 = 1 / 1.05;

module.exports = [
  { scenario: 'each-number', params: { producers: 1 }, ratio: 25 },
  { scenario: 'each-number', params: { producers: 4 }, ratio: 10 },
  { scenario: 'each-call-many', params: { producers: 1 }, ratio: 30 },
  { scenario: 'each-record', params: { producers: 1 }, ratio: 10 },
  // Fresh arrays, the default; not the rows with reused ones.
  { scenario: 'columns', params: { producers: 1, arrays: undefined }, ratio: 25 },
  { scenario: 'columns-call-many', params: { producers: 1, arrays: undefined }, ratio: 70 },
  { scenario: 'call-js-per-drain', node: [0, 22], ratio: 2 },
  { scenario: 'call-js-per-drain', node: [24, Infinity], ratio: 3 },
  { scenario: 'call-js-per-call', node: [0, 20], ratio: 0.9 },
  { scenario: 'call-js-per-call', node: [22, Infinity], ratio: 1.3 },
  { scenario: 'dropin', params: { bound: 64 }, ratio: 4 },
  { scenario: 'dropin', params: { bound: 0 }, node: [0, 20], ratio: 0.9 },
  { scenario: 'dropin', params: { bound: 0 }, node: [22, Infinity], ratio: 1.3 },
  { scenario: 'bounded', params: { bound: 64, producers: 1 }, unit: 'ns/item', ratio: 5 },
  { scenario: 'bounded', params: { bound: 1024, producers: 1 }, unit: 'ns/item', ratio: 8 },
  { scenario: 'bounded', params: { bound: 64, producers: 1 }, unit: 'CPU ns/item', ratio: 1 },
  { scenario: 'bounded', params: { bound: 1024, producers: 1 }, unit: 'CPU ns/item', ratio: 1 },
  { scenario: 'bounded', params: { bound: 4, producers: 4 }, unit: 'ns/item', finishes: true },
  { scenario: 'wake-latency', peer: 'uv_async_send', ratio: PER_CENT_5, bound: '1.05x of it' },
  {
    scenario: 'idle-functions',
    peer: 'ours, 1 alive',
    params: { functions: 10_000 },
    ratio: PER_CENT_5,
    bound: '1.05x of it',
  },
  { scenario: 'payloads', params: { payload: '2 strings of 12' }, ratio: 6 },
  { scenario: 'payloads', params: { payload: '2 strings of 60' }, ratio: 5 },
  { scenario: 'payloads', peer: 'bytes', params: { kind: 'buffer' }, ratio: 1 / 1.2, bound: '1.2x of it' },
  { scenario: 'payloads', params: { payload: '16 B' }, ratio: 10 },
  { scenario: 'payloads', params: { payload: '64 B' }, ratio: 10 },
  { scenario: 'payloads', params: { payload: '256 B' }, ratio: 8 },
  { scenario: 'payloads', params: { payload: '1 KiB' }, ratio: 6 },
  { scenario: 'payloads', params: { payload: '4 KiB', kind: 'bytes', kept: 256 }, ratio: 4 },
  { scenario: 'payloads', params: { payload: '1 MiB' }, ratio: 2.5 },
  { scenario: 'peak', params: { payload: '1 MiB' }, ratio: 1 },
  { scenario: 'pcap', params: { kept: 256 }, ratio: 4 },
  { scenario: 'from-js', peer: 'by hand', ratio: 1 },
  { scenario: 'create', ratio: 1.2 },
  { scenario: 'one-shot', ratio: 1.3 },
  { scenario: 'memory', most: 16 },
  { scenario: 'ask', peer: 'two bare wakes', ratio: 1 / 1.3, bound: '1.3x of it' },
  { scenario: 'ask-tickets', ratio: 5 },
  // Time, and memory while none is settled.
  { scenario: 'promises', ratio: 10 },
  // The budget of 2 ms (include/tsfn.h, budget_microseconds) and 2 ms.
  { scenario: 'loop-delay', peer: 'the threads alone', plus: 4 },
];
