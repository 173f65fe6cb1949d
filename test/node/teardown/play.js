// SPDX-License-Identifier: MIT
'use strict';

// node play.js FILE SENTENCE ADDON: plays one of the scenarios that FILE exports;
// it has passed when the process exits with 0.
//
// A scenario is a way to end things, told by a sentence. Each runs in a process
// of its own; where it has a worker, the addon is loaded in the worker only, so
// that nothing but libtsfn keeps it in memory:
//
//   module.exports = {
//     'the sentence': {
//       worker(addon, workerData) { ... },   // in each worker
//       async main(stage) { ... },           // in the main thread
//     },
//   };
//
// What `main` leaves out: one worker, its exit, its books balanced. The addon
// reports to the main thread; with `listens: false`, and where there is no worker,
// to stdout. A scenario without a worker gets the addon: main(stage, addon).

const { isMainThread, workerData } = require('node:worker_threads');
const { Stage, checkBooks, listens } = require('./stage');

const [, , file, sentence, addonPath] = process.argv;

async function oneWorker(stage) {
  await stage.start().ended;
  checkBooks(await stage.next('freed'));
}

function playMain(scenario) {
  const stage = new Stage(__filename, [file, sentence, addonPath], addonPath);
  if (!scenario.worker) {
    scenario.main(stage, require(addonPath));
    return;
  }
  if (listens(scenario)) stage.listen();
  (scenario.main || oneWorker)(stage).finally(() => stage.close());
}

const scenario = require(file)[sentence];
if (isMainThread) playMain(scenario);
else scenario.worker(require(addonPath), workerData);
