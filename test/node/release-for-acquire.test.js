// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { driven, native, turn, variant } = require('../support/driver');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/release-for-acquire'));

describe('contract 2: one release for each acquire', () => {
  it('the last release closes, the others do not', driven(async ({ create }) => {
    const fn = create(() => {}, { uses: 3 });
    for (let i = 0; i < 4; i++) assert.strictEqual(fn.acquire(), 'TSFN_OK');
    assert.strictEqual(fn.stats().uses, 7);
    for (let left = 6; left >= 1; left--) {
      assert.strictEqual(fn.release(), 'TSFN_OK');
      assert.strictEqual(fn.stats().uses, left);
      assert.strictEqual(fn.is_closing(), 'false');
      await turn();
    }
    await fn.close();
  }));

  it('a call that answers TSFN_CLOSING leaves the use', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', uses: 2 });
    fn.abort();
    for (let i = 0; i < 5; i++) {
      for (const name of ['call', 'call_many', 'call_with', 'call_error', 'call_pointer']) {
        assert.strictEqual(fn[name](), 'TSFN_CLOSING');
      }
      assert.strictEqual(fn.acquire(), 'TSFN_CLOSING');
      assert.strictEqual(fn.stats().uses, 2);
    }
    await fn.ended();
    assert.strictEqual(fn.call(), 'TSFN_CLOSING');
    assert.strictEqual(fn.stats().uses, 2);
    assert.strictEqual(fn.release(), 'TSFN_OK');
    assert.strictEqual(fn.report().freedContext, 0);
    assert.strictEqual(fn.release(), 'TSFN_OK');
    assert.strictEqual(fn.report().freedContext, 1);
  }));

  it('each of fifty threads gives its own back, having heard TSFN_CLOSING or not', driven(async ({ create }) => {
    for (const aborts of [true, false]) {
      const fn = create(() => {}, {});
      const latch = native.latch();
      const team = fn.produce({ way: 'empty', threads: 50, count: 3, latch, persists: true });
      assert.strictEqual(fn.stats().uses, 51);
      if (aborts) fn.abort();
      else assert.strictEqual(fn.release(), 'TSFN_OK');
      native.openLatch(latch);
      const { statuses, released } = await team.done;
      assert.deepStrictEqual(statuses, { [aborts ? 'TSFN_CLOSING' : 'TSFN_OK']: 150 });
      assert.strictEqual(released, 50);
      if (aborts) await fn.close();
      else await fn.ended();
    }
  }));

  it('a release too many is TSFN_INVALID while the environment keeps the handle', driven(async ({ create }) => {
    const fn = create(() => {}, {});
    fn.fill(2, { way: 'empty' });
    assert.strictEqual(fn.release(), 'TSFN_OK');
    for (let i = 0; i < 3; i++) {
      assert.strictEqual(fn.release(), 'TSFN_INVALID');
      assert.strictEqual(fn.onThread('release'), 'TSFN_INVALID');
    }
    assert.strictEqual(fn.acquire(), 'TSFN_CLOSING');
    await fn.ended();
  }));

  it('the context is freed by the last release, on its own thread', driven(async ({ create }) => {
    const fn = create(() => {}, { uses: 3, logs: true });
    fn.abort();
    await fn.ended();
    assert.deepStrictEqual(fn.log(), ['finalize']);
    assert.strictEqual(fn.onThread('release'), 'TSFN_OK');
    assert.strictEqual(fn.release(), 'TSFN_OK');
    assert.strictEqual(fn.onThread('release'), 'TSFN_OK');
    assert.deepStrictEqual(fn.log(), ['finalize', 'free_context']);
  }));

  // Handles are kept for ever there, so that this is defined.
  it('a debug build names the function, also after all is gone', async () => {
    if (variant !== 'debug') {
      const lines = await lives.linesOf('keptMemory');
      assert.deepStrictEqual(lines, ['0']); // nothing is kept: no later answer
      return;
    }
    const { lines, stderr, said } = await lives.inChild('releasedTooOften');
    assert.deepStrictEqual(lines, ['TSFN_INVALID TSFN_INVALID'], said);
    const line = "libtsfn: 'gone too often' was released more often than acquired\n";
    assert.strictEqual(stderr, line + line);
  });
});
