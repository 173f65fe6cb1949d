// SPDX-License-Identifier: MIT
'use strict';

// Which host runs the tests, and what it lacks: a test that asks for that is
// left out there, with the reason. PLATFORMS.md tells the same to users. Mocha
// loads this file before the tests (.mocharc.json).

const path = require('node:path');
const { root } = require('./build');
const { leaveOut } = require('./skip');

const host = process.versions.bun ? 'bun' : process.versions.deno ? 'deno' : 'node';

const END = 'it delivers what is queued at the end of the process, where Node completes it as env_gone';
const IDS = 'its executionAsyncId() is 0';
const REJECTION = 'its unhandled rejections are no uncaughtException';
const RUNS_ON = 'its worker.terminate() and process.exit() let JavaScript that runs in a worker run on';
const SOONER = 'its worker.terminate() answers before the worker\'s cleanup hooks have run';
const UNLOAD = 'it never unloads an addon';
const HOOKS = 'its napi_make_callback takes no async context, so async_hooks see nothing of it';
const GOES_ON = 'it delivers what follows an exception that nobody handles before it ends';
const MESSAGE = 'it prints "Uncaught null" for an exception that nobody handles, and exits with 1';
const PROCESS_ENDS = 'the end of the process does not end its workers\' environments';
const DOORBELL = 'the doorbell is what it has in every test';
const EXTERNAL = 'it runs no finalizer of an external when a worker ends';
const RECEIVER = 'its AsyncLocalStorage.snapshot gives on_error a receiver of its own';
const NEW = 'it runs the constructor of a class that was called without new';
const NODE_ONLY = 'this example is written for Node\'s process.stdout, signals and command line';
const TABLE = 'the table tells of Node\'s own functions';
const TICKS = 'it runs nextTick and promise callbacks after an item\'s turn, which other calls share';
const OPTION = 'it has no option --force-node-api-uncaught-exceptions-policy';

// [hosts, test file, part of the title, reason]
const lacks = [
  ['bun deno', 'node/async-hooks', /./, HOOKS],
  ['bun deno', 'node/doorbell', /./, DOORBELL],
  ['bun deno', 'examples/search', /./, NODE_ONLY],
  ['bun deno', 'node/exactly-one-completion', /env gone/, END],
  ['bun deno', 'node/one-order-of-the-end', /end of the environment/, END],
  ['bun deno', 'node/process-exits', /a weak one with blocked threads/, END],
  ['bun deno', 'node/teardown-pin', /made no function goes with its worker/, UNLOAD],
  ['bun', 'node/microtasks', /unhandled rejection/, REJECTION],
  ['bun', 'node/async-context', /throw in a rejection/, REJECTION],
  ['bun', 'node/throws', /without any handler/, GOES_ON],
  ['bun', 'node/throws', /in a tick, with a handler and AsyncLocalStorage/, IDS],
  ['bun', 'node/teardown-main', /while a worker/, PROCESS_ENDS],
  ['bun', 'node/teardown-late', /an external's finalizer/, EXTERNAL],
  ['deno', 'node/throws', /without any handler|handler that throws ends/, MESSAGE],
  ['deno', 'node/throws', /a callback that throws goes to the function's own handler/, RECEIVER],
  ['bun deno', 'conformance/conformance', /the host's own functions/, TABLE],
  ['bun deno', 'conformance/conformance', /ours async_hooks/, HOOKS],
  ['bun deno', 'conformance/conformance', /ours (a full queue|microtasks|AsyncLocalStorage|throws: )/, TICKS],
  ['bun deno', 'conformance/conformance', /ours throws without call_js: version 8$/, TICKS],
  ['deno', 'conformance/conformance', /ours (.*by option|a handler calls)/, OPTION],
  ['deno', 'conformance/conformance', /ours throws without a handler: version (8, by NODE|10)/, MESSAGE],
  ['deno', 'conformance/conformance', /ours terminated in a callback/, RUNS_ON],
  ['deno', 'examples/dynamic-threads', /throws an error that says what is wrong/, NEW],
  ['deno', 'examples/hundred-threads', /nobody handles/, MESSAGE],
  ['deno', 'node/teardown-main', /while a worker/, PROCESS_ENDS],
  ['deno', 'node/teardown-after', /./, SOONER],
  ['deno', 'node/teardown-late', /./, RUNS_ON],
  ['deno', 'node/teardown-terminate', /./, RUNS_ON],
  ['deno', 'node/teardown-delivery', /./, RUNS_ON],
  ['deno', 'node/teardown-worker', /terminated in|in the callback|uncaught throw|with a deadline/, RUNS_ON],
  ['deno', 'node/teardown-reentrant', /terminated in mid-batch/, RUNS_ON],
];

// Why that test is left out on this host; undefined: it is not.
function lacking(file, title) {
  const name = path.relative(path.join(root, 'test'), file).split(path.sep).join('/').replace(/\.test\.js$/, '');
  const found = lacks.find(([hosts, where, part]) =>
    hosts.split(' ').includes(host) && where === name && part.test(title));
  return found && found[3];
}

const mochaHooks = {
  beforeEach() {
    const test = this.currentTest;
    const reason = lacking(test.file, test.fullTitle());
    if (reason) leaveOut(this, test, reason);
  },
};

module.exports = { host, lacking, mochaHooks };
