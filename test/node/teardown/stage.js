// SPDX-License-Identifier: MIT
'use strict';

// What the scenarios of this folder have at hand: a stage for the main thread, the
// kinds of items, and what must be true of a workload's books.

const assert = require('node:assert');
const fs = require('node:fs');
const { Worker } = require('node:worker_threads');

const isWindows = process.platform === 'win32';

// What options.itemKind may be; the addon knows the names. The last two are records.
const itemKinds = ['convert', 'callJs', 'record', 'recordText'];
const isRecord = (itemKind) => itemKind.startsWith('record');

// What the main thread has at hand. `program` with `args` is what its workers run.
class Stage {
  constructor(program, args, addonPath) {
    Object.assign(this, { program, args, addonPath, reports: [], waiting: [] });
  }

  // The addon reports to this process instead of stdout, by the FIFOs that the
  // test has made (suite.js): it asks C for the names, and not every host shows
  // C what its process.env is set to. On Windows they are files (say.h).
  listen() {
    const reports = process.env.TEARDOWN_REPORT;
    // Read and write: no end of file when the last writer closes.
    const { O_RDWR, O_NONBLOCK = 0 } = fs.constants;
    this.fd = fs.openSync(reports, O_RDWR | O_NONBLOCK);
    this.rest = '';
    this.timer = setInterval(() => this.read(), 1);
    return this;
  }

  // Asked for again and again: a net.Socket takes a FIFO on Node only.
  read() {
    const buffer = Buffer.alloc(1 << 16); // what a FIFO holds
    let size;
    try {
      size = fs.readSync(this.fd, buffer);
    } catch (error) {
      if (error.code === 'EAGAIN') return;
      throw error;
    }
    const lines = (this.rest + buffer.toString('utf8', 0, size)).split('\n');
    this.rest = lines.pop();
    this.reports.push(...lines.map((line) => JSON.parse(line)));
    this.match();
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
    const go = process.env.TEARDOWN_GO;
    while (isWindows && !fs.existsSync(`${go}.waits`));
    fs.closeSync(fs.openSync(go, 'w'));
  }

  start(workerData) {
    const worker = new Worker(this.program, { argv: this.args, workerData });
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
    clearInterval(this.timer);
    if (this.fd !== undefined) fs.closeSync(this.fd);
  }
}

// The books of a workload (books.h): every accepted item completed once, in order,
// before the one finalize, which came before the one free_context.
function checkBooks(books, mayDrop = false) {
  const sum = Object.values(books.completed).reduce((a, b) => a + b);
  const { accepted, disordered, missing, finalized, unexpected } = books;
  assert.deepStrictEqual(
    { accepted, disordered, missing, finalized, unexpected },
    { accepted: sum, disordered: 0, missing: 0, finalized: 1, unexpected: 0 },
    JSON.stringify(books),
  );
  if (!mayDrop) assert.strictEqual(books.completed.DROPPED, 0);
  return books;
}

// Whether a scenario's addon reports to its main thread.
function listens(scenario) {
  return scenario.worker !== undefined && scenario.listens !== false;
}

module.exports = { Stage, checkBooks, isRecord, itemKinds, listens };
