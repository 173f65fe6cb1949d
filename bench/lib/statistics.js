// SPDX-License-Identifier: MIT
'use strict';

// What a list of samples says.

const { median, quantile, sampleWithReplacement } = require('simple-statistics');

const RESAMPLES = 2000;

// A fixed seed: the same samples have the same interval (mulberry32).
function makeRandom(seed = 1) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// { median, spread: [first quartile, third quartile] }
function summarize(values) {
  return { median: median(values), spread: [quantile(values, 0.25), quantile(values, 0.75)] };
}

// peer / ours, of their medians: above 1, ours is faster or smaller.
function ratioOf(ours, peer) {
  return median(peer) / median(ours);
}

// 95% bootstrap interval of ratioOf. Rounds are drawn as pairs: what disturbed
// a round disturbed both.
function ratioInterval(ours, peer) {
  const random = makeRandom();
  const pairs = ours.slice(0, peer.length).map((value, round) => [value, peer[round]]);
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const drawn = sampleWithReplacement(pairs, pairs.length, random);
    return ratioOf(
      drawn.map(([value]) => value),
      drawn.map(([, value]) => value),
    );
  });
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

module.exports = { ratioInterval, ratioOf, summarize };
