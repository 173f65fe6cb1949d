// SPDX-License-Identifier: MIT
'use strict';

// From a file of scenarios (play.js) to tests: each scenario on each way to
// wake a loop. Options, besides those of runFile: `repeat`, how often (1); `check`
// (result, sentence) in the place of "it exits with 0"; `lacks`, as a scenario may
// have it too: what a host lacks for it (host.js).

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { addon } = require('../../support/build');
const { runFile, describe: tell } = require('../../support/child');
const { lacks, reasons: { PREPARE } } = require('../../support/host');
const { slowness } = require('../../support/slowness');
const { listens } = require('./stage');

const PLAY = require.resolve('./play');

const wakes = ['uv', 'doorbell'];

// What a host lacks for a scenario on this way to wake a loop.
function lacksOn(wake, lacking = {}) {
  const saysDeno = Object.keys(lacking).some((names) => names.split(' ').includes('deno'));
  return wake === 'uv' && !saysDeno ? { ...lacking, deno: PREPARE } : lacking;
}

function exitsWell(result) {
  assert.strictEqual(result.code, 0, tell(result));
}

// runFile, with the FIFOs by which the addon talks to a stage that listens.
async function runListening(file, args, options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-teardown-'));
  try {
    const [TEARDOWN_REPORT, TEARDOWN_GO] = ['reports', 'go'].map((name) => path.join(folder, name));
    // On Windows a file is appended to, and `go` is made later (say.h, go.h).
    if (process.platform === 'win32') fs.writeFileSync(TEARDOWN_REPORT, '');
    else await promisify(execFile)('mkfifo', [TEARDOWN_REPORT, TEARDOWN_GO]);
    return await runFile(file, args, {
      ...options,
      env: { ...options.env, TEARDOWN_REPORT, TEARDOWN_GO },
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function suite(title, file, options = {}) {
  const { repeat = 1, check = exitsWell, lacks: lacking, ...rest } = options;
  lacks(lacking, describe)(title, () => {
    for (const [sentence, scenario] of Object.entries(require(file))) {
      const run = listens(scenario) ? runListening : runFile;
      for (const wake of wakes) {
        lacks(lacksOn(wake, scenario.lacks), it)(`${sentence} (${wake})`, async function () {
          this.timeout(30000 * repeat * slowness);
          for (let round = 0; round < repeat; round++) {
            const result = await run(PLAY, [file, sentence, addon('teardown')], {
              ...rest,
              env: { TSFN_WAKE: wake },
            });
            check(result, sentence);
          }
        });
      }
    }
  });
}

module.exports = { runListening, suite, wakes };
