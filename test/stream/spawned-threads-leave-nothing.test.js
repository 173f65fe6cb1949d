// SPDX-License-Identifier: MIT
'use strict';

// A thread of tsfn_spawn that has ended is joined while the function lives on: by
// the next spawn, or by the drain that its end brings.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { runCode, describe: tell } = require('../support/child');
const { lacks, reasons: { PROC } } = require('../support/host');
const { skip } = require('../support/skip');

const SPAWNS = 100000;
// Before, each ended thread kept 8 MiB of address space and two mappings.
const ADDRESS_SPACE = 512; // MiB
const MAPPINGS = 100;

const code = (steps) => `
  const fs = require('node:fs');
  const { setImmediate: turn } = require('node:timers/promises');
  const spawner = require(process.argv[1]);
  const megabytes = () => Number(fs.readFileSync('/proc/self/statm', 'latin1').split(' ')[0]) / 256;
  const mappings = () => fs.readFileSync('/proc/self/maps', 'latin1').split('\\n').length;
  const look = () => [megabytes(), mappings()];
  (async () => {
    spawner.open(() => {});
    ${steps}
    spawner.close();
    console.log(JSON.stringify([after[0] - before[0], after[1] - before[1]]));
  })();`;

async function grown(steps) {
  const result = await runCode(code(steps), [addon('spawner', 'stream')], { timeout: 120000 });
  assert.strictEqual(result.code, 0, tell(result));
  return JSON.parse(result.stdout);
}

function check([addressSpace, mappings]) {
  assert(addressSpace < ADDRESS_SPACE, `${addressSpace} MiB more of address space`);
  assert(mappings < MAPPINGS, `${mappings} more mappings`);
}

lacks({ windows: PROC }, describe)('threads of tsfn_spawn that have ended', function () {
  this.timeout(180000);
  before(function () {
    if (process.platform !== 'linux') skip(this, 'it needs /proc');
  });

  it(`${SPAWNS} in a row keep address space and mappings flat`, async () => {
    check(await grown(`
      spawner.spawn(1000);
      const before = look();
      spawner.spawn(${SPAWNS});
      const after = look();`));
  });

  it('are joined when no other is spawned and nothing is sent', async () => {
    check(await grown(`
      const before = look();
      for (let i = 0; i < 20; i++) {
        spawner.spawn(100);
        await turn();
      }
      for (let tries = 0; mappings() > before[1] + 20 && tries < 10000; tries++) await turn();
      const after = look();`));
  });
});
