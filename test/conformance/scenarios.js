// SPDX-License-Identifier: MIT
'use strict';

// node scenarios.js ADDON NAME [ARGUMENT]: runs one scenario. What it says, one
// line each, is what conformance.test.js compares with its table.

const fs = require('node:fs');
const { AsyncLocalStorage, createHook, executionAsyncId } = require('node:async_hooks');
const { once } = require('node:events');
const { Worker, isMainThread, workerData } = require('node:worker_threads');
const { turn } = require('../support/turn');

const [, , file, name, argument] = isMainThread ? process.argv : workerData;
const napi = require(file);

// Not by the addon: in a handler of an uncaught exception the host's Node-API
// throws that exception out of every function of the addon.
const say = (text) => fs.writeSync(1, `${text}\n`);

const create = (callback, options = {}) =>
  napi.create({ callback, name: 'conformance', uses: 1, bound: 0, ...options });
const tell = (text) => (n) => say(`${text} ${n}`);
async function finalized(f) {
  while (!napi.numbers(f).finalized) await turn();
}

// Runs this file once more, in a worker.
function inWorker(scenario) {
  return new Worker(__filename, { workerData: [null, null, file, scenario, argument] });
}

// One of the crossed ones: threads send until they are done, one may go early or
// abort. Says what must hold for any of them.
async function runFlow({ title, bound, ...flow }) {
  const { threads } = flow;
  const last = Array(threads).fill(-1);
  let delivered = 0;
  let wrong = 0;
  const f = create((item) => {
    const thread = Math.floor(item / 1e6);
    if (item % 1e6 !== last[thread] + 1) wrong++;
    last[thread] = item % 1e6;
    delivered++;
  }, { bound, uses: threads, quiet: 1 });
  napi.start(f, flow);
  await finalized(f);
  const { accepted, undelivered, refused } = napi.numbers(f);
  const lost = accepted - delivered - undelivered;
  const end = flow.abort ? `stopped ${refused < threads}` : `delivered ${delivered}`;
  say(`${title}: out of order ${wrong}, lost ${lost}, ${end}`);
}

// --- calls ----------------------------------------------------------------------

const scenarios = {
  async 'calls arrive in order'() {
    const f = create(tell('item'));
    for (let n = 1; n <= 3; n++) say(`call ${napi.call(f, n)}`);
    say('returned');
    say(`release ${napi.release(f)}`);
  },

  async 'a full queue'() {
    const f = create(tell('item'), { bound: 2 });
    say(`call ${napi.call(f, 1)} ${napi.call(f, 2)} ${napi.call(f, 3)}`);
    await turn();
    say(`call ${napi.call(f, 4)}`);
    napi.release(f);
  },

  async 'blocking on the loop thread'() {
    const f = create(tell('item'), { bound: 1 });
    say(`call ${napi.call(f, 1, 1)} ${napi.call(f, 2, 1)}`);
    napi.release(f);
  },

  async 'no call_js'() {
    const f = create(function (...values) {
      say(`${values.length} arguments, this ${this}`);
    }, { plain: 1 });
    napi.call(f, 1);
    napi.release(f);
  },

  async 'no callback'() {
    const f = create(null);
    napi.call(f, 7);
    napi.release(f);
  },

  async 'the context'() {
    const f = create(() => {});
    say(`context ${napi.hasContext(f)}`);
    napi.release(f);
  },

  // Ended by hand: what is not a function would be a handle that nobody closes.
  async 'refused options'() {
    const status = (options) => {
      const result = create(() => {}, options);
      return typeof result === 'number' ? result : 'made';
    };
    say(`no uses ${status({ uses: 0 })}`);
    say(`no name ${status({ name: null })}`);
    say(`neither callback nor call_js ${status({ callback: null, plain: 1 })}`);
    say(`callback is no function ${status({ callback: {} })}`);
    try {
      say(`name is a symbol ${status({ name: Symbol('s') })}`);
    } catch (error) {
      say(`name is a symbol: ${error.name}`);
    }
  },

  // --- uses -----------------------------------------------------------------------

  async 'released to zero before the loop turns'() {
    const f = create(tell('item'));
    say(`release ${napi.release(f)} ${napi.release(f)}`);
    say(`call ${napi.call(f, 1)} acquire ${napi.acquire(f)} release ${napi.release(f)}`);
  },

  async 'revived'() {
    const f = create(tell('item'));
    napi.release(f);
    say(`acquire ${napi.acquire(f)}`);
    await turn();
    await turn();
    say(`call ${napi.call(f, 1)} release ${napi.release(f)}`);
  },

  async 'called by the last item'() {
    const f = create((n) => {
      say(`item ${n}`);
      if (n === 1) say(`call ${napi.call(f, 2)} acquire ${napi.acquire(f)}`);
      else say(`release ${napi.release(f)}`);
    });
    napi.call(f, 1);
    napi.release(f);
  },

  async 'aborted with three uses'() {
    const f = create(tell('item'), { uses: 3 });
    napi.call(f, 1);
    say(`release ${napi.release(f, 1)} acquire ${napi.acquire(f)}`);
    say(`call ${napi.call(f, 2)} ${napi.call(f, 3)} ${napi.call(f, 4)}`);
    say(`release ${napi.release(f)} ${napi.release(f, 1)}`);
  },

  async 'aborted with uses left'() {
    const f = create(tell('item'), { uses: 2 });
    napi.release(f, 1);
    await finalized(f);
    say('ended');
  },

  async 'aborted items'() {
    const f = create(tell('item'));
    for (let n = 1; n <= 3; n++) napi.call(f, n);
    napi.release(f, 1);
  },

  async 'aborted in a callback'() {
    const f = create((n) => {
      say(`item ${n}`);
      if (n === 2) napi.release(f, 1);
    });
    for (let n = 1; n <= 4; n++) napi.call(f, n);
  },

  // --- the loop -------------------------------------------------------------------

  async 'microtasks'() {
    const f = create((n) => {
      say(`item ${n}`);
      process.nextTick(() => say(`tick ${n}`));
      Promise.resolve().then(() => say(`micro ${n}`));
    });
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },

  // What a sandbox does, and what tests and tracers do.
  async 'globalThis.process is hidden'() {
    const { nextTick } = process;
    const f = create((n) => {
      say(`item ${n}`);
      nextTick(() => say(`tick ${n}`));
    });
    delete globalThis.process;
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },
  async 'globalThis.process is hidden before the first function'() {
    const { nextTick } = process;
    delete globalThis.process;
    const f = create((n) => {
      say(`item ${n}`);
      nextTick(() => say(`tick ${n}`));
    });
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },
  async 'process._tickCallback is replaced'() {
    process._tickCallback = () => say('replaced');
    const f = create((n) => {
      say(`item ${n}`);
      process.nextTick(() => say(`tick ${n}`));
    });
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },

  async 'other events'() {
    let seen = 0;
    const f = create(() => seen++, { quiet: 1 });
    for (let n = 0; n < 2500; n++) napi.call(f, n);
    napi.release(f);
    let turns = 0;
    while (seen < 2500) {
      const before = seen;
      await turn();
      if (seen - before > 999) say('more than 999 in a turn');
      turns++;
    }
    say(turns >= 3 ? 'in turns' : `in ${turns} turns`);
  },

  // Items that take 2 ms each come in one turn all the same.
  async 'slow items'() {
    const f = create((n) => {
      if (n === 1) setImmediate(() => say(`immediate, release ${napi.release(f)}`));
      say(`item ${n}`);
      for (const until = performance.now() + 2; performance.now() < until;);
    });
    for (let n = 1; n <= 4; n++) napi.call(f, n);
  },

  // What packages do that wait for a promise without returning to the loop.
  async 'a callback runs the event loop'() {
    let isDone = false;
    const other = create(() => { isDone = true; }, { quiet: 1 });
    const f = create(() => {
      for (const until = Date.now() + 2000; !isDone && Date.now() < until;) napi.runLoop();
      say(isDone ? 'the other function was called inside' : 'the other function was not called');
      napi.release(other);
    });
    napi.call(f, 1);
    napi.call(other, 1);
    napi.release(f);
  },

  async 'created on another thread'() {
    const f = create(() => {});
    napi.createElsewhere('elsewhere');
    napi.release(f);
  },

  async 'referenced'() {
    const f = create(tell('item'));
    napi.unref(f);
    say(`unref ${napi.unref(f)} ref ${napi.ref(f)} ref ${napi.ref(f)}`);
    napi.start(f, { threads: 1, items: 2, blocking: 1 });
  },

  async 'unreferenced'() {
    const f = create(tell('item'), { uses: 1 });
    napi.ref(f);
    napi.ref(f);
    napi.unref(f);
    process.on('exit', () => say('exit'));
  },

  // --- async context ----------------------------------------------------------------

  async 'AsyncLocalStorage'() {
    const storage = new AsyncLocalStorage();
    const f = storage.run('created', () => create((n) => {
      say(`item ${n} ${storage.getStore()}`);
      process.nextTick(() => say(`tick ${n} ${storage.getStore()}`));
      Promise.resolve().then(() => say(`micro ${n} ${storage.getStore()}`));
    }));
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },

  async 'enterWith'() {
    const storage = new AsyncLocalStorage();
    const f = storage.run('created', () => create((n) => {
      say(`item ${n} ${storage.getStore()}`);
      storage.enterWith(`item ${n}`);
      process.nextTick(() => say(`tick ${n} ${storage.getStore()}`));
    }));
    for (let n = 1; n <= 3; n++) napi.call(f, n);
    napi.release(f);
  },

  async 'async_hooks'() {
    let id = null;
    let resource = null;
    const given = { given: true };
    createHook({
      init(asyncId, type, trigger, object) {
        if (type !== 'conformance') return;
        say(`init ${type}`);
        id = asyncId;
        resource = object;
      },
    }).enable();
    const f = create(() => say(`inside ${executionAsyncId() === id}`), { resource: given });
    say(`resource ${resource === given}`);
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },

  // --- exceptions -------------------------------------------------------------------

  async 'throws'() {
    process.on('warning', (warning) => say(`${warning.name} ${warning.code}`));
    process.on('uncaughtException', (error) => say(`uncaught ${error.message}`));
    const f = create((n) => {
      say(`item ${n}`);
      process.nextTick(() => say(`tick ${n}`));
      if (n !== 2) throw new Error(`thrown ${n}`);
    });
    for (let n = 1; n <= 3; n++) napi.call(f, n);
    napi.release(f);
  },

  async 'throws without a handler'() {
    const f = create((n) => {
      say(`item ${n}`);
      throw new Error(`thrown ${n}`);
    });
    napi.call(f, 1);
    napi.call(f, 2);
    napi.release(f);
  },

  async 'throws without call_js'() {
    process.on('warning', (warning) => say(`${warning.name} ${warning.code}`));
    process.on('uncaughtException', (error) => say(`uncaught ${error.message}`));
    const f = create(() => { throw new Error('thrown'); }, { plain: 1 });
    napi.call(f, 1);
    napi.release(f);
  },

  async 'the words of the warning'() {
    const api = Number(process.versions.node.split('.')[0]) < 22 ? 'N-API' : 'Node-API';
    process.on('warning', ({ message }) => {
      const isIts = message.startsWith(`Uncaught ${api} callback exception detected, please run node`);
      say(isIts ? "this version's words" : message);
    });
    const f = create(() => { throw new Error('thrown'); });
    napi.call(f, 1);
    napi.release(f);
  },

  async 'the finalizer throws'() {
    process.on('warning', (warning) => say(`${warning.name} ${warning.code}`));
    process.on('uncaughtException', (error) => say(`uncaught ${error.message}`));
    const f = create(tell('item'), { ended: () => { throw new Error('ended'); } });
    napi.call(f, 1);
    napi.release(f);
  },

  async 'a handler calls the addon'() {
    process.on('uncaughtException', (error) => {
      say(`uncaught ${error.message}`);
      say(`context ${napi.hasContext(f)}`);
    });
    const f = create(() => { throw new Error('thrown'); });
    napi.call(f, 1);
    napi.release(f);
  },

  // --- ends -------------------------------------------------------------------------

  async 'process.exit'() {
    const f = create(tell('item'), { uses: 2 });
    napi.call(f, 1);
    napi.start(f, { threads: 1, items: 1, blocking: 1 });
    napi.wait(f, 1);
    process.exit(0);
  },

  async 'natural exit with items'() {
    const f = create(tell('item'));
    napi.unref(f);
    process.on('exit', () => say(`call ${napi.call(f, 1)}`));
  },

  async 'worker ends'() {
    const [code] = await once(inWorker('in a worker that ends'), 'exit');
    say(`worker ${code}`);
  },
  async 'in a worker that ends'() {
    const f = create(tell('item'), { uses: 2 });
    process.on('exit', () => say(`call ${napi.call(f, 1)} ${napi.call(f, 2)}`));
    napi.unref(f);
  },

  async 'call_js makes a value at the end of a worker'() {
    const [code] = await once(inWorker('in a worker that makes a value'), 'exit');
    say(`worker ${code}`);
  },
  async 'in a worker that makes a value'() {
    const f = create(tell('item'), { usesEnv: 1 });
    napi.call(f, 1);
    process.exit(0);
  },

  async 'worker exits'() {
    const [code] = await once(inWorker('in a worker that exits'), 'exit');
    say(`worker ${code}`);
  },
  async 'in a worker that exits'() {
    const f = create(tell('item'), { uses: 2 });
    napi.call(f, 1);
    process.exit(3);
  },

  async 'terminated in a callback'() {
    const worker = inWorker('in a worker that loops');
    const exited = once(worker, 'exit');
    await once(worker, 'message');
    await worker.terminate();
    await exited;
    say('ended');
  },
  async 'in a worker that loops'() {
    const f = create(() => {
      require('node:worker_threads').parentPort.postMessage('in');
      for (;;);
    }, { hook: 1, quiet: 1 });
    napi.call(f, 1);
    napi.call(f, 2);
  },

  async 'released in the finalizer of a worker'() {
    const [code] = await once(inWorker('in a worker that releases'), 'exit');
    say(`worker ${code}`);
  },
  async 'in a worker that releases'() {
    const f = create(tell('item'), { uses: 2, releases: 1 });
    napi.unref(f);
  },

  async 'used after its worker'() {
    const worker = inWorker('in a worker that leaves it');
    const exited = once(worker, 'exit'); // it may come with the message
    const [address] = await once(worker, 'message');
    await exited;
    napi.late(address, 1);
  },
  // As a thread does that has not been told yet, or takes no notice.
  async 'calls once more after napi_closing'() {
    const worker = inWorker('in a worker that leaves it');
    const exited = once(worker, 'exit');
    const [address] = await once(worker, 'message');
    await exited;
    napi.late(address, 4); // it had two uses
  },
  async 'in a worker that leaves it'() {
    const f = create(tell('item'), { uses: 2 });
    require('node:worker_threads').parentPort.postMessage(napi.address(f));
    napi.unref(f);
  },

  async 'terminated under calling threads'() {
    for (let round = 0; round < Number(argument); round++) {
      const worker = inWorker('in a worker with calling threads');
      await once(worker, 'message');
      await worker.terminate();
    }
    say('survived');
  },
  async 'in a worker with calling threads'() {
    const f = create(() => {}, { uses: 2, bound: 4, quiet: 1 });
    napi.start(f, { threads: 2, blocking: 1 });
    napi.wait(f, 1);
    require('node:worker_threads').parentPort.postMessage('ready');
  },

  // --- flows: what the table of them is crossed from ---------------------------------

  async 'flows'() {
    for (const flow of JSON.parse(argument)) await runFlow(flow);
  },

  // One thread aborts, while all others wait for room.
  async 'blocked threads hear of an abort'() {
    const f = create(() => {}, { bound: 1, uses: 6, quiet: 1 });
    napi.start(f, { threads: 5, blocking: 1 });
    napi.wait(f, 1);
    napi.release(f, 1);
    await finalized(f);
    say(`${napi.numbers(f).refused} refused`);
  },
};

scenarios[name]();
