// SPDX-License-Identifier: MIT
'use strict';

// JavaScript posts, threads receive (tsfn/mailbox.h): in order, within a bound, and
// nobody waits behind the end.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { EXTERNAL, RUNS_ON } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { rounds } = require('../support/scale');
const { turn, until } = require('../support/turn');

const lives = livesIn(require.resolve('./lives/mailbox'));
const native = require(addon('mailboxes', 'answer'));

const command = (number) => ({ name: `name ${number}`, number, words: ['a', `b ${number}`] });
const END = { name: 'the end', number: 0, words: [] };
const closing = (name) => ({ code: 'TSFN_CLOSING', message: `${name}: it is closed` });

// What a station's thread says, and the station.
function station({ max = 0, waits = false } = {}) {
  const said = [];
  return Object.assign(native.begin((item) => { said.push(item); }, max, waits), { said });
}

describe('a mailbox of records', () => {
  for (const most of [1, 16]) {
    it(`brings a thread what was posted, in order, up to ${most} at once`, async () => {
      const there = station();
      there.listen(most);
      const count = rounds(10000);
      for (let i = 0; i < count; i++) assert.strictEqual(there.post(command(i)), undefined);
      there.end();
      await until(() => there.said.length === count + 1);
      assert.deepStrictEqual(there.said, [...Array.from({ length: count }, (_, i) => command(i)), END]);
      there.release();
    }).timeout(60000);
  }

  it('has a function that posts, whose value is converted strictly', async () => {
    const there = station();
    const post = there.poster();
    there.listen(1);
    assert.strictEqual(post(command(1)), undefined);
    assert.throws(() => post({ ...command(2), number: -1 }), {
      name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: 'command: number: expected an integer from 0 to 4294967295, got -1',
    });
    assert.throws(() => post(), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => post({ get name() { throw new Error('mine'); } }), { message: 'mine' });
    there.end();
    await until(() => there.said.length === 2);
    assert.deepStrictEqual(there.said, [command(1), END]);
    there.release();
  });

  it('that is full throws, and takes more once there is room', async () => {
    const there = station({ max: 2 });
    there.post(command(0));
    there.post(command(1));
    assert.throws(() => there.post(command(2)), { code: 'TSFN_QUEUE_FULL', message: 'station: it is full' });
    there.listen(1);
    await until(() => there.said.length === 2);
    there.post(command(2));
    there.end();
    await until(() => there.said.length === 4);
    assert.deepStrictEqual(there.said, [command(0), command(1), command(2), END]);
    there.release();
  });

  it('that is full may let the program wait for room', async () => {
    const there = station({ max: 2, waits: true });
    const order = [];
    const posts = Array.from({ length: 5 }, (_, i) => there.post(command(i)));
    assert.deepStrictEqual(posts.map((post) => post === undefined), [true, true, false, false, false]);
    posts.slice(2).forEach((post, i) => { post.then(() => order.push(i + 2)); });
    await turn();
    assert.deepStrictEqual(order, []);
    assert.strictEqual(there.receive(0), 'TSFN_OK');
    await until(() => order.length === 1);
    there.listen(1);
    await Promise.all(posts);
    assert.deepStrictEqual(order, [2, 3, 4]);
    there.end();
    await until(() => there.said.length === 5);
    there.release();
  });

  it('keeps a program within the bound that awaits its posts', async () => {
    const there = station({ max: 4, waits: true });
    there.listen(4);
    for (let i = 0; i < rounds(2000); i++) await there.post(command(i));
    there.end();
    await until(() => there.said.length === rounds(2000) + 1);
    there.release();
  }).timeout(60000);

  it('that is closed hands back what was not received', async () => {
    const there = station({ max: 1, waits: true });
    there.post(command(0));
    const second = there.post(command(1));
    there.close();
    await assert.rejects(second, { code: 'TSFN_CLOSING' });
    assert.throws(() => there.post(command(2)), closing('station'));
    assert.strictEqual(there.receive(2 ** 50), 'TSFN_CLOSING');
    there.release();
  });

  it('closes with its function, and frees the thread that waits', async () => {
    const there = station();
    const post = there.poster();
    there.listen(1);
    there.abort();
    await until(() => { try { post(command(1)); return false; } catch (err) { return err.code === 'TSFN_CLOSING'; } });
    assert.throws(() => post(command(1)), closing('station'));
    there.release();
  });

  it('is made and used on its loop thread only', () => {
    const there = station();
    assert.deepStrictEqual(native.wrongThread(there), Array(3).fill('TSFN_WRONG_THREAD'));
    there.release();
  });

  it('is not waited for on the loop thread', () => {
    const there = station();
    assert.deepStrictEqual([there.receive(0), there.receive(1000)], ['TSFN_TIMED_OUT', 'TSFN_WOULD_DEADLOCK']);
    there.post(command(1));
    assert.strictEqual(there.receive(1000), 'TSFN_OK');
    assert.throws(() => there.postOther(), { code: 'TSFN_WRONG_TYPE', message: 'station: it takes another record' });
    there.release();
  });
});

describe('functions that a thread serves', () => {
  it('answer by a promise', async () => {
    const server = native.serve(0);
    server.start(1);
    assert.strictEqual(await server.add(2, 3), 5);
    assert.strictEqual(await server.join(['a', 'b', 'c']), 'abc');
    assert.throws(() => server.add(2, 'x'), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    server.end();
    server.release();
  });

  it('answer many, by several threads', async () => {
    const server = native.serve(0);
    server.start(4);
    const count = rounds(10000);
    const sums = await Promise.all(Array.from({ length: count }, (_, i) => server.add(i, i)));
    assert.deepStrictEqual(sums, Array.from({ length: count }, (_, i) => 2 * i));
    server.end();
    server.release();
  }).timeout(60000);

  it('reject by their status, or where they have not settled', async () => {
    const server = native.serve(0);
    server.start(1);
    await assert.rejects(server.fail(), { code: 'TSFN_NO_MEMORY', message: 'out of memory or threads' });
    await assert.rejects(server.forget(), { code: 'TSFN_DROPPED' });
    server.end();
    server.release();
  });

  it('may keep their promise, and settle it later', async () => {
    const server = native.serve(0);
    server.start(1);
    const later = server.later();
    assert.strictEqual(await server.add(2, 3), 5);
    assert.strictEqual(await later, 5);
    server.end();
    server.release();
  });

  it('are refused where they cannot be served', async () => {
    const server = native.serve(1);
    assert.throws(() => server.postOther(), { code: 'TSFN_WRONG_TYPE', message: 'mailbox: it takes calls of exported functions' });
    const first = server.add(1, 1);
    await assert.rejects(server.add(2, 2), { code: 'TSFN_QUEUE_FULL', message: 'mailbox: it is full' });
    server.start(1);
    assert.strictEqual(await first, 2);
    server.end();
    await assert.rejects(server.add(2, 2), closing('mailbox'));
    server.release();
  });

  it('are rejected where the mailbox closes, or its function ends', async () => {
    for (const way of ['close', 'abort']) {
      const server = native.serve(0);
      const promises = [server.add(1, 1), server.join(['a']), server.later()];
      server[way]();
      server.release();
      for (const promise of promises) await assert.rejects(promise, { code: 'TSFN_CLOSING' });
    }
  });

  it('answer what came before the end', async () => {
    const server = native.serve(0);
    const promises = Array.from({ length: 100 }, (_, i) => server.add(i, 1));
    server.end();
    server.start(2);
    server.release();
    assert.deepStrictEqual(await Promise.all(promises), Array.from({ length: 100 }, (_, i) => i + 1));
  });
});

describe('a mailbox at the end of its environment', () => {
  it('lets the process end once it has ended', async () => {
    assert.deepStrictEqual(await lives.linesOf('ends'), ['5', 'exit']);
  });

  lacks({ deno: EXTERNAL }, it)('keeps no thread waiting where a worker exits', async () => {
    assert.deepStrictEqual(await lives.linesOf('exits'), ['0 0']);
  });

  lacks({ deno: RUNS_ON }, it)('frees a thread of a function that ends before it, or after it', async () => {
    assert.deepStrictEqual(await lives.linesOf('across'), ['ended', 'ended']);
  }).timeout(60000);

  lacks({ deno: RUNS_ON }, it)('keeps nothing where workers are terminated while threads serve', async () => {
    assert.deepStrictEqual(await lives.linesOf('terminated', { args: [rounds(100)], timeout: 200000 }), ['0']);
  }).timeout(210000);
});
