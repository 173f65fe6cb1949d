// SPDX-License-Identifier: MIT
'use strict';

// Items with something to carry. The peer allocates what it sends and copies it
// into a Buffer; ours is asked for both its ways: `bytes` (copied) and `owned`.

const { everyone, items } = require('./common');

const flood = { measure: 'flood', producers: 1 };

const strings = (size) => ({
  params: { producers: 1, bound: 0, payload: `2 strings of ${size}` },
  contenders: everyone({ ...flood, kind: 'strings', receiver: 'strings', size, count: items(50_000) }, { times: 4 }),
});

// What is kept while the next items come.
const kept = (payload, size, count) => ({
  params: { producers: 1, bound: 1024, payload, kind: 'bytes', kept: 256 },
  contenders: everyone({ ...flood, kind: 'bytes', receiver: 'keptBytes', size, bound: 1024, count: items(count) },
    { times: 4 }),
});

// Ours with Buffers, beside ours with Uint8Arrays.
function buffers(payload, size, count) {
  const job = {
    ...flood, library: 'ours', receiver: 'keptBytes', size, bound: 1024, count: items(count) * 4,
  };
  return {
    params: { producers: 1, bound: 1024, payload, kind: 'buffer', kept: 256 },
    contenders: { ours: { ...job, kind: 'buffer' }, bytes: { ...job, kind: 'bytes' } },
  };
}

// A savefile is read on a thread, and each packet is an object of its own.
const PACKETS = 200_000;
const pcap = {
  params: { producers: 1, bound: 1024, packets: items(PACKETS), bytes: '60 to 1,500', kept: 256 },
  contenders: everyone(
    { ...flood, kind: 'packet', receiver: 'packets', bound: 1024, count: items(PACKETS) },
    { peers: ['node'] },
  ),
};

// The same packets in columns, without an object for each.
const scan = {
  params: { producers: 1, bound: 1024, packets: items(PACKETS), bytes: '60 to 1,500', delivery: 'packed columns' },
  contenders: {
    ours: { ...flood, library: 'ours', kind: 'packet-packed', receiver: 'packedPackets', bound: 1024, count: items(PACKETS) },
    columns: { ...flood, library: 'ours', kind: 'packet-columns', receiver: 'packetColumns', bound: 1024, count: items(PACKETS) },
    node: { ...flood, library: 'node', kind: 'packet', receiver: 'packets', bound: 1024, count: items(PACKETS) },
  },
};

// A bound keeps what is on its way within a few MiB.
function bytes(payload, size, bound, count) {
  const job = { ...flood, receiver: 'bytes', size, bound, count: items(count) };
  return ['bytes', 'owned'].map((kind) => ({
    params: { producers: 1, bound, payload, kind },
    contenders: everyone(job, { ours: { kind }, peer: { kind: 'bytes' } }),
  }));
}

// What a flood takes at the most, kept items included.
function peak(payload, size, bound, count, kinds) {
  const receiver = bound >= 256 ? 'keptBytes' : 'bytes';
  const job = { ...flood, measure: 'peak', receiver, size, bound, count: items(count) };
  return kinds.map((kind) => ({
    params: { producers: 1, bound, payload, kind, measure: 'peak' },
    metrics: ['peak'],
    apart: 'samples',
    contenders: everyone(job, { ours: { kind }, peer: { kind: 'bytes' }, peers: ['node'] }),
  }));
}

module.exports = [
  {
    name: 'peak',
    cases: [
      ...peak('64 B', 64, 1024, 400_000, ['bytes', 'buffer']),
      ...peak('1 KiB', 1024, 1024, 100_000, ['bytes']),
      ...peak('4 KiB', 4096, 1024, 50_000, ['bytes', 'owned']),
      ...peak('1 MiB', 1 << 20, 16, 400, ['bytes', 'owned']),
    ],
  },
  { name: 'pcap', cases: [pcap, scan] },
  {
    name: 'payloads',
    cases: [
      strings(12),
      strings(60),
      kept('16 B', 16, 50_000),
      kept('64 B', 64, 50_000),
      kept('256 B', 256, 50_000),
      kept('1 KiB', 1024, 30_000),
      kept('4 KiB', 4096, 20_000),
      kept('64 KiB', 65536, 2_000),
      buffers('64 B', 64, 50_000),
      buffers('1 KiB', 1024, 30_000),
      ...bytes('4 KiB', 4096, 1024, 20_000),
      ...bytes('1 MiB', 1 << 20, 16, 200),
    ],
  },
];
