// SPDX-License-Identifier: MIT
'use strict';

// The JavaScript half of the addon test/node/addons/driver: functions as objects,
// and what must be true of each at its end, whatever the test was about.

const assert = require('node:assert');
const { addon, variant } = require('./build');
const enums = require('./enums');
const { items: scale } = require('./scale');
const { turn, until } = require('./turn');

const native = require(addon('driver'));

const FOREVER = -1;

const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

// What one function did, and what is to be checked of it. What was accepted of all
// its calls, on whichever thread, is counted where they are made.
class Fn {
  constructor(handle, finalized) {
    this.handle = handle;
    this.finalized = finalized;
  }

  // { way, producer, sequence, size, many, wait, code, text } -> the status
  send(message = {}) {
    return native.send(this.handle, message).status;
  }

  // The same -> { status, accepted }
  sendMany(message) {
    return native.send(this.handle, message);
  }

  // Items 0 to count - 1 by one thread, all of them accepted.
  fill(count, message = {}) {
    for (let sequence = 0; sequence < count; sequence++) {
      assert.strictEqual(this.send({ sequence, ...message }), 'TSFN_OK');
    }
  }

  // By name, on the loop thread or on one that is made for it.
  op(name) {
    return native.op(this.handle, name);
  }

  onThread(name) {
    return native.onThread(this.handle, name);
  }

  // The operations of every day; the others have op('name').
  acquire() { return this.op('acquire'); }
  release() { return this.op('release'); }
  abort() { return this.op('abort'); }
  ref() { return this.op('ref'); }
  unref() { return this.op('unref'); }
  is_closing() { return this.op('is_closing'); }
  context() { return this.op('context'); }
  call() { return this.op('call'); }
  call_many() { return this.op('call_many'); }
  call_with() { return this.op('call_with'); }
  call_error() { return this.op('call_error'); }
  call_pointer() { return this.op('call_pointer'); }
  call_record() { return this.op('call_record'); }

  // See plan.h of the addon. done: a promise; join() keeps the loop meanwhile.
  produce(plan) {
    const { team, done, status } = native.produce(this.handle, plan);
    assert.strictEqual(status, undefined);
    return { done, join: () => native.join(team) };
  }

  spawn(plan) {
    return native.spawn(this.handle, plan);
  }

  stats() {
    return native.stats(this.handle);
  }

  report() {
    return native.report(this.handle);
  }

  get accepted() {
    return this.report().accepted;
  }

  log() {
    return native.log(this.handle);
  }

  async drained() {
    await until(() => this.stats().queued === 0);
  }

  // After finalize and what follows it in the same turn.
  async ended() {
    await this.finalized;
    await turn();
  }

  async close() {
    assert.strictEqual(this.op('release'), 'TSFN_OK');
    await this.ended();
  }

  // True of each function at its end.
  check() {
    const report = this.report();
    const found = {
      finalized: report.finalized,
      freedContext: report.freedContext,
      queuedAtFinalize: report.queuedAtFinalize,
      completed: sum(report.completed),
      pointersFreed: report.pointersFreed,
      kept: report.allocations - report.releases,
    };
    assert.deepStrictEqual(found, {
      finalized: 1,
      freedContext: 1,
      queuedAtFinalize: 0,
      completed: report.accepted,
      pointersFreed: report.pointersMade,
      kept: variant === 'debug' ? 1 : 0, // the handle is never reused there
    });
    for (const wrong of ['corrupt', 'disordered', 'foreign', 'finalizedWrongly', 'badReleases']) {
      assert.strictEqual(report[wrong], 0, wrong);
    }
  }
}

function finalization(options) {
  let onFinalize;
  const finalized = new Promise((resolve) => { onFinalize = resolve; });
  const given = options.onFinalize;
  return {
    finalized,
    options: {
      ...options,
      onFinalize() {
        onFinalize();
        if (given) given();
      },
    },
  };
}

function create(callback, options = {}) {
  const { finalized, options: all } = finalization(options);
  return new Fn(native.create(callback, all), finalized);
}

// promise: the library's; started.fn: for report() and check().
function start(callback, options, plan) {
  const { finalized, options: all } = finalization(options);
  const { promise, handle } = native.start(callback, all, plan);
  return { promise, fn: new Fn(handle, finalized) };
}

// it('...', driven(async ({ create }) => { ... })): at the end all functions that
// the test made must have ended as every function does; the test ends them.
function driven(body) {
  return async function run() {
    const made = [];
    const note = (fn) => {
      made.push(fn);
      return fn;
    };
    await body.call(this, {
      create: (...args) => note(create(...args)),
      start(...args) {
        const started = start(...args);
        note(started.fn);
        return started;
      },
    });
    for (const fn of made) fn.check();
  };
}

// The errors that nobody caught meanwhile, in order.
async function uncaught(body) {
  const errors = [];
  const listeners = process.listeners('uncaughtException');
  const onError = (error) => errors.push(error);
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', onError);
  try {
    await body(errors);
  } finally {
    process.removeListener('uncaughtException', onError);
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
  return errors;
}

module.exports = {
  // EACH, BATCH, ..., VALUES_ONLY, PER_CALL, AS_ARGUMENTS: each its own name.
  ...enums.delivery,
  ...enums.errors,
  ...enums.microtasks,
  ...enums.passing,
  FOREVER,
  Fn,
  create,
  driven,
  enums,
  native,
  scale,
  start,
  sum,
  turn,
  uncaught,
  until,
  variant,
};
