// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { linesOf, sum } = require('../support/driver');

// Each in a child whose life depends on the function alone. A timer that does
// not itself keep the loop fires only where something else does.
describe('contract 8: the process exits when it should', () => {
  it('a referenced function with a use keeps it alive', async () => {
    assert.deepStrictEqual(await linesOf(({ create }) => {
      const fn = create(() => {}, { prints: true });
      setTimeout(() => {
        console.log('alive');
        fn.release();
      }, 20).unref();
    }).then((lines) => lines.map((line) => line.slice(0, 5))), ['alive', '{"acc']);
  });

  it('a thread\'s use keeps it alive, though the creator\'s was released', async () => {
    assert.deepStrictEqual(await linesOf(({ create, native }) => {
      const fn = create(() => console.log('called'), {});
      const latch = native.latch();
      fn.produce({ way: 'empty', count: 1, latch, quiet: true });
      fn.release();
      setTimeout(() => {
        console.log('alive');
        native.openLatch(latch);
      }, 20).unref();
    }), ['alive', 'called']);
  });

  it('a weak one does not', async () => {
    assert.deepStrictEqual(await linesOf(({ create }) => {
      create(() => {}, { weak: true });
      process.on('beforeExit', () => console.log('nothing left to do'));
      setTimeout(() => console.log('alive'), 600000).unref();
    }), ['nothing left to do']);
  });

  it('a weak one does not, whatever threads hold and wait for', async () => {
    assert.deepStrictEqual(await linesOf(({ create, native }) => {
      const fn = create(() => console.log('called'), { weak: true });
      const latch = native.latch();
      fn.produce({ way: 'empty', threads: 3, count: 1, latch, quiet: true });
      native.arrivedAt(latch, 3);
    }), []);
  });

  it('a closed and finalized one does not, whoever still has uses', async () => {
    for (const ending of ['abort', 'release']) {
      assert.deepStrictEqual(await linesOf(({ create, native }, how) => {
        const fn = create(() => {}, { uses: how === 'abort' ? 5 : 1, onFinalize: () => console.log('finalized') });
        const latch = native.latch();
        if (how === 'abort') fn.produce({ way: 'empty', threads: 3, latch, quiet: true });
        fn.op(how);
      }, { args: [ending] }), ['finalized']);
    }
  });

  it('undelivered items and the finalizer come first', async () => {
    assert.deepStrictEqual(await linesOf(({ create }) => {
      let count = 0;
      const fn = create(() => { count++; }, {
        budgetItems: 100,
        onFinalize: () => console.log(count),
      });
      fn.fill(10000, { way: 'empty' });
      fn.release();
    }), ['10000']);
  });

  it('unref lets it exit, ref holds it again, and neither counts', async () => {
    const sequences = [
      [['unref'], false],
      [['ref', 'ref', 'unref'], false],
      [['unref', 'unref', 'ref'], true],
      [['ref', 'unref', 'ref', 'unref'], false],
      [['unref', 'ref', 'unref', 'ref'], true],
    ];
    for (const how of ['op', 'onThread']) {
      for (const [names, isAlive] of sequences) {
        const lines = await linesOf(async ({ create, turn }, way, calls) => {
          const fn = create(() => {}, {});
          for (const name of calls) fn[way](name);
          // From another thread it is done at the next drain.
          await turn();
          await turn();
          setTimeout(() => {
            console.log('alive');
            fn.unref();
          }, 20).unref();
        }, { args: [how, names] });
        assert.deepStrictEqual(lines, isAlive ? ['alive'] : [], `${how} ${names}`);
      }
    }
  });

  it('ref makes a weak one hold it, from any thread', async () => {
    for (const how of ['op', 'onThread']) {
      assert.deepStrictEqual(await linesOf(async ({ create, turn }, way) => {
        const fn = create(() => {}, { weak: true });
        fn[way]('ref');
        await turn();
        await turn();
        setTimeout(() => {
          console.log('alive');
          fn[way]('unref');
        }, 20).unref();
      }, { args: [how] }), ['alive']);
    }
  });

  it('an unref from another thread is enough to end it', async () => {
    assert.deepStrictEqual(await linesOf(({ create }) => {
      const fn = create(() => {}, {});
      fn.onThread('unref');
    }), []);
  });

  it('ref after the end holds nothing', async () => {
    assert.deepStrictEqual(await linesOf(async ({ create }) => {
      const fn = create(() => {}, {});
      fn.abort();
      await fn.ended();
      fn.ref();
      fn.onThread('ref');
      console.log('done');
    }), ['done']);
  });

  it('of several functions the last one that holds decides', async () => {
    assert.deepStrictEqual(await linesOf(({ create }) => {
      const functions = Array.from({ length: 5 }, () => create(() => {}, {}));
      functions[1].unref();
      functions[2].release();
      functions[3].abort();
      functions[0].release();
      setTimeout(() => {
        console.log('alive');
        functions[4].unref();
      }, 20).unref();
    }), ['alive']);
  });

  it('process.exit ends it at once, with threads in blocking calls', async () => {
    assert.deepStrictEqual(await linesOf(({ create, native, FOREVER }) => {
      const fn = create(() => {}, { bound: 1, prints: true });
      fn.fill(1, { way: 'empty' });
      fn.produce({ way: 'empty', threads: 4, count: 10, wait: FOREVER, quiet: true });
      native.waitBlocked(fn.handle, 4);
      process.exit(0);
    }), []);
  });

  it('a weak one with blocked threads ends, they hear it, and all is completed', async () => {
    const [line] = await linesOf(({ create, native, FOREVER }) => {
      const fn = create(() => {}, { bound: 2, weak: true, prints: true });
      fn.fill(2, { way: 'empty' });
      fn.produce({ way: 'empty', threads: 4, count: 1, wait: FOREVER, quiet: true });
      native.waitBlocked(fn.handle, 4);
    });
    const { completed: { ENV_GONE, CANNOT_RUN_JS, ...others } } = JSON.parse(line);
    const gone = ENV_GONE + CANNOT_RUN_JS;
    assert.strictEqual(sum(others), 0, line);
    assert(gone >= 2 && gone <= 6, line);
  });
});
