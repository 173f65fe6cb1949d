// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { driven, native, start, turn } = require('../support/driver');

const kinds = ['none', 'convert', 'call_js', 'record'];

// Lets the first, second, ... allocation fail until one attempt needs fewer; the
// answers of those that failed.
function failEach(attempt, most = 50) {
  const answers = [];
  for (let n = 1; n <= most; n++) {
    const { answer, refused } = attempt(n);
    if (refused === 0) return answers;
    answers.push(answer);
  }
  return assert.fail(`${most} allocations and no end`);
}

function reportOf(error) {
  const report = native.report(error.driver);
  assert.strictEqual(report.allocations, report.releases);
  assert.deepStrictEqual([report.badReleases, report.finalized, report.freedContext], [0, 0, 0]);
  return report;
}

describe('out of memory', () => {
  for (const kind of kinds) {
    it(`in tsfn_create, ${kind}: an error that says so, nothing is kept, a later try works`, driven(async ({ create }) => {
      for (const bound of [0, 1, 1000]) {
        let made = null;
        const codes = failEach((failAt) => {
          try {
            made = create(() => {}, { kind, bound, failAt });
            return { refused: made.report().refused };
          } catch (error) {
            const { refused } = reportOf(error);
            assert.match(error.message, /memory/);
            return { answer: error.code, refused };
          }
        });
        assert(codes.length >= 1);
        assert.deepStrictEqual(codes.filter((code) => code !== 'TSFN_NO_MEMORY'), []);
        native.failAt(made.handle, 0);
        made.send({ way: kind === 'record' ? 'record' : 'empty' });
        await made.close();
        assert.deepStrictEqual(made.report().completed, { DELIVERED: 1 });
      }
    }));
  }

  for (const way of ['call', 'empty', 'pointer', 'with', 'error']) {
    it(`in a call (${way}): TSFN_NO_MEMORY or done, what was refused is never seen`, driven(async ({ create }) => {
      for (const size of [8, 4000]) {
        let sequence = 0;
        let refusals = 0;
        const fn = create(() => {}, { kind: 'call_js' });
        // Enough calls for many queue blocks.
        for (let i = 0; i < 1000; i++) {
          native.failAt(fn.handle, 1 + (i % 3));
          for (let j = 0; j < 5; j++) {
            const status = fn.send({ way, size, sequence, producer: 1 });
            if (status === 'TSFN_OK') sequence++;
            else {
              assert.strictEqual(status, 'TSFN_NO_MEMORY');
              refusals++;
            }
          }
        }
        native.failAt(fn.handle, 0);
        assert(refusals > 0);
        assert.strictEqual(fn.send({ way, size, sequence, producer: 1 }), 'TSFN_OK');
        await fn.close();
        assert.strictEqual(fn.report().completed.DELIVERED, sequence + 1);
      }
    }));
  }

  it('in a call of many: a prefix is accepted, and its length said', driven(async ({ create }) => {
    for (const size of [8, 24, 100]) {
      const fn = create(() => {}, { kind: 'call_js' });
      let sequence = 0;
      let refusals = 0;
      for (let i = 0; i < 300; i++) {
        native.failAt(fn.handle, 1 + (i % 4));
        const { status, accepted } = fn.sendMany({ size, sequence, many: 50 });
        sequence += accepted;
        if (accepted === 50) assert.strictEqual(status, 'TSFN_OK');
        else {
          assert.strictEqual(status, 'TSFN_NO_MEMORY');
          refusals++;
        }
      }
      native.failAt(fn.handle, 0);
      assert(refusals > 0);
      await fn.close();
      assert.strictEqual(fn.report().completed.DELIVERED ?? 0, sequence);
    }
  }));

  it('in threads that call: each item is refused or seen, once', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', bound: 100 });
    const team = fn.produce({ threads: 4, count: 5000, size: 64, wait: -1, persists: true });
    let isDone = false;
    team.done.then(() => { isDone = true; });
    while (!isDone) {
      native.failAt(fn.handle, 20);
      await turn();
    }
    native.failAt(fn.handle, 0);
    const { accepted, statuses } = await team.done;
    assert.strictEqual(accepted, statuses.TSFN_OK);
    assert.strictEqual(accepted + (statuses.TSFN_NO_MEMORY ?? 0), 20000);
    await fn.close();
    assert.strictEqual(fn.report().completed.DELIVERED, accepted);
  }));

  it('for arguments beyond those of few: the failure arrives as the error', driven(async ({ create }) => {
    const calls = [];
    const fn = create((...args) => calls.push(args), { kind: 'convert', convertArguments: 100 });
    fn.fill(2);
    native.failAt(fn.handle, 1);
    await fn.drained();
    await fn.close();
    assert.strictEqual(calls.length, 2);
    assert.strictEqual(calls[0].length, 1);
    assert.strictEqual(calls[0][0].code, 'TSFN_NO_MEMORY');
    assert.strictEqual(calls[1].length, 103);
  }));

  it('in tsfn_spawn: an error that says so, the function lives on', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js' });
    const answers = failEach((n) => {
      const { refused } = fn.report();
      native.failAt(fn.handle, n);
      let answer = null;
      try {
        assert.strictEqual(fn.spawn({ count: 0 }), 'TSFN_OK');
      } catch (error) {
        answer = error.code;
        assert.match(error.message, /memory/);
      }
      native.failAt(fn.handle, 0);
      return { answer, refused: fn.report().refused - refused };
    });
    assert(answers.length >= 1);
    assert.deepStrictEqual(answers.filter((code) => code !== 'TSFN_NO_MEMORY'), []);
    fn.fill(1);
    await fn.close();
  }));

  it('in tsfn_start: an error that says so, what ran is told to close and is joined', async () => {
    for (const threads of [1, 4]) {
      const failed = [];
      const attempt = (failAt) => {
        try {
          const started = start(() => {}, { kind: 'call_js', failAt, threads }, { count: 1 });
          failed.push({ handle: started.fn.handle, promise: started.promise, starts: true });
          return { refused: native.report(started.fn.handle).refused };
        } catch (error) {
          failed.push({ handle: error.driver, starts: false });
          assert.strictEqual(error.code, 'TSFN_NO_MEMORY');
          return { answer: error.code, refused: native.report(error.driver).refused };
        }
      };
      // A thread's own call may be what was refused: then the promise says so.
      for (let n = 1; n <= 12; n++) attempt(n);
      await Promise.allSettled(failed.map(({ promise }) => promise));
      for (let i = 0; i < 20; i++) await turn();
      for (const { handle, starts } of failed) {
        let report = native.report(handle);
        while (report.finalized !== report.freedContext || (starts && !report.finalized)) {
          await turn();
          report = native.report(handle);
        }
        assert(report.finalized <= 1);
        assert.strictEqual(report.badReleases, 0);
        assert.strictEqual(report.exited, report.runs.length);
      }
      assert(failed.some(({ starts }) => starts));
      assert(failed.some(({ starts }) => !starts));
    }
  });
});
