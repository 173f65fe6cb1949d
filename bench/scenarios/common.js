// SPDX-License-Identifier: MIT
'use strict';

// What scenarios share. A case is
//
//   params      what sets it apart from the other cases, as the report says it
//   contenders  { ours, node, ... }: { library, measure, kind, ... } for the
//               worker (measures/) each
//   metrics     which of lib/rows.js the rows show; ['item'] without
//   apart, renew  see lib/contest.js
//   rounds      a function of the rounds that were asked for
//   limit       milliseconds for one sample; who takes longer never finishes
//   pairs       which contenders are compared, and under which name

const quick = !['', '0', undefined].includes(process.env.BENCH_QUICK);

// As many items as it takes for the fastest to run for some milliseconds.
const items = (count) => (quick ? Math.max(100, Math.round(count / 10)) : count);

const PEERS = ['node', 'node-addon-api'];

// Every library with the same job. `ours` and `peer` are added to those. `times`:
// ours gets so many times the items, so that a sample lasts about as long for
// each; waking the threads takes a tenth of a millisecond for all of them.
function everyone(job, { ours = {}, peer = {}, peers = PEERS, times = 1 } = {}) {
  const more = times === 1 ? {} : { count: job.count * times };
  const contenders = { ours: { library: 'ours', ...job, ...more, ...ours } };
  for (const library of peers) contenders[library] = { library, ...job, ...peer };
  return contenders;
}

module.exports = { everyone, items, quick };
