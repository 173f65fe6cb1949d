// SPDX-License-Identifier: MIT
'use strict';

// Ways to bring a batch's strings into JavaScript: see docs/strings.md. Not
// beside a peer: what the library does (`ours`) beside what it could do.

const { items } = require('./common');

const { TEXTS } = require('../measures/strings');

// What src/record/joined.c does. A way's `how`: the bytes of a string that is cut,
// or 1 for latin1 and 2 for what C decodes.
const ours = {
  '12 bytes': { way: 'joined', how: 4096 },
  '60 bytes': { way: 'spread', how: 1 },
  'not ASCII': { way: 'spread', how: 2 },
};

const others = {
  'one by one': { way: 'each' },
  'one by one, latin1': { way: 'latin1' },
  'as arguments': { way: 'spread' },
  'as arguments, latin1': { way: 'spread', how: 1 },
  'as arguments, decoded': { way: 'spread', how: 2 },
  'joined, 256 B': { way: 'joined', how: 256 },
  'joined, 1 KiB': { way: 'joined', how: 1024 },
  'joined, 4 KiB': { way: 'joined', how: 4096 },
  'joined, 16 KiB': { way: 'joined', how: 16384 },
  'joined, 4 KiB, decoded': { way: 'joined', how: 4096, decodes: 1 },
};

function contenders(job) {
  const names = Object.keys(others).filter((name) =>
    job.text === 'not ASCII' ? !name.includes('latin1') : !name.includes('decoded'),
  );
  const all = [['ours', ours[job.text]], ...names.map((name) => [name, others[name]])];
  return Object.fromEntries(all.map(([name, how]) => [name, { measure: 'strings', ...job, ...how }]));
}

const time = TEXTS.map((text) => ({
  params: { text },
  contenders: contenders({ text, count: items(100_000) }),
}));

// Of all that came, each record or each hundredth is kept.
const memory = [1, 100].map((keep) => ({
  params: { text: '60 bytes', kept: `1 of ${keep}` },
  metrics: ['memory'],
  apart: 'samples',
  rounds: (rounds) => Math.min(rounds, 3),
  contenders: contenders({ text: '60 bytes', count: items(keep === 1 ? 300_000 : 1_000_000), keep }),
}));

module.exports = [{ name: 'strings', cases: [...time, ...memory] }];
