// SPDX-License-Identifier: MIT
'use strict';

// Which target a row has, and whether it is reached. `certain` is false where
// the interval of the ratio has the target inside.

const TARGETS = require('../targets');

const round = (number) => Number(number.toPrecision(3));

function fits(target, row, major) {
  const { scenario, peer = 'node', unit = row.unit, params = {}, node = [0, Infinity] } = target;
  return (
    scenario === row.scenario &&
    peer === row.peer_name &&
    unit === row.unit &&
    major >= node[0] &&
    major <= node[1] &&
    Object.entries(params).every(([name, value]) => row.params[name] === value)
  );
}

function textOf(target, unit) {
  if (target.bound) return `at most ${target.bound}`;
  if (target.ratio !== undefined) return `${round(target.ratio)}x`;
  if (target.most !== undefined) return `<= ${target.most} ${unit}`;
  return target.finishes ? 'finishes' : `<= peer + ${target.plus} ${unit}`;
}

function isReached(target, { ours, peer, ratio }) {
  if (typeof ours !== 'number') return false;
  if (target.ratio !== undefined) return ratio === null || ratio >= target.ratio;
  if (target.most !== undefined) return ours <= target.most;
  return target.finishes === true || ours <= peer + target.plus;
}

// `node` is a version, 'v20.1.2'.
function judge(row, node, targets = TARGETS) {
  const major = Number(node.replace(/^v/, '').split('.')[0]);
  const target = targets.find((each) => fits(each, row, major));
  if (target === undefined) return { target: null, reached: null, certain: null };
  const text = textOf(target, row.unit);
  if (row.ours === 'not built') return { target: text, reached: null, certain: null };
  const interval = target.ratio !== undefined && row.spread.ratio;
  const certain = !interval || target.ratio <= interval[0] || target.ratio > interval[1];
  return { target: text, reached: isReached(target, row), certain };
}

module.exports = { judge };
