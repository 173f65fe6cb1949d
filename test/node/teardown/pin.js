// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { parentPort } = require('node:worker_threads');
const { addon: pathOf } = require('../../support/build');
const { reasons: { UNLOAD } } = require('../../support/host');
const { checkBooks } = require('./stage');

// Asked of the system by an addon of its own, on the main thread.
const isLoaded = (file) => require(pathOf('images')).isLoaded(file);

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
      assert.ok(isLoaded(stage.addonPath));
      stage.go();
      checkBooks(await stage.next('freed'));
      assert.ok(isLoaded(stage.addonPath));
    },
  },

  'an addon whose functions have all ended stays': {
    worker(addon) {
      addon.start(() => {}, { threads: 1, limit: 1 });
    },
    async main(stage) {
      await stage.start().ended;
      checkBooks(await stage.next('freed'));
      assert.ok(isLoaded(stage.addonPath));
    },
  },

  'an addon that made no function goes with its worker, so the test can tell': {
    lacks: { 'bun deno': UNLOAD },
    worker() {},
    async main(stage) {
      await stage.start().ended;
      assert.ok(!isLoaded(stage.addonPath));
    },
  },
};
