// SPDX-License-Identifier: MIT
'use strict';

// The lives of listeners.test.js: see test/support/lives.js.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { addon } = require('../../support/build');
const { hostNode } = require('../../support/child');
const { turn } = require('../../support/turn');

const file = addon('hold');
const events = ['uncaughtExceptionMonitor', 'beforeExit'];
const count = () => console.log(...events.map((event) => process.listenerCount(event)));

// Each load is an environment of its own.
function load() {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports;
}

exports.many = async () => {
  let warnings = 0;
  process.on('warning', () => { warnings++; });
  for (let i = 0; i < 20; i++) {
    const hold = load();
    hold.create(() => {});
    if (i === 0) count();
    hold.release();
  }
  count();
  await turn();
  console.log(`warnings ${warnings}`);
};

exports.gone = async () => {
  const hold = load();
  hold.create(() => {});
  count();
  hold.release();
  await turn();
  process.on('exit', () => {
    count();
    const ours = Object.getOwnPropertySymbols(process).filter((symbol) => /tsfn/.test(symbol.description));
    console.log(`symbols ${ours.length}`);
  });
};

exports.again = async () => {
  const hold = load();
  hold.create(() => {});
  count();
  hold.release();
  await turn();
  process.once('beforeExit', () => setImmediate(() => {
    count();
    hold.create(() => {
      console.log('called');
      hold.release();
    });
    count();
    hold.elsewhere('ref');
    hold.elsewhere('call');
  }));
  process.on('exit', count);
};

exports.whileMade = async () => {
  const { create } = require('../../support/driver');
  let called = 0;
  const signal = new AbortController().signal;
  Object.defineProperty(signal, 'aborted', {
    get() {
      process.emit('beforeExit', 0);
      return false;
    },
  });
  const fn = create(() => { called++; }, { signal });
  fn.fill(3, { way: 'empty' });
  await fn.close();
  console.log(`called ${called}`);
};

// A builder of snapshots. It keeps nothing of the addons itself: their functions
// cannot be in a snapshot.
exports.snapshot = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-snapshot-'));
  const script = path.join(folder, 'entry.js');
  fs.writeFileSync(script, `
    function load(file) {
      const module = { exports: {} };
      process.dlopen(module, file);
      return module.exports;
    }
    function callOnce(said) {
      const hold = load(${JSON.stringify(file)});
      hold.create(() => {
        said.push('called');
        hold.release();
      });
      hold.elsewhere('ref');
      hold.elsewhere('call');
    }
    function useStack(said) {
      load(${JSON.stringify(addon('stack'))}).use(() => said.push('used'), 'spawn', 0, 0);
    }
    const all = [];
    process.on('exit', () => process._rawDebug(all.sort().join(', ')));
    callOnce(all);
    useStack(all);
  `);
  const blob = path.join(folder, 'blob');
  const { status, stderr } = spawnSync(hostNode, ['--snapshot-blob', blob, '--build-snapshot', script], {
    encoding: 'utf8', timeout: 60000,
  });
  fs.rmSync(folder, { recursive: true });
  console.log(stderr.split(/\r?\n/).filter((line) => /^called|^used|fatal|not serialized/i.test(line)).join('\n'));
  console.log(status);
};
