// SPDX-License-Identifier: MIT
'use strict';

// node terminate-rounds.js MODE ADDON ROUNDS FIRST: worker.terminate() while
// four threads call, ROUNDS times, each with a worker of its own; the addon is
// loaded in the workers only. Then waits until all memory of the functions is
// given back, and prints the sums of the books as JSON.
//
//   running   the callback runs: it has run some times and goes on, or it is
//             inside its one endless run
//   parked    the loop is busy in the callback, and all four threads wait for
//             room in the queue

const { parentPort, isMainThread, workerData } = require('node:worker_threads');
const { delivery: deliveries } = require('../../support/enums');
const { Stage, checkBooks, isRecord, itemKinds } = require('./stage');

const { EACH, LATEST } = deliveries;
const deliveryNames = Object.values(deliveries);
const nth = (list, n) => list[n % list.length];

const [, , mode, addonPath, rounds, first] = process.argv;

const options = {
  running: (round) => ({
    bound: [4, 64, 1024, 0][round % 4],
    limit: [0, 0, 0, 50000][round % 4],
    wait: [-1, 0, 1, -1][Math.floor(round / 4) % 4],
    itemKind: nth(itemKinds, Math.floor(round / 3)),
    delivery: nth(deliveryNames, round),
    many: round % 3 === 1,
    spawns: round % 5 === 0,
    callsBefore: [1, 2, 30, 500][Math.floor(round / 2) % 4],
    isEndless: round % 2 === 0,
  }),
  parked: (round) => ({
    bound: [1, 2, 4, 64][round % 4],
    wait: round % 3 === 0 ? 60000 : -1,
    itemKind: nth(itemKinds, round),
    delivery: nth(deliveryNames, Math.floor(round / 4)),
    many: round % 5 === 1,
    spawns: round % 7 === 0,
  }),
};

function runWorker() {
  const addon = require(addonPath);
  const settings = workerData;
  if (settings === 'memory') {
    // The last thread frees the handle just after its report.
    while (addon.memory() !== 0);
    return;
  }
  let calls = 0;
  function whileRunning() {
    calls++;
    if (calls !== settings.callsBefore) return;
    parentPort.postMessage('running');
    while (settings.isEndless);
  }
  function whileParked() {
    while (addon.stats(workload).blocked < 4);
    parentPort.postMessage('parked');
    for (;;);
  }
  const callback = mode === 'running' ? whileRunning : whileParked;
  const workload = addon.start(callback, { threads: 4, ...settings });
}

async function runMain() {
  const sum = { rounds: 0, accepted: 0, completed: {} };
  const stage = new Stage(__filename, [mode, addonPath], addonPath).listen();
  for (let round = Number(first); sum.rounds < Number(rounds); round++) {
    const settings = options[mode](round);
    if (!isRecord(settings.itemKind)) settings.delivery = EACH;
    if (settings.delivery !== EACH) settings.callsBefore = 1;
    const worker = stage.start(settings);
    await worker.heard();
    await worker.terminate();
    const mayDrop = settings.delivery === LATEST;
    const books = checkBooks(await stage.next('freed'), mayDrop);
    sum.rounds++;
    sum.accepted += books.accepted;
    for (const [how, count] of Object.entries(books.completed)) {
      sum.completed[how] = (sum.completed[how] || 0) + count;
    }
  }
  await stage.start('memory').ended;
  stage.close();
  console.log(JSON.stringify(sum));
}

if (isMainThread) runMain();
else runWorker();
