// SPDX-License-Identifier: MIT
'use strict';

// From the samples of a case to the rows of the report:
//
//   { scenario, params, ours, peer, peer_name, unit, ratio, spread, target,
//     reached, certain, node }
//
// `ours` and `peer` are medians in `unit`, or a word: 'never finishes', 'not
// built'. `ratio` is peer / ours, null where one of them is a word. `spread`
// has the quartiles of both, the 95% interval of the ratio, and how many
// rounds there were.

const { ratioInterval, ratioOf, summarize } = require('./statistics');
const { judge } = require('./targets');

const METRICS = {
  time: { key: 'ns', unit: 'ns' },
  item: { key: 'ns', unit: 'ns/item' },
  wake: { key: 'ns', unit: 'us', per: 1000 },
  cpu: { key: 'cpu', unit: 'CPU ns/item', params: { measure: 'CPU' } },
  million: { key: 'cpu', unit: 'CPU s/million', per: 1000 },
  memory: { key: 'bytes', unit: 'B/item' },
  peak: { key: 'bytes', unit: 'MiB', per: 1 << 20 },
  delay: { key: 'ms', unit: 'ms' },
};

function valuesOf(result, { key, per = 1 }) {
  return result.samples.map((sample) => sample[key] / per);
}

function compare(ours, peer, metric) {
  const mine = valuesOf(ours, metric);
  const theirs = valuesOf(peer, metric);
  const my = mine.length > 0 ? summarize(mine) : null;
  const their = theirs.length > 0 ? summarize(theirs) : null;
  const both = my !== null && their !== null && !ours.state && !peer.state;
  return {
    ours: ours.state || my.median,
    peer: peer.state || their.median,
    ratio: both ? ratioOf(mine, theirs) : null,
    spread: {
      ours: my && my.spread,
      peer: their && their.spread,
      ratio: both ? ratioInterval(mine, theirs) : null,
      rounds: mine.length,
    },
  };
}

// Who is compared with whom: ours with each other one, unless the case says.
function pairsOf({ contenders, pairs }) {
  if (pairs) return pairs;
  const peers = Object.keys(contenders).filter((name) => name !== 'ours');
  return peers.map((peer) => ({ ours: 'ours', peer, name: peer, params: {} }));
}

function makeRows(scenario, item, results, node) {
  return pairsOf(item).flatMap((pair) =>
    (item.metrics || ['item']).map((name) => {
      const metric = METRICS[name];
      const { ours, peer, ratio, spread } = compare(
        results[pair.ours],
        results[pair.peer],
        metric,
      );
      const row = {
        scenario,
        params: { ...item.params, ...pair.params, ...metric.params },
        ours,
        peer,
        peer_name: pair.name,
        unit: metric.unit,
        ratio,
        spread,
      };
      return { ...row, ...judge(row, node), node };
    }),
  );
}

module.exports = { makeRows };
