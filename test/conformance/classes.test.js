// SPDX-License-Identifier: MIT
'use strict';

// An environment that ends with items of node-addon-api's classes under way: the
// process, the thread and the finalizer go the same way on the host's own
// functions and on ours, however the classes were built.

const assert = require('node:assert');
const path = require('node:path');
const { addon } = require('../support/build');
const { describe: say, runFile } = require('../support/child');
const { lacks, reasons: { TABLE } } = require('../support/host');

const SCRIPT = path.join(__dirname, 'classes.js');

const WAYS = ['exceptions', 'exceptions-swallow', 'statuses', 'statuses-swallow'];
const ENDS = [
  'the main thread ends', 'the main thread exits', 'a worker ends', 'a worker exits', 'a worker is terminated',
];
const CLASSES = ['typed', 'untyped'];
const WHATS = ['calls', 'makes values', 'resolves'];
// How Node's fatal errors end a process.
const ABORTED = process.platform === 'win32' ? { code: 134, signal: null } : { code: null, signal: 'SIGABRT' };

// { how it ended, what it printed }, and all of it as text.
async function run(side, way, ...args) {
  const result = await runFile(SCRIPT, [addon(`${side}-${way}`, 'conformance'), ...args], { timeout: 60000 });
  const { code, signal, timedOut, stdout } = result;
  return { ended: { code, signal, timedOut, lines: stdout.split('\n').filter(Boolean) }, said: say(result) };
}

// docs/dropin.md says this.
lacks({ 'bun deno': TABLE }, describe)("conformance: node-addon-api's classes in a worker that is terminated inside of a callback", function () {
  this.timeout(120000);
  for (const way of WAYS) {
    const lives = way.endsWith('-swallow');
    it(`the process ${lives ? 'lives' : 'is aborted'}, as on the host's own functions, built with ${way}`, async () => {
      for (const type of CLASSES) {
        for (const side of ['host', 'ours']) {
          const { ended, said } = await run(side, way, 'a worker is terminated inside of a callback', type, 'calls');
          const wanted = lives
            ? { code: 0, signal: null, lines: ['finalized after 3', 'the process lives'] }
            : { ...ABORTED, lines: [] };
          assert.deepStrictEqual(ended, { timedOut: false, ...wanted }, `${side}, ${type}\n${said}`);
        }
      }
    });
  }
});

lacks({ 'bun deno': TABLE }, describe)("conformance: node-addon-api's classes at an end", function () {
  this.timeout(120000);
  for (const way of WAYS) {
    for (const end of ENDS) {
      it(`${end}: as on the host's own functions, built with ${way}`, async () => {
        for (const type of CLASSES) {
          for (const what of WHATS) {
            const [host, ours] = await Promise.all(['host', 'ours'].map((side) => run(side, way, end, type, what)));
            assert.deepStrictEqual(ours.ended, host.ended, `${type}, ${what}\n${ours.said}`);
          }
        }
      });
    }
  }
});
