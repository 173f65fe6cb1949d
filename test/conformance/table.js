// SPDX-License-Identifier: MIT
'use strict';

// What each scenario of scenarios.js says, on the host's own functions and on
// ours. `host` says where the host is known to be wrong (once: to have another
// way), and why:
//
//   wrong   the reason, or the issue that tells it
//   on      where: a function of the version, [major, minor, patch]; absent:
//           everywhere
//   says    what it says there instead (code: its exit code); null: it hangs.
//           Absent: it is a race, so that nothing sure can be said, and the
//           host is not asked there
//
// `lacks` says on which hosts ours cannot be asked, and why (test/support/host.js).

const { reasons } = require('../support/host');

const { END_SCOPE, HOOKS, LOOP, MESSAGE, OPTION, RUNS_ON, TICKS, VERSION_10 } = reasons;

const before = (...bounds) => ([major, minor]) => {
  // The fix came with these minors; other majors: older than the first are wrong.
  const bound = bounds.find(([fixed]) => fixed === major);
  return bound ? minor < bound[1] : major < bounds[0][0];
};

const ORDER = {
  wrong: 'nodejs/node#61956: the finalizer runs before the queued items',
  on: before([24, 21], [26, 10]),
};
const LOST = { wrong: 'nodejs/node#58723: waiting threads are not woken' };

const flat = (text) => text.trim().split('|').map((line) => line.trim());

const scenarios = {
  'calls arrive in order': {
    says: flat('call 0|call 0|call 0|returned|release 0|item 1|item 2|item 3|finalize'),
  },
  'a full queue': {
    says: flat('call 0 0 15|item 1|item 2|call 0|item 4|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'blocking on the loop thread': {
    says: flat('call 0 21|item 1|finalize'),
    host: { wrong: 'it waits for itself', says: null },
  },
  'no call_js': { says: flat('0 arguments, this undefined|finalize') },
  'no callback': { says: flat('no callback 7|finalize') },
  'the context': { says: flat('context true|finalize') },
  'refused options': {
    says: flat(`no uses 1|no name 1|neither callback nor call_js 1|
      callback is no function 1|name is a symbol 3`),
    host: {
      wrong: 'a TypeError stays pending beside the status',
      says: flat(`no uses 1|no name 1|neither callback nor call_js 1|
        callback is no function 1|name is a symbol: TypeError`),
    },
  },

  'released to zero before the loop turns': {
    says: flat('release 0 1|call 0 acquire 0 release 0|item 1|finalize'),
  },
  'revived': { says: flat('acquire 0|call 0 release 0|item 1|finalize') },
  'called by the last item': {
    says: flat('item 1|call 0 acquire 0|item 2|release 0|finalize'),
    host: {
      wrong: 'it closes just before the last item, as its own way',
      says: flat('item 1|call 1 acquire 16|finalize'),
    },
  },
  'aborted with three uses': {
    says: flat('release 0 acquire 16|call 16 16 1|release 1 1|undelivered 1|finalize'),
    host: {
      ...ORDER,
      says: flat('release 0 acquire 16|call 16 16 1|release 1 1|finalize|undelivered 1'),
    },
  },
  'aborted with uses left': { says: flat('finalize|ended') },
  'aborted items': {
    says: flat('undelivered 1|undelivered 2|undelivered 3|finalize'),
    host: { ...ORDER, says: flat('finalize|undelivered 1|undelivered 2|undelivered 3') },
  },
  'aborted in a callback': {
    says: flat('item 1|item 2|undelivered 3|undelivered 4|finalize'),
    host: { ...ORDER, says: flat('item 1|item 2|finalize|undelivered 3|undelivered 4') },
  },

  'microtasks': {
    says: flat('item 1|tick 1|micro 1|item 2|tick 2|micro 2|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'deprecated doors are refused': {
    name: 'microtasks',
    execArgv: ['--throw-deprecation', '--pending-deprecation'],
    says: flat('item 1|tick 1|micro 1|item 2|tick 2|micro 2|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'globalThis.process is hidden': {
    says: flat('item 1|tick 1|item 2|tick 2|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'globalThis.process is hidden before the first function': {
    says: flat('item 1|tick 1|item 2|tick 2|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'process._tickCallback is replaced': {
    says: flat('item 1|tick 1|item 2|tick 2|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'other events': { says: flat('in turns') },
  'slow items': {
    says: flat('item 1|item 2|item 3|item 4|immediate, release 0|finalize'),
    lacks: { 'bun deno': TICKS },
  },
  'a callback runs the event loop': {
    says: flat('the other function was called inside|finalize'),
    lacks: { 'bun deno': LOOP },
    host: {
      wrong: 'on Windows it does not call the other, and frees the function in its own callback',
      on: () => process.platform === 'win32',
    },
  },
  'created on another thread': {
    says: flat('create 1|finalize'),
    host: { wrong: 'a fatal error inside V8' },
  },
  'referenced': { says: flat('unref 0 ref 0 ref 0|item 0|item 1|finalize') },
  'unreferenced': { says: flat('exit|finalize') },

  'AsyncLocalStorage': {
    says: flat(`item 1 created|tick 1 created|micro 1 created|
      item 2 created|tick 2 created|micro 2 created|finalize`),
    lacks: { 'bun deno': TICKS },
    host: {
      wrong: 'the store of the place of creation is lost since Node 24',
      on: ([major]) => major >= 24,
      says: flat(`item 1 undefined|tick 1 undefined|micro 1 undefined|
        item 2 undefined|tick 2 undefined|micro 2 undefined|finalize`),
    },
  },
  // Until Node 22 the store is kept in the function's async resource.
  'enterWith': {
    says: ([major]) => (major >= 24
      ? flat(`item 1 created|tick 1 item 1|item 2 created|tick 2 item 2|item 3 created|tick 3 item 3|finalize`)
      : flat(`item 1 created|tick 1 item 1|item 2 item 1|tick 2 item 2|item 3 item 2|tick 3 item 3|finalize`)),
    lacks: { 'bun deno': TICKS },
    host: {
      wrong: 'the store of the place of creation is lost since Node 24',
      on: ([major]) => major >= 24,
      says: flat(`item 1 undefined|tick 1 item 1|item 2 undefined|tick 2 item 2|
        item 3 undefined|tick 3 item 3|finalize`),
    },
  },
  'async_hooks': {
    says: flat('init conformance|resource true|inside true|inside true|finalize'),
    lacks: { 'bun deno': HOOKS },
  },

  'process.exit': { says: [] },
  'natural exit with items': { says: flat('call 0|undelivered 1|finalize') },
  'worker ends': { says: flat('call 0 0|undelivered 1|undelivered 2|finalize|worker 0') },
  'call_js makes a value at the end of a worker': {
    says: flat('undelivered 1|env set, a value 0|finalize|worker 0'),
    lacks: { deno: END_SCOPE },
  },
  'worker exits': { says: flat('undelivered 1|finalize|worker 3') },
  // The finalizer has its env in every ending: NAPI-RS takes back a hook there.
  'terminated in a callback': { says: flat('hook 0|ended'), lacks: { deno: RUNS_ON } },
  'released in the finalizer of a worker': {
    says: flat('release 0|finalize|worker 0'),
  },
  'used after its worker': {
    says: flat('finalize|acquire 16|call 16'),
    host: {
      wrong: 'the function is freed under the thread that has a use',
      on: before([24, 14], [25, 4]),
    },
  },
  'calls once more after napi_closing': {
    says: flat('finalize|acquire 16|call 16|call 16|call 16|call 16'),
    host: { wrong: 'it aborts, or uses freed memory' },
  },
  'terminated under calling threads': {
    argument: '100',
    says: flat('survived'),
    host: { wrong: 'threads wait for ever, or use freed memory' },
  },
  'blocked threads hear of an abort': { says: flat('5 refused'), host: LOST },
};

// --- exceptions: by the addon's version and the process's option -----------------

const FORCED = ['--force-node-api-uncaught-exceptions-policy'];
const WARNED = 'DeprecationWarning DEP0168';

// `lacks`: `all` of its four versions, where the host `warns`, where it `prints` the
// exception by itself.
const throwing = {
  throws: {
    lacks: { all: { bun: TICKS, deno: TICKS } },
    uncaught: flat(`item 1|uncaught thrown 1|tick 1|item 2|tick 2|
      item 3|uncaught thrown 3|tick 3|finalize`),
    warned: flat(`item 1|tick 1|${WARNED}|item 2|tick 2|item 3|tick 3|${WARNED}|finalize`),
  },
  'throws without call_js': {
    lacks: { warns: { bun: TICKS, deno: TICKS } },
    uncaught: flat('uncaught thrown|finalize'),
    warned: flat(`${WARNED}|finalize`),
  },
  'the finalizer throws': {
    uncaught: flat('item 1|finalize|uncaught ended'),
    warned: flat(`item 1|finalize|${WARNED}`),
  },
  'throws without a handler': {
    lacks: { prints: { deno: MESSAGE } },
    uncaught: flat('item 1'),
    uncaughtCode: 1,
    warned: flat('item 1|item 2|finalize'),
  },
};

for (const [name, { uncaught, uncaughtCode = 0, warned, lacks }] of Object.entries(throwing)) {
  // Of each version what it lacks, beside what all of them do.
  const { all = {}, warns = {}, prints = {} } = lacks || {};
  scenarios[`${name}: version 8`] = { name, says: warned, lacks: { ...all, ...warns } };
  scenarios[`${name}: version 8, by option`] = {
    name, execArgv: FORCED, says: uncaught, code: uncaughtCode, lacks: { deno: OPTION, ...all },
  };
  scenarios[`${name}: version 8, by NODE_OPTIONS`] = {
    name,
    env: { NODE_OPTIONS: `--no-warnings "${FORCED[0]}"` },
    says: uncaught,
    code: uncaughtCode,
    lacks: { ...all, ...prints },
  };
  scenarios[`${name}: version 10`] = {
    name,
    version: 10,
    says: uncaught,
    code: uncaughtCode,
    lacks: { 'node<22': VERSION_10, ...all, ...prints },
  };
}

// As the option is written otherwise, and taken back.
const written = {
  '=true': [`${FORCED[0]}=true`],
  '=false, which Node does not read': [`${FORCED[0]}=false`],
  'with underscores': [FORCED[0].replace(/(?<=\w)-/g, '_')],
  'after its negation': [FORCED[0].replace('force', 'no-force'), FORCED[0]],
};
for (const [title, execArgv] of Object.entries(written)) {
  scenarios[`throws: the option ${title}`] = {
    name: 'throws', execArgv, says: throwing.throws.uncaught, lacks: { 'bun deno': TICKS },
  };
}
scenarios['throws: the option negated'] = {
  name: 'throws',
  execArgv: [FORCED[0].replace('force', 'no-force')],
  env: { NODE_OPTIONS: FORCED[0] },
  says: throwing.throws.warned,
  lacks: { 'bun deno': TICKS },
};

scenarios['the words of the warning'] = { 
  says: flat("this version's words|finalize"), lacks: { 'bun deno': TICKS },
};

scenarios['a handler calls the addon'] = {
  execArgv: FORCED,
  lacks: { deno: OPTION },
  says: flat('uncaught thrown|context true|finalize'),
  host: {
    wrong: 'the exception is thrown once more, out of the call in the handler',
    says: flat('uncaught thrown'),
    code: 7,
  },
};

// --- flows: every mode by every bound by every way to go --------------------------

const ITEMS = 200;
const flows = [];
for (const blocking of [0, 1]) {
  for (const bound of [0, 1, 4]) {
    for (const threads of [1, 3]) {
      for (const quit of [0, ITEMS / 2]) {
        for (const abort of [0, 1]) {
          const title = [
            blocking ? 'blocking' : 'nonblocking', bound ? `bound ${bound}` : 'no bound',
            threads === 1 ? '1 thread' : `${threads} threads`,
            ...(quit ? ['one quits early'] : []), ...(abort ? ['one aborts'] : []),
          ].join(', ');
          const delivered = threads * ITEMS - (quit ? ITEMS - quit : 0);
          const end = abort ? 'stopped true' : `delivered ${delivered}`;
          flows.push({
            title, blocking, bound, threads, quit, abort, items: ITEMS,
            says: `${title}: out of order 0, lost 0, ${end}`,
            // A wake-up is lost now and then, and the flow hangs.
            host: blocking && bound && threads > 1 ? LOST : undefined,
          });
        }
      }
    }
  }
}
flows.push({
  title: 'blocking, bound 4, 4 threads with 25,000 items each',
  blocking: 1, bound: 4, threads: 4, quit: 0, abort: 0, items: 25000,
  says: 'blocking, bound 4, 4 threads with 25,000 items each: out of order 0, lost 0, delivered 100000',
  host: LOST,
});

module.exports = { flows, scenarios };
