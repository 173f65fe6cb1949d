// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { PER_CALL, PER_DRAIN, VALUES_ONLY, driven, uncaught } = require('../support/driver');
const { lacks, reasons: { GOES_ON, IDS, MESSAGE, RECEIVER } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/throws'));

describe('contract 7: a callback that throws', () => {
  it('becomes uncaughtException, and the items after it still arrive', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'call_js']) {
      let calls = 0;
      const errors = await uncaught(async () => {
        const fn = create(() => {
          if (++calls % 2 === 0) throw new RangeError(`call ${calls}`);
        }, { kind });
        fn.fill(9, { way: 'empty' });
        await fn.close();
      });
      assert.strictEqual(calls, 9);
      assert.deepStrictEqual(errors.map(String), [2, 4, 6, 8].map((n) => `RangeError: call ${n}`));
    }
  }));

  it('may throw anything', driven(async ({ create }) => {
    const things = [undefined, null, 0, '', 'text', Symbol.iterator, { a: 1 }];
    let calls = 0;
    const errors = await uncaught(async () => {
      const fn = create(() => { throw things[calls++]; }, {});
      fn.fill(things.length, { way: 'empty' });
      await fn.close();
      assert.deepStrictEqual(fn.report().completed, { THREW: things.length });
    });
    assert.deepStrictEqual(errors, things);
  }));

  lacks({ deno: RECEIVER }, it)('goes to the function\'s own handler where it has one', driven(async ({ create }) => {
    const handled = [];
    const errors = await uncaught(async () => {
      const fn = create(() => { throw new Error('mine'); }, {
        onError: function onError(...args) { handled.push([this === undefined || this === globalThis, ...args]); },
      });
      fn.fill(3, { way: 'empty' });
      await fn.close();
      assert.deepStrictEqual(fn.report().completed, { THREW: 3 });
    });
    assert.deepStrictEqual(errors, []);
    assert.strictEqual(handled.length, 3);
    for (const [receiver, error, ...rest] of handled) {
      assert.deepStrictEqual([receiver, error.message, rest], [true, 'mine', []]);
    }
  }));

  it('is handled before the next item', driven(async ({ create }) => {
    const order = [];
    const fn = create(() => {
      order.push('call');
      throw new Error('mine');
    }, { onError: () => order.push('handled') });
    fn.fill(3, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(order, Array(3).fill(['call', 'handled']).flat());
  }));

  it('with a handler that throws: that is the uncaughtException', driven(async ({ create }) => {
    let calls = 0;
    const errors = await uncaught(async () => {
      const fn = create(() => { calls++; throw new Error('mine'); }, {
        onError: () => { throw new Error('the handler\'s'); },
      });
      fn.fill(3, { way: 'empty' });
      await fn.close();
    });
    assert.strictEqual(calls, 3);
    assert.deepStrictEqual(errors.map((error) => error.message), Array(3).fill('the handler\'s'));
  }));

  it('may abort the function from its handler: the rest is aborted', driven(async ({ create }) => {
    const fn = create(() => { throw new Error('mine'); }, { onError: () => fn.abort() });
    fn.fill(5, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual(fn.report().completed, { THREW: 1, ABORTED: 4 });
  }));

  // In a child: a host whose bookkeeping went wrong ends the process.
  it('in a tick of its own is reported, and no item has thrown', async () => {
    for (const microtasks of [PER_DRAIN, PER_CALL]) {
      const lines = await lives.linesOf('tickThrows', { args: [microtasks] });
      assert.deepStrictEqual(lines, ['{"DELIVERED":4}', '4']);
    }
  });

  it('loses nothing with thousands of them', driven(async ({ create }) => {
    let calls = 0;
    let handled = 0;
    const fn = create(() => { calls++; throw new Error('each'); }, { onError: () => { handled++; } });
    fn.fill(5000, { way: 'empty' });
    await fn.close();
    assert.deepStrictEqual([calls, handled], [5000, 5000]);
  }));

  lacks({ bun: GOES_ON, deno: MESSAGE }, it)('without any handler ends the process with code 1', async () => {
    const { code, stderr, lines, timedOut, said } = await lives.inChild('nobodyHandles');
    assert.deepStrictEqual([code, timedOut, lines], [1, false, ['0', '1']], said);
    assert.match(stderr, /nobody catches this/);
  });

  lacks({ deno: MESSAGE }, it)('with a process handler that throws ends the process with code 7', async () => {
    const { code, stderr, timedOut, said } = await lives.inChild('handlerThrows');
    assert.deepStrictEqual([code, timedOut], [7, false], said);
    assert.match(stderr, /the handler's/);
  });

  it('may exit the process, from the callback or the handler', async () => {
    for (const where of ['callback', 'onError', 'uncaughtException']) {
      const { code, lines, timedOut, said } = await lives.inChild('exits', { args: [where] });
      assert.deepStrictEqual([code, timedOut, lines], [42, false, ['exit']], said);
    }
  });
});

describe('contract 7: an error in values-only', () => {
  it('becomes uncaughtException, and the items after it still arrive', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'call_js', 'record']) {
      let calls = 0;
      const errors = await uncaught(async () => {
        const fn = create(() => { calls++; }, { kind, errors: VALUES_ONLY });
        const way = kind === 'record' ? 'record' : 'empty';
        fn.send({ way });
        fn.send({ way: 'error', code: 'ECODE', text: 'from a thread' });
        fn.send({ way: 'error', text: 'another' });
        fn.send({ way, sequence: 1 });
        await fn.close();
        assert.deepStrictEqual(fn.report().completed, { DELIVERED: 4 });
      });
      assert.strictEqual(calls, 2);
      assert.deepStrictEqual(
        errors.map(({ code, message }) => [code, message]),
        [['ECODE', 'from a thread'], [undefined, 'another']],
      );
    }
  }));

  it('goes to the function\'s own handler where it has one', driven(async ({ create }) => {
    const handled = [];
    const fn = create(() => {}, { errors: VALUES_ONLY, onError: (error) => handled.push(error.code) });
    fn.send({ way: 'error', code: 'ONE' });
    fn.send({ way: 'error', code: 'TWO' });
    await fn.close();
    assert.deepStrictEqual(handled, ['ONE', 'TWO']);
  }));

  it('comes the same way where the function has no callback', driven(async ({ create }) => {
    const handled = [];
    const fn = create(null, { kind: 'call_js', onError: (error) => handled.push(error.code) });
    fn.send({ way: 'error', code: 'ONE' });
    await fn.close();
    assert.deepStrictEqual(handled, ['ONE']);
  }));

  lacks({ bun: IDS }, it)('in a tick, with a handler and AsyncLocalStorage in use: uncaughtException, and the process lives', async () => {
    const lines = await lives.linesOf('tickThrowsUnderStorage');
    assert.deepStrictEqual(lines, [...Array(6).fill('of a tick'), 'true']);
  });
});
