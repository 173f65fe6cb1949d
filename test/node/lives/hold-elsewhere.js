// SPDX-License-Identifier: MIT
'use strict';

// The lives of hold-elsewhere.test.js: see test/support/lives.js.

const { setTimeout } = require('node:timers');
const { Worker } = require('node:worker_threads');
const { addon } = require('../../support/build');
const hold = require(addon('hold'));

// The thread calls when nothing else is left to do: at 'beforeExit', or where the
// hold came first, after a time that nobody waits for.
exports.refThenCall = () => {
  let isCalled = false;
  hold.create(() => { isCalled = true; });
  console.log(hold.start());
  process.once('beforeExit', () => hold.go());
  setTimeout(() => hold.go(), 50).unref();
  process.on('exit', () => console.log(isCalled ? 'called' : 'ended before the call'));
};

exports.inWorker = () => {
  const worker = new Worker(`require(${JSON.stringify(__filename)}).refThenCall();`, { eval: true });
  worker.on('exit', (code) => console.log(`exit ${code}`));
};

exports.tooLate = () => {
  hold.create(() => {});
  process.on('exit', () => console.log(hold.elsewhere('ref')));
};

exports.goesOn = () => {
  hold.create(() => {
    console.log('called');
    hold.release();
  });
  process.once('beforeExit', () => {
    console.log('beforeExit');
    setTimeout(() => setTimeout(() => {
      console.log(hold.elsewhere('ref'));
      hold.elsewhere('call');
    }, 5), 5);
  });
};

// The program has put fake timers in their place before the first function, so that
// nothing but a turn of the loop tells that it goes on.
exports.fakeTimers = () => {
  globalThis.setTimeout = () => ({ unref() {} });
  hold.create((error, what) => {
    console.log(hold.elsewhere('ref'));
    hold.release();
  });
  process.once('beforeExit', () => {
    setTimeout(() => hold.elsewhere('call'), 5);
    setTimeout(() => {}, 500); // the loop lives until the call has come
  });
  process.on('exit', () => console.log('exit'));
};

exports.refAndUnref = () => {
  hold.create(() => {});
  console.log(hold.elsewhere('ref'));
  console.log(hold.elsewhere('unref'));
  process.on('exit', () => console.log('exit'));
};
