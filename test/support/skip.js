// SPDX-License-Identifier: MIT
'use strict';

const reasons = new WeakMap();
const leftOut = new WeakSet();

const lineage = (test) => {
  const list = [];
  for (let node = test; node; node = node.parent) list.push(node);
  return list;
};

// skip(this, 'no python3'): in a test or in a before hook (of the whole suite).
function skip(context, reason) {
  const runnable = context.runnable();
  reasons.set(runnable.type === 'hook' ? runnable.parent : runnable, reason);
  context.skip();
}

// The host under test lacks what that test, or each test of that suite, asks for:
// not a failure in CI, as a skip is. See host.js.
function leaveOut(runnable, reason) {
  reasons.set(runnable, reason);
  leftOut.add(runnable);
}

const isLeftOut = (test) => lineage(test).some((node) => leftOut.has(node));

// The outermost: what a suite says goes for all of its tests.
function skipReason(test) {
  const node = lineage(test).reverse().find((each) => reasons.has(each));
  return node ? reasons.get(node) : 'no reason was given';
}

module.exports = { isLeftOut, leaveOut, skip, skipReason };
