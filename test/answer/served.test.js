// SPDX-License-Identifier: MIT
'use strict';

// Calls with callbacks that a thread serves (tsfn/mailbox.h): each callback is a
// function there, which ends with the call, or with the mailbox's function.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { RUNS_ON } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { rounds } = require('../support/scale');
const { until } = require('../support/turn');

const lives = livesIn(require.resolve('./lives/served'));
const native = require(addon('served', 'answer'));

function begin({ max = 0, weak = true } = {}) {
  const server = native.serve(max, weak);
  server.start();
  return server;
}

function finish(server) {
  server.end();
  server.release();
}

const never = () => new Promise(() => {});

describe('a callback of a served call', () => {
  it('is called by the thread, in order, before the promise is resolved', async () => {
    const server = begin();
    const seen = [];
    assert.strictEqual(await server.each(1000, (number) => { seen.push(number); }), 1000);
    assert.deepStrictEqual(seen, Array.from({ length: 1000 }, (_, i) => i + 1));
    finish(server);
  });

  it('is asked, and its answer or its promise is the reply', async () => {
    const server = begin();
    assert.strictEqual(await server.ask(({ number }) => number + 6), 7);
    assert.strictEqual(await server.ask(async ({ number }) => number + 7), 8);
    finish(server);
  });

  it('rejects the call by what it throws', async () => {
    const server = begin();
    const error = Object.assign(new RangeError('too far'), { code: 'E_FAR' });
    await assert.rejects(server.ask(() => { throw error; }), { name: 'RangeError', code: 'E_FAR', message: 'too far' });
    finish(server);
  });

  it('is no function on the thread where an optional one is not given', async () => {
    const server = begin();
    assert.deepStrictEqual([await server.ask(), await server.ask(null)], [-1, -1]);
    finish(server);
  });

  it('is one of several', async () => {
    const server = begin();
    assert.strictEqual(await server.both(({ number }) => number * 10, ({ number }) => number * 100), 210);
    finish(server);
  });

  it('has a name among options, and others in these', async () => {
    const server = begin();
    const first = ({ number }) => number * 10;
    const second = ({ number }) => number * 100;
    assert.strictEqual(await server.named({ times: 2, first, name: 'abc', more: { second } }), 320);
    assert.strictEqual(await server.named({ times: 2, first, name: 'abc' }), 20);
    assert.throws(() => server.named({ first, name: 'abc', more: { second: 5 } }), { message: 'server.named: options.more.second: expected a function, or null, got 5' });
    finish(server);
  });

  it('ends with its call where it has a name, also where the call is handed back', async () => {
    const server = native.serve(1, true);
    const handed = server.named({ first: () => 1, name: '', more: { second: () => 2 } });
    server.close();
    await assert.rejects(handed, { code: 'TSFN_CLOSING' });
    await until(() => native.ended() === 2);
    server.release();
  });

  it('is refused where it is no function, and nothing is posted', async () => {
    const server = native.serve(1, true);
    assert.throws(() => server.both(() => 1, 5), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: 'server.both: second: expected a function, got 5' });
    const posted = server.ask(() => 1);
    server.start();
    assert.strictEqual(await posted, 1);
    finish(server);
  });

  it('is called for all that was accepted, where the server ends right behind', async () => {
    const server = begin();
    let calls = 0;
    const accepted = await server.plain(20000, () => { calls++; });
    finish(server);
    assert.strictEqual(accepted, 20000);
    await until(() => calls === accepted);
  });

  it('is refused by a mailbox of another thread', async () => {
    assert.deepStrictEqual(await lives.linesOf('elsewhere'), ['TSFN_WRONG_THREAD']);
  });

  it('may be kept by the thread behind its call', async () => {
    const server = begin();
    const seen = [];
    await server.keep((number) => { seen.push(number); });
    await server.tell(3);
    await server.tell(2);
    await until(() => seen.length === 5);
    assert.deepStrictEqual(seen, [1, 2, 3, 1, 2]);
    finish(server);
  });
});

describe('the function of a callback', () => {
  it('ends with its call, also with one that is refused or handed back', async () => {
    const served = begin();
    await served.ask(() => 1);
    await until(() => native.ended() === 1);
    finish(served);
    const waiting = native.serve(1, true);
    const first = waiting.ask(() => 1);
    await assert.rejects(waiting.ask(() => 2), { code: 'TSFN_QUEUE_FULL' });
    waiting.close();
    await assert.rejects(first, { code: 'TSFN_CLOSING' });
    await assert.rejects(waiting.ask(() => 3), { code: 'TSFN_CLOSING' });
    waiting.release();
    await until(() => native.ended() === 1); // those refused had none
  });

  it('ends with the thread that keeps it', async () => {
    const server = begin();
    await server.keep(() => {});
    await server.keep(() => {});
    await until(() => native.ended() === 1);
    await server.forget();
    await until(() => native.ended() === 2);
    finish(server);
  });

  it('closes where the mailbox\'s function is aborted: a thread that asks it hears', async () => {
    const server = begin();
    const asked = new Promise((resolve) => {
      const answer = server.ask(() => { resolve(() => answer); return never(); });
    });
    const answer = await asked;
    server.abort();
    await assert.rejects(answer(), { code: 'TSFN_CLOSING' });
    server.release();
  });

  it('closes there also where the thread keeps it, and waits for room', async () => {
    const server = begin();
    let calls = 0;
    await server.keep(() => { if (++calls === 1) server.abort(); });
    await assert.rejects(server.tell(100000), { code: 'TSFN_CLOSING' });
    server.release();
  });
});

describe('a process with callbacks of served calls', () => {
  for (const weak of [true, false]) {
    it(`ends once the thread has, ${weak ? 'weak' : 'holding'}`, async () => {
      assert.deepStrictEqual(await lives.linesOf('ends', { args: [weak] }), ['7', 'exit']);
    });
  }

  it('lives on while the thread keeps a function that holds it, not a weak one', async () => {
    assert.deepStrictEqual(await lives.linesOf('keeps', { args: [false] }), ['kept', 'timer', 'exit']);
    assert.deepStrictEqual(await lives.linesOf('keeps', { args: [true] }), ['kept', 'exit']);
  });

  lacks({ deno: RUNS_ON }, it)('keeps nothing where workers are terminated while threads ask', async () => {
    assert.deepStrictEqual(await lives.linesOf('terminated', { args: [rounds(60)], timeout: 200000 }), ['0']);
  }).timeout(210000);
});
