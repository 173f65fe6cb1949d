// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert/strict');
const { ratioInterval, ratioOf, summarize } = require('../../bench/lib/statistics');

describe('the statistics of the bench', () => {
  it('give a ratio above 1 where ours is the smaller figure', () => {
    assert.equal(ratioOf([10, 10, 10], [250, 250, 250]), 25);
    assert.equal(ratioOf([20, 20, 20], [10, 10, 10]), 0.5);
  });

  it('take medians, so that one disturbed round changes nothing', () => {
    assert.equal(ratioOf([10, 11, 9000], [100, 110, 120]), 10);
  });

  it('give the quartiles as the spread', () => {
    assert.deepEqual(summarize([5, 1, 4, 2, 3]), { median: 3, spread: [2, 4] });
  });

  it('give an interval that is a point for rounds that are all the same', () => {
    assert.deepEqual(ratioInterval([2, 2, 2, 2], [6, 6, 6, 6]), [3, 3]);
  });

  it('give an interval around the ratio, the same one each time', () => {
    const ours = [10, 12, 9, 11, 10, 13, 10, 9, 11, 10, 12];
    const peer = ours.map((value, round) => value * 20 + (round % 3));
    const [low, high] = ratioInterval(ours, peer);
    assert.ok(low <= ratioOf(ours, peer) && ratioOf(ours, peer) <= high);
    assert.ok(low < high);
    assert.deepEqual(ratioInterval(ours, peer), [low, high]);
  });

  it('draw rounds as pairs: what slows both down does not widen the interval', () => {
    const ours = [10, 100, 1000, 10, 100];
    const peer = ours.map((value) => value * 7);
    const [low, high] = ratioInterval(ours, peer);
    assert.ok(Math.abs(low - 7) < 1e-9 && Math.abs(high - 7) < 1e-9);
  });
});
