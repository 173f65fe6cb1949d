// SPDX-License-Identifier: MIT
'use strict';

// Functions that are declared once (tsfn/export.h): their arguments, their results,
// objects with methods, and what the command `types` reads.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { EXTERNAL } } = require('../support/host');
const { livesIn } = require('../support/lives');

const lives = livesIn(require.resolve('./lives/exports'));
const file = addon('exports', 'export');
const native = require(file);

const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const RANGE = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };

const each = () => {};
const given = () => [5, 'green', 'name', Uint8Array.of(1, 2), [{ path: 'a', line: 1 }], each, undefined];

// [argument, its index, value, error, how the message ends].
const refused = [
  ['number', 0, 40000, RANGE, 'an integer from -32768 to 32767, got 40000'],
  ['number', 0, undefined, TYPE, 'an integer from -32768 to 32767, got undefined'],
  ['paint', 1, 'pink', RANGE, "one of 'red', 'green', 'blue', got 'pink'"],
  ['name', 2, null, TYPE, 'a string without NUL, got null'],
  ['raw', 3, [1], TYPE, 'an ArrayBuffer or a view of one that is not detached, or null, got an Array'],
  ['matches', 4, {}, TYPE, 'an Array, got an object'],
  ['matches[1].line', 4, [{ path: null, line: 1 }, { path: null, line: 1.5 }], RANGE, 'an integer from 0 to 4294967295, got 1.5'],
  ['each', 5, null, TYPE, 'a function, got null'],
  ['each', 5, {}, TYPE, 'a function, got an object'],
  ['signal', 7, {}, TYPE, 'an AbortSignal, or null, got an object'],
  ['signal', 7, true, TYPE, 'an AbortSignal, or null, got true'],
  ['done', 8, 'x', TYPE, "a function, or null, got 'x'"],
];

describe('an exported function', () => {
  it('gets its arguments as they were', () => {
    const { signal } = new AbortController();
    const any = Symbol('any');
    const done = () => {};
    assert.deepStrictEqual(native.every(...given().slice(0, 6), any, signal, done),
      [5, 1, 'name', 2, { path: 'a', line: 1 }, each, any, signal, done]);
  });

  it('may be called without those that are optional, and with surplus ones', () => {
    assert.deepStrictEqual(native.every(...given()).slice(0, 6), [5, 1, 'name', 2, { path: 'a', line: 1 }, each]);
    assert.deepStrictEqual(native.every(...given(), null, undefined, 'surplus').length, 7);
    assert.strictEqual(native.aBool('surplus', {}), true);
  });

  for (const [place, index, value, error, end] of refused) {
    it(`is not called where an argument is wrong: ${place}: expected ${end}`, () => {
      const all = given();
      all[index] = value;
      assert.throws(() => native.every(...all), { ...error, message: `every: ${place}: expected ${end}` });
    });
  }

  it('leaves what a getter throws as it is', () => {
    const error = new Error('mine');
    const all = given();
    all[4] = [{ path: null, get line() { throw error; } }];
    assert.throws(() => native.every(...all), (thrown) => thrown === error);
  });

  it('has the name and the number of arguments that JavaScript expects', () => {
    const seen = ['every', 'keep', 'search', 'aBool', 'makeCounter'].map((name) => [native[name].name, native[name].length]);
    assert.deepStrictEqual(seen, [['every', 7], ['keep', 1], ['search', 1], ['aBool', 0], ['makeCounter', 1]]);
  });

  it('is a property like any other, and nothing else is seen beside', () => {
    assert.ok(Object.keys(native).includes('aBool'));
    assert.deepStrictEqual(Object.getOwnPropertyDescriptor(native, 'aBool'),
      { value: native.aBool, writable: true, enumerable: true, configurable: true });
    assert.ok(Reflect.ownKeys(native).every((key) => typeof key === 'string' || !Object.getOwnPropertyDescriptor(native, key).enumerable));
  });

  it('may keep its arguments', () => {
    native.keep(['one', 'two']);
    native.keep(['three', 'four'], { path: 'x', line: 1 });
    assert.deepStrictEqual(native.taken(), ['three', 'four']);
    native.keep([]);
    assert.deepStrictEqual(native.taken(), []);
  });

  it('leaves no memory of its arguments behind', async () => {
    assert.deepStrictEqual(await lives.linesOf('arguments', { execArgv: ['--expose-gc'] }), ['done']);
  }).timeout(30000);

  it('can make a thread-safe function of its arguments', async () => {
    const lines = [];
    await native.search((err, match) => lines.push([err, match]));
    assert.deepStrictEqual(lines, [1, 2, 3].map((line) => [null, { path: 'notes.txt', line }]));
    const { signal } = new AbortController();
    await native.search(() => {}, signal);
    await assert.rejects(native.search(() => {}, AbortSignal.abort(new Error('mine'))), { message: 'mine' });
  });
});

describe('a callback that is declared', () => {
  it('is called as its words say, by the options that follow from them', async () => {
    const calls = [];
    await native.columns(() => {}, (...args) => calls.push(args));
    assert.deepStrictEqual(calls.map((args) => args.length), calls.map(() => 3));
    assert.deepStrictEqual(calls.flatMap(([paths]) => paths), Array(3).fill('notes.txt'));
    assert.deepStrictEqual(calls.flatMap(([, lines]) => [...lines]), [1, 2, 3]);
    assert.strictEqual(calls.reduce((sum, [, , count]) => sum + count, 0), 3);
  });
});

describe('options for what is no callback', () => {
  it('are refused by what makes the function', () => {
    assert.throws(() => native.noCallback(() => {}), { code: 'TSFN_INVALID', message: /^noCallback: .*errors/ });
  });
});

describe('a result that no thread can make', () => {
  it('is refused by what starts the threads', () => {
    assert.throws(() => native.startsValue(() => {}), { code: 'TSFN_INVALID', message: 'startsValue: no thread can make a result of its kind' });
  });
});

describe('tsfn_throw', () => {
  it('throws a status with its name as code', () => {
    assert.throws(() => native.throwStatus(1, 'here'), { name: 'Error', code: 'TSFN_QUEUE_FULL', message: 'name: text here' });
    assert.throws(() => native.throwStatus(5, null), { name: 'TypeError', code: 'TSFN_INVALID', message: 'libtsfn: an argument is not allowed here' });
    assert.throws(() => native.throwStatus(3, 'x'.repeat(1000)), (error) => error.message.length <= 255 && error.code === 'TSFN_CLOSING');
  });
});

describe('a result', () => {
  const results = {
    aBool: true,
    aLong: -(2n ** 63n),
    aDouble: 0.5,
    anEnum: 'blue',
    aText: 'abcd',
    aString: 'static',
    nullString: null,
    someBytes: Uint8Array.of(97, 98, 99),
    anArray: Uint8Array.of(0, 0, 7),
    aRecord: { path: 'a', line: 1 },
    aList: [{ path: 'a', line: 1 }, { path: null, line: 2 }],
    numbers: Float64Array.of(0.5, 2),
    anOptional: { path: null, line: 2 },
    noOptional: null,
    optionalList: new Uint8Array(0),
    maybeObject: null,
    custom: 'custom',
    madeMatch: { path: 'a', line: 1 },
  };
  for (const [name, value] of Object.entries(results)) {
    it(`arrives as it was made: ${name}`, () => assert.deepStrictEqual(native[name](), value));
  }

  it('may point into the arguments', () => {
    const matches = Array.from({ length: 100 }, (_, line) => ({ path: `path ${line}`.repeat(5), line }));
    for (let i = 0; i < 100; i++) {
      assert.strictEqual(native.echoText('a text of many words', []), 'a text of many words');
      assert.deepStrictEqual(native.echoMatches('', matches), matches);
    }
  });

  for (const name of ['noEnum', 'noString', 'wrongBytes', 'noObject']) {
    it(`that is none of its kind is an exception: ${name}`, () => {
      assert.throws(() => native[name](), { name: 'TypeError', code: 'TSFN_INVALID', message: `${name}: its result is not of its kind` });
    });
  }

  it('that is owned is freed once', () => {
    const before = native.freedCount();
    assert.deepStrictEqual(native.owned(), new Uint8Array(3));
    assert.strictEqual(native.freedCount(), before + 1);
  });

  it('may be a status: nothing, or an exception with its name', () => {
    assert.strictEqual(native.answerStatus(0), undefined);
    assert.throws(() => native.answerStatus(1), { code: 'TSFN_QUEUE_FULL', message: /^answerStatus: the queue is full/ });
    assert.throws(() => native.answerStatus(9), { message: /^answerStatus: it answered that an exception is pending, but none is$/ });
    assert.throws(() => native.answerStatus(200), { code: 'TSFN_UNKNOWN' });
  });

  it('is what the function throws, whatever it answers', () => {
    assert.throws(() => native.throwing(), { code: 'E_MINE', message: 'mine' });
    assert.throws(() => native.throwingOk(), { code: 'E_MINE', message: 'mine' });
  });

  it('may be a promise, and nothing else where one was declared', async () => {
    assert.strictEqual(await native.promise(Promise.resolve(5)), 5);
    for (const wrong of [undefined, 5, {}, null]) {
      assert.throws(() => native.promise(wrong), { code: 'TSFN_INVALID', message: 'promise: its result is not a promise' });
    }
  });
});

describe('an object of the addon', () => {
  it('has methods that get what it wraps', () => {
    const counter = native.makeCounter('first');
    assert.deepStrictEqual([counter.add(5), counter.add(1, true), counter.add(1, null)], [5, 7, 8]);
    assert.strictEqual(counter.name(), 'first');
    assert.deepStrictEqual([counter.add.name, counter.add.length], ['add', 1]);
    assert.deepStrictEqual(Object.keys(counter), []);
    assert.throws(() => counter.fail(), { code: 'TSFN_QUEUE_FULL', message: /^counter\.fail: / });
    assert.throws(() => counter.add('x'), { ...TYPE, message: "counter.add: number: expected an integer from 0 to 4294967295, got 'x'" });
  });

  it('has methods that make their result themselves', async () => {
    const counter = native.makeCounter('');
    assert.strictEqual(counter.same('mine'), 'mine');
    assert.strictEqual(await counter.promise(Promise.resolve(5)), 5);
    assert.throws(() => counter.promise(5), { code: 'TSFN_INVALID', message: 'counter.promise: its result is not a promise' });
    assert.strictEqual(native.valueOf(counter), 3);
  });

  it('is told from others by its type', () => {
    const counter = native.makeCounter('');
    const { add } = counter;
    for (const wrong of [undefined, null, 5, {}, native.makeOther(), Object.create(counter), new Proxy(counter, {})]) {
      assert.throws(() => add.call(wrong, 1),
        { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'counter.add: `this` is no object of type counter' });
    }
    assert.strictEqual(add.call(counter, 3), 3);
  });

  it('can be an argument', () => {
    const counter = native.makeCounter('');
    counter.add(7);
    assert.deepStrictEqual([native.valueOf(counter), native.valueOf(null), native.valueOf()], [7, null, null]);
    assert.throws(() => native.valueOf(native.makeOther()),
      { ...TYPE, message: 'valueOf: of: expected an object of type counter, or null, got an object' });
  });

  it('is freed once when nobody has it', async () => {
    assert.deepStrictEqual(await lives.linesOf('collected', { execArgv: ['--expose-gc'] }), ['0']);
  }).timeout(30000);

  lacks({ deno: EXTERNAL }, it)('is freed at the end of its environment', async () => {
    assert.deepStrictEqual(await lives.linesOf('ended'), ['exit 0', 'terminate 0']);
  }).timeout(30000);
});

describe('the module', () => {
  it('can be loaded twice', () => {
    delete require.cache[require.resolve(file)];
    const again = require(file);
    const counter = native.makeCounter('shared');
    counter.add(2);
    assert.strictEqual(again.valueOf(counter), 2);
    assert.strictEqual(again.makeCounter('x').add.call(counter, 1), 3);
  });

  it('works where the program keeps it from being described', async () => {
    assert.deepStrictEqual(await lives.linesOf('undescribed'), ['true', 'undefined']);
  });

  it('describes what it exports', () => {
    const about = native[Symbol.for('libtsfn.description')]();
    const named = (list) => Object.fromEntries(list.map(({ name, ...rest }) => [name, rest]));
    const functions = named(about.functions);
    assert.strictEqual(about.version, 1);
    assert.deepStrictEqual(Object.keys(functions), Object.keys(native));
    assert.deepStrictEqual(named(about.enums), { color: { values: ['red', 'green', 'blue'] } });
    assert.deepStrictEqual(native.makeBox().state(), { width: 7 });
    assert.deepStrictEqual(named(about.records), {
      box: { fields: [{ name: 'width', kind: { kind: 'u8' } }] },
      constructor: { fields: [{ name: 'x', kind: { kind: 'u8' } }] },
      match: { fields: [{ name: 'path', kind: { kind: 'string', nullable: true } }, { name: 'line', kind: { kind: 'u32' } }] },
    });
    assert.deepStrictEqual(about.objects.map(({ name, doc, methods }) => [name, doc, methods.map((method) => method.name)]),
      [['counter', 'Counts.', ['add', 'name', 'fail', 'same', 'promise']], ['other', null, []], ['box', null, ['state']]]);
    assert.deepStrictEqual(about.objects[0].methods[0], {
      name: 'add', doc: 'Adds a number.\nAnswers the sum.', signature: null, result: { kind: 'u32' },
      arguments: [{ name: 'number', kind: { kind: 'u32' } }, { name: 'twice', kind: { kind: 'optional', of: { kind: 'bool' } } }],
    });
    const match = { record: 'match', delivery: 'each', errors: 'error-first', passing: 'object' };
    assert.deepStrictEqual(functions.every.arguments.map(({ kind }) => kind), [
      { kind: 'i16' }, { kind: 'enum', name: 'color' }, { kind: 'string', nullable: false }, { kind: 'bytes', nullable: true },
      { kind: 'list', of: { kind: 'record', name: 'match' } }, { kind: 'callback', ...match }, { kind: 'value' },
      { kind: 'optional', of: { kind: 'signal' } }, { kind: 'optional', of: { kind: 'callback', ...match, record: null } },
    ]);
    assert.deepStrictEqual(functions.custom.signature, "(...all: string[]): 'custom'");
    const made = ['search', 'promise', 'answerStatus', 'anArray', 'aText', 'maybeObject', 'optionalList'].map((name) => functions[name].result);
    assert.deepStrictEqual(made, [
      { kind: 'promise', of: { kind: 'void' } }, { kind: 'promise', of: { kind: 'u32' } }, { kind: 'void' },
      { kind: 'array', element: 'u8', count: 3 }, { kind: 'text', count: 4 },
      { kind: 'optional', of: { kind: 'object', name: 'counter' } }, { kind: 'optional', of: { kind: 'list', of: { kind: 'u8' } } },
    ]);
  });
});
