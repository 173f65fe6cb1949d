// SPDX-License-Identifier: MIT
'use strict';

// A case with another build of the library in the place of its peers: each
// contender that is ours, beside the same of the tree BENCH_BEFORE, in turn, so
// that a change is seen on a machine whose speed changes from minute to minute.

const { BEFORE } = require('./libraries');

const OURS = ['ours', 'dropin'];

function withBefore(item) {
  const mine = Object.entries(item.contenders).filter(([, { library }]) => OURS.includes(library));
  const older = (name) => `${name}, before`;
  return {
    ...item,
    contenders: Object.fromEntries(mine.flatMap(([name, job]) => [
      [name, job],
      [older(name), { ...job, library: BEFORE + job.library }],
    ])),
    pairs: mine.map(([name]) => ({
      ours: name, peer: older(name), name: 'before', params: name === 'ours' ? {} : { contender: name },
    })),
  };
}

module.exports = { withBefore };
