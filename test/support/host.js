// SPDX-License-Identifier: MIT
'use strict';

// Which host runs the tests, and what a test says that hosts lack for it, or that
// Windows lacks under every host:
//
//   lacks({ 'bun deno': HOOKS }, it)('sees before and after', async () => { ... });
//   lacks({ deno: RUNS_ON }, describe)('teardown: late', function () { ... });
//   lacks({ windows: PROC }, describe)('threads that have ended', () => { ... });
//
// There the test, or each of the suite, is left out: it is counted apart, and the
// run ends with its title and the reason. `node tools/lacks.js` prints all of it,
// of all hosts; PLATFORMS.md tells the same to users.

const { leaveOut } = require('./skip');

const host = process.versions.bun ? 'bun' : process.versions.deno ? 'deno' : 'node';
const hosts = ['node', 'bun', 'deno', 'windows'];

const reasons = {
  CONSTRUCTOR: 'there the linker may take the host\'s napi_module_register',
  DOORBELL: 'the doorbell is what it has in every test',
  END: 'it delivers what is queued at the end of the process, where Node completes it as env_gone',
  END_SCOPE: 'it has no handle scope when an environment ends, and V8 aborts a process that makes a value there',
  EXTERNAL: 'it runs no finalizer of an external, nor of a wrapped object, when a worker ends',
  FLOAT16: 'it has no Float16Array',
  FRAMES: 'what AsyncLocalStorage.enterWith set in a callback stays for the next one',
  GOES_ON: 'it delivers what follows an exception that nobody handles before it ends',
  HOOKS: 'its napi_make_callback takes no async context, so async_hooks see nothing of it',
  IDS: 'its executionAsyncId() is 0',
  LOOP: 'it has no libuv loop that an addon can run inside a callback',
  MALLOC: 'an addon there cannot put functions of its own in the place of malloc and free',
  MARK: 'it cannot be told that a buffer is not to be transferred',
  MEMORY: 'it does not tell what its ArrayBuffers take',
  MESSAGE: 'it prints "Uncaught null" for an exception that nobody handles, and exits with 1',
  NODE_ONLY: 'this example is written for Node\'s process.stdout, signals and command line',
  OPTION: 'it has no option --force-node-api-uncaught-exceptions-policy',
  POOL: 'its file system does not share a pool of four threads with async works',
  PREPARE: 'its libuv has no uv_prepare, and it wakes its loop by the doorbell always',
  PROC: 'it has no /proc, which tells how much memory a process has',
  PROCESS_ENDS: 'the end of the process does not end its workers\' environments',
  RECEIVER: 'its AsyncLocalStorage.snapshot gives on_error a receiver of its own',
  REJECTION: 'its unhandled rejections are no uncaughtException',
  RUNS_ON: 'its worker.terminate() and process.exit() let JavaScript that runs in a worker run on',
  SNAPSHOT: 'it makes no snapshots of its heap',
  SOONER: 'its worker.terminate() answers before the worker\'s cleanup hooks have run',
  TABLE: 'the table tells of Node\'s own functions',
  TICKS: 'it runs nextTick and promise callbacks after an item\'s turn, which other calls share',
  TRANSFER: 'it has no ArrayBuffer.prototype.transfer, and copies external memory that is sent',
  UNLOAD: 'it never unloads an addon',
  UNSETTLED: 'it has an exit code of its own for a top-level await that never settles',
  VERSION_10: 'its Node-API ends before version 10',
};

// What each test or suite said, as [{ host, below, reason }].
const said = new WeakMap();

// { 'bun deno': REASON, 'node<22': REASON } -> one entry for each host. `below` is
// the major version of Node from which on the test runs.
function readLacks(lacking) {
  const entries = Object.entries(lacking).flatMap(([names, reason]) => names.split(' ').map((name) => {
    const [, which, below] = name.match(/^(\w+?)(?:<(\d+))?$/) || [];
    if (!hosts.includes(which) || (which === 'node') !== (below !== undefined)) {
      throw new Error(`'${name}' is none of the hosts that may lack something`);
    }
    if (!Object.values(reasons).includes(reason)) throw new Error(`${name} lacks it for no reason of host.js`);
    return { host: which, below: below && Number(below), reason };
  }));
  const names = entries.map((entry) => entry.host);
  if (new Set(names).size < names.length) throw new Error(`${names.join(', ')}: a host is there twice`);
  return entries;
}

const isOfHost = ({ host: name }) => name === host || (name === 'windows' && process.platform === 'win32');

const isHere = (entry) => isOfHost(entry)
  && (entry.below === undefined || Number(process.versions.node.split('.')[0]) < entry.below);

// `define` is it or describe. Nothing is said by undefined, and by {}.
function lacks(lacking, define) {
  const entries = readLacks(lacking || {});
  const here = entries.find(isHere);
  return (...args) => {
    const made = here ? define.skip(...args) : define(...args);
    said.set(made, entries);
    if (here) leaveOut(made, here.reason);
    return made;
  };
}

// What that test or suite itself said.
const lacksOf = (runnable) => said.get(runnable) || [];

module.exports = { host, hosts, lacks, lacksOf, reasons };
