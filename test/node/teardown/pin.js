// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const { parentPort } = require('node:worker_threads');
const { reasons: { UNLOAD } } = require('../../support/host');
const { checkBooks } = require('./stage');

function isMapped(file) {
  return fs.readFileSync('/proc/self/maps', 'utf8').includes(file);
}

module.exports = {
  'an addon that only an ended worker loaded stays, under its threads': {
    worker(addon) {
      const running = () => parentPort.postMessage('running');
      addon.start(running, { threads: 4, bound: 8, probes: true });
    },
    async main(stage) {
      const worker = stage.start();
      await worker.heard();
      await worker.terminate();
      assert.ok(isMapped(stage.addonPath));
      stage.go();
      checkBooks(await stage.next('freed'));
      assert.ok(isMapped(stage.addonPath));
    },
  },

  'an addon whose functions have all ended stays': {
    worker(addon) {
      addon.start(() => {}, { threads: 1, limit: 1 });
    },
    async main(stage) {
      await stage.start().ended;
      checkBooks(await stage.next('freed'));
      assert.ok(isMapped(stage.addonPath));
    },
  },

  'an addon that made no function goes with its worker, so the test can tell': {
    lacks: { 'bun deno': UNLOAD },
    worker() {},
    async main(stage) {
      await stage.start().ended;
      assert.ok(!isMapped(stage.addonPath));
    },
  },
};
