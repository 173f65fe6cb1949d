// SPDX-License-Identifier: MIT
'use strict';

// Workers watch a folder each, one worker after another, and end without an
// unsubscribe: every other one is terminated, the others call process.exit().
// Files go on changing in the folders of the workers that have ended, so the
// addon's thread goes on calling their thread-safe functions.
//
//   node scenario.js ADDON    beside ADDON stand the package's JavaScript files
//
// Prints one line once every change was heard and every worker has ended.

const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const WORKERS = 4;
// A second call on a function that has ended is where the host's own fails.
const CHANGES = 3;

async function watch({ addon, folder }) {
  const { createWrapper } = require(path.join(path.dirname(addon), 'wrapper.js'));
  await createWrapper(require(addon)).subscribe(folder, (err, events) => {
    if (err) throw err;
    // The main thread hears of it after this callback has returned, and so ends
    // no worker inside of one: the addon would not survive that on any host.
    setImmediate(() => parentPort.postMessage(events.map((event) => path.basename(event.path))));
  }, { backend: 'inotify' });
  parentPort.on('message', () => process.exit(0));
  parentPort.postMessage([]);
}

// Makes a change in each folder, and waits until the worker, which watches the
// last one, has heard of it. One at a time: the addon itself may lose a change
// that comes while it reports another (Watcher::triggerCallbacks).
async function makeChange(worker, heard, folders, name) {
  // A symbolic link is one event, so nothing is queued once it was heard.
  for (const folder of folders) fs.symlinkSync('nowhere', path.join(folder, name));
  while (!heard.has(name)) await once(worker, 'message');
}

async function main(addon) {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-proof-'));
  process.on('exit', () => fs.rmSync(base, { recursive: true, force: true }));
  const folders = [];
  for (let n = 0; n < WORKERS; n++) {
    folders.push(fs.mkdtempSync(path.join(base, 'worker-')));
    const worker = new Worker(__filename, { workerData: { addon, folder: folders[n] } });
    const heard = new Set();
    worker.on('message', (names) => names.forEach((name) => heard.add(name)));
    await once(worker, 'message');
    for (let change = 0; change < CHANGES; change++) await makeChange(worker, heard, folders, `${n}-${change}`);
    const ended = once(worker, 'exit');
    if (n % 2 === 0) worker.terminate();
    else worker.postMessage('exit');
    await ended;
  }
  console.log(`${WORKERS} workers heard of every change and ended`);
}

if (isMainThread) main(path.resolve(process.argv[2]));
else watch(workerData);
