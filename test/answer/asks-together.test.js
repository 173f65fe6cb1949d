// SPDX-License-Identifier: MIT
'use strict';

// Contract 9, where many asks stand in the queue at once: JavaScript is entered once
// for all of them, and each hears what it would have heard by itself.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { turn, until } = require('../support/turn');

const { begin, poll } = require(addon('polls', 'answer'));

const TOGETHER = 500;
const upTo = (count) => Array.from({ length: count }, (_, i) => i);

const deep = () => deep() + 1;
const unlucky = { get x() { throw new RangeError('unlucky'); }, y: null };
const shared = { x: 0, y: '' };

// What a callback may do, by the name of it.
const answers = {
  'a number': (id) => id,
  'a number below zero': (id) => -id,
  'minus zero': () => -0,
  'a fraction': (id) => id + 0.5,
  'a float': () => Math.fround(0.1),
  'no float': () => 0.1,
  'not a number': () => NaN,
  'infinity': () => Infinity,
  'minus infinity': () => -Infinity,
  'the largest float and more': () => 3.4028235677973366e38,
  'each limit of an integer': (id) => [-129, -128, 127, 128, 255, 256, -32769, -32768, 32767, 32768, 65535, 65536,
    -2147483649, -2147483648, 2147483647, 2147483648, 4294967295, 4294967296][id % 18],
  'each limit of a long one': (id) => [2 ** 53 - 1, 2 ** 53, 1 - 2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63), 2 ** 64][id % 7],
  'a bigint': (id) => BigInt(id),
  'a bigint that is too large': () => 2n ** 64n,
  'true': () => true,
  'false': () => false,
  'undefined': () => undefined,
  'null': () => null,
  'a string': (id) => `text ${id}`,
  'a name': (id) => ['red', 'green', 'blue'][id % 3],
  'a symbol': () => Symbol('mine'),
  'a function': () => deep,
  'an object': (id) => ({ x: id, y: `y ${id}` }),
  'an object that is the same each time': (id) => Object.assign(shared, { x: id, y: `y ${id}` }),
  'an object whose getter throws': () => unlucky,
  'an error': (id) => { throw Object.assign(new TypeError(`no ${id}`), { code: 'E_MINE' }); },
  'a number that is thrown': (id) => { throw id; },
  'undefined that is thrown': () => { throw undefined; },
  'no end': () => deep(),
  'a promise of a number': async (id) => id,
  'a promise of a number that comes later': (id) => new Promise((resolve) => { setTimeout(resolve, id % 3, id); }),
  'a promise that is rejected': async (id) => { throw new RangeError(`no ${id}`); },
  'an object with then': (id) => ({ then: (resolve) => resolve(id) }),
  'an object whose then throws': () => ({ then() { throw new Error('then'); } }),
};
const list = Object.values(answers);

const KINDS = ['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64', 'number', 'f32', 'f64', 'truth', 'paint', 'maybe', 'words', 'pair', 'call'];

describe('contract 9: asks of a kind that stand in the queue together', () => {
  for (const kind of KINDS) {
    it(`hear what each hears by itself, ${kind}`, async () => {
      const answer = (_error, { id }) => list[id % list.length](id);
      const count = 4 * list.length;
      const together = await poll(answer, kind, count, true);
      const alone = await poll(answer, kind, count, false);
      assert.deepStrictEqual(together, alone);
    }).timeout(60000);
  }

  // Of one way to answer for all, so that the loop in JavaScript knows no other.
  for (const [what, answer] of Object.entries(answers)) {
    it(`hear ${what} each time`, async () => {
      for (const kind of ['i32', 'truth', 'pair', 'maybe']) {
        const together = await poll((_error, { id }) => answer(id), kind, TOGETHER, true);
        const alone = await poll((_error, { id }) => answer(id), kind, 18, false);
        assert.deepStrictEqual(together.slice(0, 18), alone, kind);
        assert.strictEqual(together.length, TOGETHER);
        if (what === 'a number' && kind === 'i32') assert.deepStrictEqual(together, upTo(TOGETHER).map(String));
      }
    }).timeout(60000);
  }

  it('get their items as each gets its own', async () => {
    const texts = ['', 'one', 'a text of more than a word'];
    const seen = [];
    await poll((...all) => { seen.push(all); }, 'call', TOGETHER, true);
    assert.deepStrictEqual(seen, upTo(TOGETHER).map((id) => [null, { id, text: texts[id % 3] }]));
  });
});

// A line of `count` tickets of the loop thread, started at once; `answer` gets their
// numbers. What was called for is in `seen`.
function lineOf(count, answer = (id) => id, perCall = false) {
  const seen = [];
  const line = begin((_error, { id }) => {
    seen.push(id);
    return answer(id, line);
  }, perCall);
  line.start(count);
  return { line, seen };
}

const completed = ({ line }) => Object.values(line.stats()).reduce((sum, n) => sum + n, 0);

describe('contract 9: tickets that stand in the queue together', () => {
  it('are called for in their order, in one call of JavaScript', async () => {
    let stack = '';
    const made = lineOf(300, (id) => { if (id === 200) stack = new Error('here').stack; return id; });
    await until(() => completed(made) === 300);
    assert.deepStrictEqual(made.seen, upTo(300));
    assert.deepStrictEqual(made.line.heard(), upTo(300).map(String));
    assert.match(stack, /deliver/);
    made.line.release();
  });

  it('are not called for where they were withdrawn, and the others are', async () => {
    const made = lineOf(300);
    const isDropped = (id) => id % 7 === 3 || (id >= 100 && id < 200) || id === 0;
    upTo(300).filter(isDropped).forEach((id) => made.line.drop(id));
    const left = upTo(300).filter((id) => !isDropped(id));
    await until(() => completed(made) === 300);
    assert.deepStrictEqual(made.seen, left);
    assert.deepStrictEqual(made.line.heard(), left.map(String));
    assert.deepStrictEqual({ ...made.line.stats() }, { delivered: left.length, aborted: 0, withdrawn: 300 - left.length });
    made.line.release();
  });

  it('may be withdrawn by a callback, from 8 calls ahead on', async () => {
    const made = lineOf(300, (id, line) => { if (id === 50) upTo(300).filter((i) => i >= 58).forEach((i) => line.drop(i)); return id; });
    await until(() => completed(made) === 300);
    assert.deepStrictEqual(made.seen, upTo(58));
    assert.deepStrictEqual(made.line.heard(), upTo(58).map(String));
    made.line.release();
  });

  it('hear of an abort by a callback, behind which there is no call', async () => {
    const made = lineOf(300, (id, line) => { if (id === 100) line.abort(); return id; });
    await until(() => completed(made) === 300);
    assert.deepStrictEqual(made.seen, upTo(101));
    assert.deepStrictEqual(made.line.heard(), upTo(300).map((id) => (id <= 100 ? String(id) : 'TSFN_CLOSING')));
    assert.deepStrictEqual({ ...made.line.stats() }, { delivered: 101, aborted: 199, withdrawn: 0 });
    made.line.release();
  });

  it('are not called for behind an abort by a getter of the error that a reply of another kind makes', async () => {
    const made = lineOf(300, (id) => (id === 100 ? true : id));
    Object.defineProperty(TypeError.prototype, 'name', { configurable: true, get() { made.line.abort(); return 'TypeError'; } });
    try {
      await until(() => completed(made) === 300);
    } finally {
      Object.defineProperty(TypeError.prototype, 'name', { configurable: true, writable: true, enumerable: false, value: 'TypeError' });
    }
    // The group of the call that aborts has 8.
    const { length } = made.seen;
    assert.ok(length > 100 && length <= 108, `${length} calls`);
    assert.deepStrictEqual(made.line.heard(), upTo(300).map((id) => (id === 100 ? 'TSFN_THREW' : id < length ? String(id) : 'TSFN_CLOSING')));
    made.line.release();
  });

  it('hear what their callback answers after an uncaught exception in one of them, which ends the crossing', async () => {
    const made = lineOf(300, (id) => { if (id === 100) process.emit('uncaughtExceptionMonitor', new Error('mine'), 'uncaughtException'); return id; });
    await until(() => completed(made) === 300);
    assert.deepStrictEqual(made.seen, upTo(300));
    assert.deepStrictEqual(made.line.heard(), upTo(300).map(String));
    made.line.release();
  });

  it('hear what their callback answers where it starts others, which come behind', async () => {
    const made = lineOf(300, (id, line) => { if (id === 10) line.start(200); return id; });
    await until(() => made.seen.length === 500 && completed(made) === 500);
    assert.deepStrictEqual(made.seen, upTo(500));
    assert.deepStrictEqual(made.line.heard(), upTo(500).map(String));
    made.line.release();
  });

  it('have been answered for all calls but the last 7 when the next is made', async () => {
    const behind = [];
    const made = lineOf(500, (id, line) => {
      if (id === 499) behind.push(...line.heard().map((text, i) => (text === 'TSFN_TIMED_OUT' ? i : -1)).filter((i) => i >= 0));
      return id;
    });
    await until(() => completed(made) === 500);
    assert.ok(behind.length <= 8 && behind.every((id) => id >= 492), `not yet: ${behind}`);
    made.line.release();
  });

  it('are answered before the microtasks of their call, where each call has its own', async () => {
    const late = [];
    const made = lineOf(100, (id, line) => {
      queueMicrotask(() => { if (line.heard()[id] !== String(id)) late.push(id); });
      return id;
    }, true);
    await until(() => completed(made) === 100);
    await turn();
    assert.deepStrictEqual(late, []);
    assert.deepStrictEqual(made.seen, upTo(100));
    made.line.release();
  });
});
