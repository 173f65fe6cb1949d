// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { AS_ARGUMENTS, VALUES_ONLY, driven, native, sum } = require('../support/driver');

// What the callback is called with, one array for each call.
async function received(create, options, send) {
  const calls = [];
  const fn = create((...args) => { calls.push(args); }, options);
  send(fn);
  await fn.close();
  return calls;
}

describe('the callback', () => {
  it('gets no arguments where items are nothing', driven(async ({ create }) => {
    const calls = await received(create, {}, (fn) => {
      fn.call();
      fn.call_many();
    });
    assert.deepStrictEqual(calls, [[], []]);
  }));

  it('gets null and what convert pushed', driven(async ({ create }) => {
    const calls = await received(create, { kind: 'convert', itemSize: 8 }, (fn) =>
      fn.fill(2, { producer: 7 }));
    assert.deepStrictEqual(calls, [[null, 7, 0], [null, 7, 1]]);
  }));

  it('gets only what convert pushed when it takes values only', driven(async ({ create }) => {
    const options = { kind: 'convert', errors: VALUES_ONLY };
    const calls = await received(create, options, (fn) => fn.fill(2, { producer: 7 }));
    assert.deepStrictEqual(calls, [[7, 0], [7, 1]]);
  }));

  it('gets any number of arguments', driven(async ({ create }) => {
    for (const convertArguments of [12, 13, 14, 15, 200]) {
      const options = { kind: 'convert', convertArguments };
      const [args] = await received(create, options, (fn) => fn.fill(1, { producer: 3 }));
      const more = Array.from({ length: convertArguments }, (_, index) => index);
      assert.deepStrictEqual(args, [null, 3, 0, ...more]);
    }
  }));

  it('gets what call_js passes', driven(async ({ create }) => {
    const calls = await received(create, { kind: 'call_js' }, (fn) => {
      fn.fill(1, { producer: 5 });
      fn.send({ way: 'empty' });
    });
    assert.deepStrictEqual(calls, [[5, 0], []]);
  }));

  it('gets a record as an object, or as arguments', driven(async ({ create }) => {
    const send = (fn) => fn.fill(2, { way: 'record', producer: 9 });
    assert.deepStrictEqual(await received(create, { kind: 'record' }, send), [
      [null, { producer: 9, sequence: 0 }],
      [null, { producer: 9, sequence: 1 }],
    ]);
    const options = { kind: 'record', passing: AS_ARGUMENTS, errors: VALUES_ONLY };
    assert.deepStrictEqual(await received(create, options, send), [[9, 0], [9, 1]]);
  }));

  it('gets an error with code and message in the item\'s place', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'call_js', 'record']) {
      const calls = await received(create, { kind }, (fn) => {
        fn.send({ way: 'error', code: 'ECODE', text: 'żółw \u{1f422}' });
        fn.send({ way: 'error', text: '' });
      });
      const [[first, ...rest], [second]] = calls;
      assert(first instanceof Error && second instanceof Error, kind);
      assert.deepStrictEqual([first.code, first.message, rest], ['ECODE', 'żółw \u{1f422}', []]);
      assert.deepStrictEqual([second.code, second.message], [undefined, '']);
    }
  }));

  it('is called by the callback of one call, in every kind of function', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'call_js', 'record']) {
      const calls = await received(create, { kind }, (fn) => {
        fn.fill(1, { way: 'with', producer: 1, size: 8 });
        fn.fill(1, { way: 'with', producer: 2, size: 1000 });
        fn.call_with();
      });
      assert.deepStrictEqual(calls, [['with', 1, 0], ['with', 2, 0], ['with']]);
    }
  }));

  it('has `this` undefined', driven(async ({ create }) => {
    for (const kind of ['none', 'convert', 'record']) {
      let receiver = 'not called';
      const fn = create(function callback() { receiver = this; }, { kind });
      fn.send({ way: kind === 'record' ? 'record' : 'empty' });
      await fn.close();
      assert.strictEqual(receiver, undefined, kind);
    }
  }));

  it('is not needed where there is a call_js', driven(async ({ create }) => {
    const fn = create(null, { kind: 'call_js' });
    fn.fill(3);
    await fn.close();
    assert.deepStrictEqual(fn.report().shown, 3);
  }));

  it('works without any options', async () => {
    let calls = 0;
    const handle = native.createDefault(() => { calls++; });
    assert.strictEqual(native.op(handle, 'call'), 'TSFN_OK');
    assert.strictEqual(native.op(handle, 'release'), 'TSFN_OK');
    while (calls === 0) await new Promise(setImmediate);
    assert.strictEqual(calls, 1);
  });
});

describe('an item', () => {
  it('arrives whole whatever its size, alone and as one of many', driven(async ({ create }) => {
    const sizes = [8, 9, 15, 16, 17, 23, 24, 25, 32, 100, 1000, 4096];
    for (const kind of ['convert', 'call_js']) {
      const fn = create(() => {}, { kind });
      sizes.forEach((size, producer) => {
        fn.fill(3, { size, producer });
        assert.deepStrictEqual(fn.sendMany({ size, producer, sequence: 3, many: 40 }), {
          status: 'TSFN_OK',
          accepted: 40,
        });
      });
      await fn.close(); // it checks each byte
      assert.strictEqual(sum(fn.report().completed), sizes.length * 43);
    }
  }));

  it('arrives whole where all have one size', driven(async ({ create }) => {
    for (const itemSize of [8, 9, 24, 25, 100, 4096]) {
      const fn = create(() => {}, { kind: 'convert', itemSize });
      fn.fill(100, { size: itemSize });
      fn.sendMany({ size: itemSize, sequence: 100, many: 300 });
      await fn.close();
      assert.strictEqual(sum(fn.report().completed), 400);
    }
  }));

  it('can be less than a word', driven(async ({ create }) => {
    for (const options of [{ kind: 'call_js' }, { kind: 'call_js', itemSize: 3 }]) {
      const fn = create(null, options);
      assert.strictEqual(fn.send({ size: 3, sequence: 5 }), 'TSFN_OK');
      await fn.close();
    }
  }));

  it('can be a pointer, which is the function\'s from then on', driven(async ({ create }) => {
    for (const kind of ['convert', 'call_js']) {
      const calls = await received(create, { kind, errors: VALUES_ONLY }, (fn) =>
        fn.fill(3, { way: 'pointer', producer: 4 }));
      assert.deepStrictEqual(calls, [[4, 0], [4, 1], [4, 2]]);
    }
  }));

  it('comes in the order of the calls, whatever their ways', driven(async ({ create }) => {
    const ways = ['call', 'with', 'pointer', 'error', 'call', 'empty', 'error', 'with', 'call'];
    const calls = await received(create, { kind: 'call_js' }, (fn) =>
      ways.forEach((way, sequence) => fn.fill(1, { way, producer: 0, sequence, size: 30 })));
    assert.deepStrictEqual(
      calls.map((args) => (args[0] instanceof Error ? args[0].message : args.join(' '))),
      ['0 0', 'with 0 1', '0 2', '0:3', '0 4', '', '0:6', 'with 0 7', '0 8'],
    );
  }));

  it('of another size or record is refused', driven(async ({ create }) => {
    const refused = 'TSFN_WRONG_TYPE';
    const fixed = create(() => {}, { kind: 'convert', itemSize: 16 });
    for (const size of [0, 8, 15, 17, 24, 1000]) {
      assert.deepStrictEqual(fixed.sendMany({ size, many: 3 }), { status: refused, accepted: 0 });
    }
    assert.strictEqual(fixed.send({ size: 16 }), 'TSFN_OK');
    assert.strictEqual(fixed.call_record(), refused);
    await fixed.close();

    const none = create(() => {}, {});
    assert.strictEqual(none.send({ size: 8 }), refused);
    assert.strictEqual(none.call_pointer(), refused);
    assert.strictEqual(none.call_record(), refused);
    await none.close();

    const record = create(() => {}, { kind: 'record' });
    assert.strictEqual(record.op('call_other_record'), refused);
    assert.strictEqual(record.call_pointer(), refused);
    assert.strictEqual(record.send({ size: 7 }), refused);
    assert.strictEqual(record.call_record(), 'TSFN_OK');
    await record.close();
    assert.strictEqual(record.report().completed.DELIVERED, 1);
  }));
});
