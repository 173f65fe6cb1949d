// SPDX-License-Identifier: MIT
'use strict';

const reasons = new WeakMap();
const leftOut = new WeakSet();

// skip(this, 'no python3'): in a test or in a before hook (of the whole suite).
function skip(context, reason) {
  const runnable = context.runnable();
  reasons.set(runnable.type === 'hook' ? runnable.parent : runnable, reason);
  context.skip();
}

// The host under test lacks what the test asks for: not a failure in CI, as a
// skip is. See host.js.
function leaveOut(context, test, reason) {
  reasons.set(test, reason);
  leftOut.add(test);
  context.skip();
}

const isLeftOut = (test) => leftOut.has(test);

function skipReason(test) {
  for (let node = test; node; node = node.parent) {
    if (reasons.has(node)) return reasons.get(node);
  }
  return 'no reason was given';
}

module.exports = { isLeftOut, leaveOut, skip, skipReason };
