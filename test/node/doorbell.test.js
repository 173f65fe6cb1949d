// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { root } = require('../support/build');
const { hostNode, runProgram, describe: say } = require('../support/child');
const { lacks, reasons: { DOORBELL } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { slowness } = require('../support/slowness');

const lives = livesIn(require.resolve('./lives/doorbell'));

const mocha = path.join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');

const files = [
  'node/exactly-one-completion',
  'node/release-for-acquire',
  'node/safe-in-every-state',
  'node/no-lost-wake-ups',
  'node/one-order-of-the-end',
  'node/no-deadlock-by-mistake',
  'node/async-context',
  'node/microtasks',
  'node/lone-record',
  'node/throws',
  'node/process-exits',
  'node/fairness',
  'node/fuzz',
  'stream/start-settles-at-the-end',
  'stream/spawn-runs-a-thread',
];

// The back end of the drivers in a child: the doorbell is a resource of the
// host's, which async_hooks see.
const backEndOf = (wake) => lives.linesOf('backEnd', { env: { TSFN_WAKE: wake } });

// The whole of each file, smaller; smaller still where the tests are.
const SCALE = Math.min(50000, Number(process.env.TSFN_TEST_SCALE) || 50000);

lacks({ 'bun deno': DOORBELL }, describe)('the doorbell, the wake of hosts without a libuv that works', () => {
  it('is what TSFN_WAKE=doorbell forces, and TSFN_WAKE=uv does not', async () => {
    assert.deepStrictEqual(await backEndOf('doorbell'), ['true true']);
    assert.deepStrictEqual(await backEndOf('uv'), ['true false']);
    assert.deepStrictEqual(await backEndOf(''), ['true false']);
  });

  for (const file of files) {
    it(`keeps what test/${file}.test.js says`, async function run() {
      this.timeout(600000 * slowness);
      const result = await runProgram(hostNode, [mocha, '--exit', path.join(root, 'test', `${file}.test.js`)], {
        env: { TSFN_WAKE: 'doorbell', TSFN_TEST_SCALE: String(SCALE), TEST_REPORT: '' },
        timeout: 300000,
        cwd: root,
      });
      assert.strictEqual(result.code, 0, say(result));
    });
  }

  it('goes on when a test has put timers of its own in the place of the host\'s', async () => {
    const lines = await lives.linesOf('ownTimers', { env: { TSFN_WAKE: 'doorbell' }, timeout: 20000 });
    assert.deepStrictEqual(lines, ['101']);
  });
});
