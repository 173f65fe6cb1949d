// SPDX-License-Identifier: MIT
'use strict';

// A thread of tsfn_spawn that has ended is joined while the function lives on: by
// the next spawn, or by the drain that its end brings.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { runCode, describe: tell } = require('../support/child');
const { lacks, reasons: { PROC } } = require('../support/host');
const { skip } = require('../support/skip');
const { slowness } = require('../support/slowness');

// An emulator takes about ten milliseconds for a thread.
const SPAWNS = slowness > 1 ? 5000 : 100000;
// Before, each ended thread kept 8 MiB of address space and two mappings.
const ADDRESS_SPACE = 512; // MiB
const MAPPINGS = 100;

const code = (steps) => `
  const fs = require('node:fs');
  const { setImmediate: turn } = require('node:timers/promises');
  const spawner = require(process.argv[1]);
  // The sizes in maps and not statm, which under an emulator counts its own memory.
  const maps = () => fs.readFileSync('/proc/self/maps', 'latin1').split('\\n').filter(Boolean);
  const mappings = () => maps().length;
  const sizeOf = (line) => {
    const [from, to] = line.split(' ')[0].split('-').map((text) => BigInt('0x' + text));
    return Number((to - from) >> 10n) / 1024;
  };
  const look = () => {
    const lines = maps();
    return [lines.reduce((sum, line) => sum + sizeOf(line), 0), lines.length];
  };
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
