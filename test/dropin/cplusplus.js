// SPDX-License-Identifier: MIT
'use strict';

// node cplusplus.js ADDON NAME: one use of node-addon-api, told line by line.

const [, , file, name] = process.argv;
const addon = require(file);
const tell = (...values) => console.log(values.length ? values[0] : 'nothing');
const accepted = () => process.on('exit', () => console.log(`accepted ${addon.accepted()}`));

console.log(addon.active() ? 'ours' : "the host's");

const uses = {
  untyped() {
    addon.untyped(tell);
    accepted();
  },
  typed() {
    addon.typed(tell, false, (freed) => console.log(`handed back ${freed}`));
    accepted();
  },
  aborted() {
    addon.typed(tell, true, (freed) => console.log(`handed back ${freed}`));
    accepted();
  },
  defaults() {
    addon.typedDefaults(tell);
    accepted();
  },
  without() {
    addon.typedWithout((count) => console.log(`called without ${count}`));
    accepted();
  },
  // Progress that has not been seen yet is replaced by the next.
  worker() {
    const seen = [];
    addon.worker(() => {
      const isGrowing = seen.every((n, index) => index === 0 || n > seen[index - 1]);
      console.log(isGrowing && seen.at(-1) === 100 ? 'the newest came' : seen.join());
      console.log('done');
    }, (n) => seen.push(n), 100);
  },
  queueWorker() {
    addon.queueWorker(() => console.log('done'), tell, 5);
  },
};

uses[name]();
