// SPDX-License-Identifier: MIT
'use strict';

// A scenario is a way to end things, told by a sentence. Each runs in a process
// of its own; where it has a worker, the addon is loaded in the worker only, so
// that nothing but libtsfn keeps it in memory. A file of scenarios says
//
//   play(module, {
//     'the sentence': {
//       worker(addon, workerData) { ... },   // in each worker
//       async main(stage) { ... },           // in the main thread
//     },
//   });
//
// and node FILE SENTENCE ADDON plays one; it has passed when the process exits
// with 0. What `main` leaves out: one worker, its exit, its ledger balanced. The
// addon reports to the main thread; with `listens: false`, and where there is no
// worker, to stdout. A scenario without a worker gets the addon: main(stage, addon).

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { Worker, isMainThread, workerData } = require('node:worker_threads');

// What options.itemKind and options.delivery may be, as in the addon.
const kinds = { convert: 0, callJs: 1, record: 2, recordText: 3 };
const deliveries = { each: 0, batch: 1, columns: 2, latest: 3 };

// What the main thread has at hand.
class Stage {
  constructor(file, sentence, addonPath) {
    Object.assign(this, { file, sentence, addonPath, reports: [], waiting: [] });
  }

  // From here on the addon reports to this process instead of stdout.
  listen() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-teardown-'));
    const [reports, go] = ['reports', 'go'].map((name) =>
      path.join(this.folder, name),
    );
    execFileSync('mkfifo', [reports, go]);
    process.env.TEARDOWN_REPORT = reports;
    process.env.TEARDOWN_GO = go;
    // Read and write: no end of file when the last writer closes.
    const { O_RDWR, O_NONBLOCK } = fs.constants;
    const fd = fs.openSync(reports, O_RDWR | O_NONBLOCK);
    this.socket = new net.Socket({ fd, readable: true, writable: false });
    let rest = '';
    this.socket.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      this.reports.push(...lines.map((line) => JSON.parse(line)));
      this.match();
    });
    return this;
  }

  match() {
    this.waiting = this.waiting.filter(({ event, resolve }) => {
      const index = this.reports.findIndex((report) => report.event === event);
      if (index < 0) return true;
      resolve(this.reports.splice(index, 1)[0]);
      return false;
    });
  }

  // The next report of that event; each is given out once.
  next(event) {
    return new Promise((resolve) => {
      this.waiting.push({ event, resolve });
      this.match();
    });
  }

  // Lets the addon's threads go on that wait for it; blocks until they do wait.
  go() {
    fs.closeSync(fs.openSync(process.env.TEARDOWN_GO, 'w'));
  }

  start(workerData) {
    const worker = new Worker(this.file, {
      argv: [this.sentence, this.addonPath],
      workerData,
    });
    const errors = [];
    worker.on('error', (error) => errors.push(error));
    const messages = [];
    const readers = [];
    worker.on('message', (message) => {
      if (readers.length > 0) readers.shift()(message);
      else messages.push(message);
    });
    worker.heard = () =>
      messages.length > 0
        ? Promise.resolve(messages.shift())
        : new Promise((resolve) => readers.push(resolve));
    worker.ended = new Promise((resolve) =>
      worker.on('exit', (code) => resolve({ code, errors })),
    );
    return worker;
  }

  close() {
    if (this.socket) this.socket.destroy();
    if (this.folder) fs.rmSync(this.folder, { recursive: true });
  }
}

// One ledger of an addon's crew: every accepted item completed once, in order,
// before the one finalize, which came before the one free_context.
function checkLedger(ledger, mayDrop = false) {
  const sum = Object.values(ledger.completed).reduce((a, b) => a + b);
  const { accepted, disorder, finalized, unexpected } = ledger;
  assert.deepStrictEqual(
    { accepted, disorder, finalized, unexpected },
    { accepted: sum, disorder: 0, finalized: 1, unexpected: 0 },
    JSON.stringify(ledger),
  );
  if (!mayDrop) assert.strictEqual(ledger.completed.dropped, 0);
  return ledger;
}

async function oneWorker(stage) {
  await stage.start().ended;
  checkLedger(await stage.next('freed'));
}

function play(module, scenarios) {
  const [, script, sentence, addonPath] = process.argv;
  module.exports = scenarios;
  if (isMainThread && script !== module.filename) return; // a test lists them
  const scenario = scenarios[sentence];
  if (!isMainThread) {
    scenario.worker(require(addonPath), workerData);
    return;
  }
  const stage = new Stage(module.filename, sentence, addonPath);
  if (!scenario.worker) {
    scenario.main(stage, require(addonPath));
    return;
  }
  if (scenario.listens !== false) stage.listen();
  (scenario.main || oneWorker)(stage).finally(() => stage.close());
}

module.exports = { Stage, checkLedger, deliveries, kinds, play };
