// SPDX-License-Identifier: MIT
'use strict';

// Contract 9: no asker is left waiting. JavaScript's answer on the thread that asked,
// in every way in which a callback can answer or not (tsfn/ask.h).

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { RUNS_ON } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { rounds } = require('../support/scale');
const { turn, until, untilWithoutTurns } = require('../support/turn');

const lives = livesIn(require.resolve('./lives/ask'));
const native = require(addon('asks', 'answer'));
const refusals = require(addon('refusals', 'answer'));

const TEXTS = ['zero', 'one', 'two'];
const FOR_EVER = 2 ** 53 - 1;
const answered = (reply) => ({ status: 'TSFN_OK', reply, name: '', code: '', message: '' });
const ended = (status) => ({ ...answered(''), status });
const threw = (name, code, message) => ({ status: 'TSFN_THREW', reply: '', name, code, message });
const verdict = (_error, { id, text, data }) => ({ score: id - 1, label: text, marks: ['a', 'b'], data });
const described = (id) => answered(`${id - 1} ${TEXTS[id % 3]} a b 136 bytes`);

// What one ask of that kind hears, of a callback that answers so.
async function heard(answer, { kind = 'digit', ms = 60000 } = {}) {
  const session = native.begin(answer);
  const [only] = await session.ask(kind, 1, ms);
  session.release();
  return only;
}

describe('contract 9: what a callback answers', () => {
  it('is a record, with text, lists and bytes', async () => {
    const session = native.begin(verdict);
    assert.deepStrictEqual(await session.ask('verdict', 3, 60000), [0, 1, 2].map(described));
    session.release();
  });

  it('is a number', async () => {
    assert.deepStrictEqual(await heard(() => 42), answered('42'));
  });

  it('is nothing, where only the call is waited for', async () => {
    assert.deepStrictEqual(await heard(() => 'anything', { kind: 'nothing' }), answered(''));
  });

  it('gets the item as a call does, behind null', async () => {
    let seen;
    await heard((...all) => { seen = all; return 0; });
    assert.strictEqual(seen.length, 2);
    assert.strictEqual(seen[0], null);
    assert.deepStrictEqual([seen[1].id, seen[1].text, seen[1].data.length], [0, 'zero', 136]);
  });

  it('stands in one order with the calls', async () => {
    const order = [];
    const session = native.begin((_error, { id }) => { order.push(id); return id; });
    session.call(7);
    session.start();
    session.call(8);
    await until(() => order.length === 3);
    assert.deepStrictEqual(order, [7, 1, 8]);
    session.drop();
    session.release();
  });
});

describe('contract 9: a thenable is awaited', () => {
  const never = () => new Promise(() => {});
  const later = (value) => new Promise((resolve) => { setTimeout(resolve, 1, value); });

  const ways = [
    ['a promise that is resolved', async () => 5, answered('5')],
    ['a promise that is resolved later', () => later(5), answered('5')],
    ['a promise of a promise', async () => later(later(5)), answered('5')],
    ['a promise that is rejected', async () => { throw new RangeError('no'); }, threw('RangeError', '', 'no')],
    ['a promise of a value of another type', async () => 'five',
      threw('TypeError', 'ERR_INVALID_ARG_TYPE', 'digit: reply: expected an integer from -2147483648 to 2147483647, got \'five\'')],
    ['an object with then', () => ({ then: (resolve) => resolve(5) }), answered('5')],
    ['a function with then', () => Object.assign(() => {}, { then: (resolve) => resolve(5) }), answered('5')],
    ['a then that answers later', () => ({ then: (resolve) => setTimeout(resolve, 1, 5) }), answered('5')],
    ['a then that answers by a promise', () => ({ then: (resolve) => resolve(later(5)) }), answered('5')],
    ['a then that throws', () => ({ then() { throw new Error('mine'); } }), threw('Error', '', 'mine')],
    ['a then that answers and throws', () => ({ then(resolve) { resolve(5); throw new Error('mine'); } }), answered('5')],
    ['a then that calls both', () => ({ then(resolve, reject) { resolve(5); reject(new Error('mine')); } }), answered('5')],
    ['a then that calls both, the other way', () => ({ then(resolve, reject) { reject(new Error('mine')); resolve(5); } }), threw('Error', '', 'mine')],
    ['a then that answers twice', () => ({ then(resolve) { resolve(5); resolve(6); setTimeout(resolve, 1, 7); } }), answered('5')],
    ['a then whose getter throws', () => ({ get then() { throw new Error('getter'); } }), threw('Error', '', 'getter')],
    ['a then that is no function', () => ({ then: 5 }),
      threw('TypeError', 'ERR_INVALID_ARG_TYPE', 'digit: reply: expected an integer from -2147483648 to 2147483647, got an object')],
    ['a heir of promises that is none', () => Object.create(Promise.prototype), 'TypeError'],
    ['a promise whose then was replaced', () => Object.assign(never(), { then: (resolve) => resolve(5) }), answered('5')],
  ];
  for (const [what, answer, expected] of ways) {
    it(`such as ${what}`, async () => {
      const was = await heard(answer);
      assert.deepStrictEqual(typeof expected === 'string' ? was.name : was, expected);
    });
  }

  it('and its then is read once', async () => {
    let reads = 0;
    await heard(() => ({ get then() { reads++; return (resolve) => resolve(5); } }));
    assert.strictEqual(reads, 1);
  });

  it('also where a program has replaced the built-in functions', async () => {
    assert.deepStrictEqual(await lives.linesOf('replaced'), ['TSFN_OK 5']);
  });

  it('in any order, many at the same time', async () => {
    const waiting = [];
    const session = native.begin((_error, item) => new Promise((resolve) => { waiting.push(() => resolve(verdict(null, item))); }));
    const promise = session.tickets(1000, FOR_EVER, 'forward');
    await until(() => waiting.length === 1000);
    for (let i = 0; i < 1000; i++) waiting[i * 7 % 1000]();
    assert.deepStrictEqual(await promise, Array.from({ length: 1000 }, (_, i) => described(i)));
    session.release();
  });
});

describe('contract 9: what was thrown', () => {
  const long = 'ä'.repeat(500);
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const thrown = [
    ['an error with a code', Object.assign(new TypeError('no'), { code: 'E_MINE' }), threw('TypeError', 'E_MINE', 'no')],
    ['an error with a code that is no string', Object.assign(new Error('no'), { code: 5 }), threw('Error', '', 'no')],
    ['a string', 'text', threw('', '', 'text')],
    ['a number', 5, threw('', '', '5')],
    ['undefined', undefined, threw('', '', 'undefined')],
    ['null', null, threw('', '', 'null')],
    ['a symbol', Symbol('mine'), threw('', '', 'what was thrown has no message')],
    ['an object without a message', { code: 'E_MINE' }, threw('', 'E_MINE', 'what was thrown has no message')],
    ['an object whose message throws', { name: 'Mine', get message() { throw new Error('x'); } }, threw('Mine', '', 'what was thrown has no message')],
    ['a proxy that was revoked', revoked(), threw('', '', 'what was thrown has no message')],
    ['an error of long texts, cut at a character', Object.assign(new Error(`x${long}`), { code: long }), threw('Error', 'ä'.repeat(31), `x${'ä'.repeat(191)}`)],
  ];
  for (const [what, value, expected] of thrown) {
    it(`may be ${what}`, async () => {
      assert.deepStrictEqual(await heard(() => { throw value; }), expected);
    });
  }

  it('is no uncaught exception, and the next ask is answered', async () => {
    let calls = 0;
    const session = native.begin(() => { if (calls++ === 0) throw new Error('first'); return 5; });
    assert.deepStrictEqual(await session.ask('digit', 2, 60000), [threw('Error', '', 'first'), answered('5')]);
    assert.strictEqual(session.stats().delivered, 2);
    session.release();
  });

  it('may come from the reply: a getter, a value of the wrong type in it', async () => {
    const reply = { score: 1, label: null, get marks() { throw new Error('getter'); }, data: null };
    assert.deepStrictEqual(await heard(() => reply, { kind: 'verdict' }), threw('Error', '', 'getter'));
    const wrong = { score: 1, label: null, marks: ['a', 5], data: null };
    assert.deepStrictEqual(await heard(() => wrong, { kind: 'verdict' }),
      threw('TypeError', 'ERR_INVALID_ARG_TYPE', 'question: reply.marks[1]: expected a string without NUL, got 5'));
  });
});

describe('contract 9: tickets', () => {
  for (const how of ['forward', 'backward']) {
    it(`are waited for ${how}`, async () => {
      const session = native.begin(verdict);
      const count = rounds(10000);
      const list = await session.tickets(count, 60000, how);
      const expected = Array.from({ length: count }, (_, i) => described(how === 'forward' ? i : count - 1 - i));
      assert.deepStrictEqual(list, expected);
      session.release();
    }).timeout(60000);
  }

  it('that are dropped before their turn are withdrawn, and not called for', async () => {
    let calls = 0;
    const session = native.begin((error, item) => { calls++; return verdict(error, item); });
    session.start();
    session.drop();
    session.start();
    await turn();
    await until(() => session.look() === 'TSFN_OK');
    session.drop();
    assert.strictEqual(calls, 1);
    assert.deepStrictEqual(session.stats(), { accepted: 2, delivered: 1, aborted: 0, withdrawn: 1 });
    session.release();
  });

  it('that are dropped later leave their answer', async () => {
    let resolve;
    const session = native.begin(() => new Promise((done) => { resolve = done; }));
    session.start();
    await until(() => resolve !== undefined);
    session.drop();
    resolve(verdict(null, { id: 1, text: 'one', data: null }));
    await turn();
    assert.strictEqual(session.stats().delivered, 1);
    session.release();
  });

  it('are each answered or withdrawn where half of them are dropped', async () => {
    const session = native.begin(verdict);
    const list = await session.tickets(1000, 60000, 'half');
    assert.strictEqual(list.filter(({ status }) => status === 'TSFN_OK').length, 500);
    await until(() => session.stats().delivered + session.stats().withdrawn === 1000);
    session.release();
  });

  it('take the memory that an item owns where they were accepted, and only then', async () => {
    const ids = [];
    const statuses = refusals.parcels((_error, { id, data }) => { ids.push(id); return data[0]; });
    assert.deepStrictEqual(statuses, ['TSFN_INVALID', 'TSFN_QUEUE_FULL', 'three']);
    await until(() => ids.length === 2);
    assert.deepStrictEqual([...refusals.unpack()], [0, 2]);
    assert.deepStrictEqual(ids, [0, 2]);
    assert.strictEqual(refusals.live(), 0);
  });
});

describe('contract 9: asks that are waited for together', () => {
  it('are answered in the order of their items', async () => {
    const session = native.begin(verdict);
    const count = rounds(10000);
    assert.deepStrictEqual(await session.all(count, 60000), Array.from({ length: count }, (_, i) => described(i)));
    assert.deepStrictEqual(await session.all(0, 60000), []);
    session.release();
  });

  it('are answered by promises, in any order', async () => {
    const session = native.begin((_error, item) => new Promise((resolve) => { setTimeout(resolve, item.id % 3, verdict(null, item)); }));
    assert.deepStrictEqual(await session.all(100, 60000), Array.from({ length: 100 }, (_, i) => described(i)));
    session.release();
  });

  it('fail by the first that has no reply, and those before it are freed', async () => {
    const session = native.begin((_error, item) => { if (item.id > 2) throw new RangeError(`no ${item.id}`); return verdict(null, item); });
    assert.deepStrictEqual(await session.all(5, 60000), [threw('RangeError', '', 'no 3')]);
    session.release();
  });

  it('are not made any more once one has failed', async () => {
    let calls = 0;
    const session = native.begin((_error, item) => { if (++calls === 10) throw new Error('no'); return verdict(null, item); }, 100);
    assert.deepStrictEqual(await session.all(20000, 60000), [threw('Error', '', 'no')]);
    session.release();
    // 100 that the loop has taken, 100 in the queue, and 64 that were being started.
    assert.ok(calls <= 10 + 100 + 100 + 64, `${calls} calls`);
  });

  it('tell what the first has heard, where the function was aborted behind it', async () => {
    const session = native.begin((_error, item) => {
      if (item.id === 5) throw new RangeError('no 5');
      if (item.id === 8) session.abort();
      return verdict(null, item);
    }, 4);
    assert.deepStrictEqual(await session.all(100, 60000), [threw('RangeError', '', 'no 5')]);
    session.release();
  });

  it('have one deadline, and are withdrawn then', async () => {
    const session = native.begin(verdict);
    const promise = session.all(5, 20);
    untilWithoutTurns(() => session.stats().accepted === 5);
    const end = Date.now() + 200;
    while (Date.now() < end);
    assert.deepStrictEqual(await promise, [ended('TSFN_TIMED_OUT')]);
    await until(() => session.stats().withdrawn === 5);
    session.release();
  });

  it('fail although an answer behind the failure never comes', async () => {
    const session = native.begin((_error, { id }) => { if (id === 0) throw new Error('first'); return new Promise(() => {}); });
    assert.deepStrictEqual(await session.all(3, FOR_EVER), [threw('Error', '', 'first')]);
    session.release();
  });

  it('go through a queue that has room for fewer', async () => {
    const session = native.begin(verdict, 4);
    assert.deepStrictEqual(await session.all(100, 60000), Array.from({ length: 100 }, (_, i) => described(i)));
    session.release();
  });
});

describe('contract 9: what was heard rejects a promise', () => {
  async function relayed(answer) {
    const session = native.begin(answer);
    const promise = session.relay();
    const settled = await promise.then((value) => value, ({ name, code, message }) => ({ name, code, message }));
    session.release();
    return settled;
  }

  it('as the error that was thrown, by name, code and message', async () => {
    assert.deepStrictEqual(await relayed(() => { throw Object.assign(new RangeError('no'), { code: 'E_MINE' }); }),
      { name: 'RangeError', code: 'E_MINE', message: 'no' });
    assert.deepStrictEqual(await relayed(() => { throw new Error('no'); }), { name: 'Error', code: undefined, message: 'no' });
  });

  it('whatever the program has made of Error.prototype', async () => {
    assert.deepStrictEqual(await lives.linesOf('setter'), ['[["Mine","E_MINE","mine",["code"]],5]']);
  });

  it('or as the status', async () => {
    const controller = new AbortController();
    const session = native.begin(() => { controller.abort(); return new Promise(() => {}); }, undefined, controller.signal);
    await assert.rejects(session.relay(), { name: 'Error', code: 'TSFN_CLOSING' });
    session.release();
    assert.strictEqual(await relayed(() => 5), 5);
  });
});

describe('contract 9: an answer that does not come', () => {
  const never = () => new Promise(() => {});

  it('is waited for until the deadline', async () => {
    assert.deepStrictEqual(await heard(never, { ms: 5 }), ended('TSFN_TIMED_OUT'));
  });

  it('is none once the function was aborted', async () => {
    let calls = 0;
    const session = native.begin(() => { calls++; return never(); });
    const promise = session.tickets(10, FOR_EVER, 'forward');
    await until(() => calls === 10);
    session.abort();
    assert.deepStrictEqual(await promise, Array(10).fill(ended('TSFN_CLOSING')));
    session.release();
  });

  it('is none once its signal has fired', async () => {
    const controller = new AbortController();
    const session = native.begin(() => { controller.abort(); return never(); }, undefined, controller.signal);
    assert.deepStrictEqual(await session.ask('digit', 1, FOR_EVER), [ended('TSFN_CLOSING')]);
    session.release();
  });

  it('may come after the function has ended, to nobody', async () => {
    let resolve;
    const session = native.begin(() => new Promise((done) => { resolve = done; }));
    const promise = session.ask('digit', 1, FOR_EVER);
    await until(() => resolve !== undefined);
    session.abort();
    assert.deepStrictEqual(await promise, [ended('TSFN_CLOSING')]);
    resolve(5);
    await turn();
    session.release();
  });

  it('is not taken for another\'s, where it comes after its function has ended', async () => {
    const resolves = [];
    const answer = () => new Promise((resolve) => { resolves.push(resolve); });
    const first = native.begin(answer);
    const lost = first.ask('digit', 1, FOR_EVER);
    await until(() => resolves.length === 1);
    first.abort();
    assert.deepStrictEqual(await lost, [ended('TSFN_CLOSING')]);
    const second = native.begin(answer);
    const promise = second.ask('digit', 1, FOR_EVER);
    await until(() => resolves.length === 2);
    resolves[0](5);
    await turn();
    resolves[1](6);
    assert.deepStrictEqual(await promise, [answered('6')]);
    first.release();
    second.release();
  });

  it('is none on a loop thread, which hears of that at once', () => {
    const session = native.begin(() => 5);
    assert.deepStrictEqual(session.here(FOR_EVER), ['TSFN_WOULD_DEADLOCK', 'TSFN_OK', 'TSFN_WOULD_DEADLOCK', 'TSFN_TIMED_OUT']);
    session.release();
  });

  it('is none of a function that cannot be asked so', () => {
    assert.deepStrictEqual(refusals.refused(() => {}), [
      'TSFN_INVALID', 'TSFN_WRONG_TYPE', 'TSFN_INVALID', 'TSFN_INVALID', 'TSFN_INVALID', 'one', 'TSFN_WRONG_TYPE', 'TSFN_CLOSING',
    ]);
  });
});

describe('contract 9: threads of the library that ask', () => {
  it('hear before they are joined, where the function is aborted', async () => {
    const controller = new AbortController();
    const before = native.counts();
    let calls = 0;
    // From the 91st call on each of the 8 threads is held; the last of them aborts.
    const answer = () => {
      calls++;
      if (calls === 98) controller.abort(new Error('enough'));
      return calls > 90 ? new Promise(() => {}) : 5;
    };
    await assert.rejects(native.asking(answer, 8, controller.signal), { message: 'enough' });
    assert.strictEqual(calls, 98);
    const threads = (list) => list.reduce((sum, { threads: n }) => sum + n, 0);
    assert.strictEqual(threads(native.counts()) - threads(before), 8);
  });

  lacks({ deno: RUNS_ON }, it)('hear where a worker ends by itself', async () => {
    for (const way of ['exit', 'throw']) {
      assert.deepStrictEqual(await lives.linesOf('ends', { args: [way] }), ['[{"status":"TSFN_CLOSING","threads":4}]']);
    }
  }).timeout(60000);

  lacks({ deno: RUNS_ON }, it)('hear of another function\'s end, whichever of the two ends first', async () => {
    assert.deepStrictEqual(await lives.linesOf('across'), [1, 2].map((threads) => JSON.stringify([{ status: 'TSFN_CLOSING', threads }])));
  }).timeout(60000);

  lacks({ deno: RUNS_ON }, it)('hear in workers that are terminated, and every deferred is freed', async () => {
    const count = rounds(500), sums = { threads: 0, live: 0 }, heard = {};
    for (let round = 0; round < count; round++) {
      const [line] = await lives.linesOf('terminated', { args: [round], timeout: 60000 });
      const { threads, live, counts } = JSON.parse(line);
      sums.threads += threads;
      sums.live += live;
      for (const { status, threads: some } of counts) heard[status] = (heard[status] || 0) + some;
    }
    console.log(`      ${count} rounds of 8 threads and 100 promises: ${JSON.stringify({ ...sums, heard })}`);
    assert.deepStrictEqual(sums, { threads: 8 * count, live: 0 });
  }).timeout(600000);

  it('are refused where main thread and worker wait for each other', async () => {
    const refused = 'TSFN_WOULD_DEADLOCK TSFN_OK TSFN_WOULD_DEADLOCK TSFN_TIMED_OUT';
    assert.deepStrictEqual(await lives.linesOf('crossed'), [refused, refused]);
  });
});
