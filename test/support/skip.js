// SPDX-License-Identifier: MIT
'use strict';

const reasons = new WeakMap();

// skip(this, 'no python3'): in a test or in a before hook (of the whole suite).
function skip(context, reason) {
  const runnable = context.runnable();
  reasons.set(runnable.type === 'hook' ? runnable.parent : runnable, reason);
  context.skip();
}

function skipReason(test) {
  for (let node = test; node; node = node.parent) {
    if (reasons.has(node)) return reasons.get(node);
  }
  return 'no reason was given';
}

module.exports = { skip, skipReason };
