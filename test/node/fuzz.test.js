// SPDX-License-Identifier: MIT
'use strict';

// Random operations against a model too simple to be wrong. TSFN_TEST_SEED runs
// one seed again; a failure names its own.

const assert = require('node:assert');
const { FOREVER, PER_CALL, PER_DRAIN, driven, native, turn, uncaught } = require('../support/driver');

const seeds = process.env.TSFN_TEST_SEED
  ? [Number(process.env.TSFN_TEST_SEED)]
  : [...Array(40).keys(), Date.now() % 1000000007];

// mulberry32
function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (p) => next() < p,
  };
}

// What one function has to do: the queue is a list, its end is three flags.
class Model {
  constructor(random, create) {
    this.random = random;
    this.bound = random.pick([0, 0, 1, 2, 3, 8, 40]);
    this.uses = 1 + random.below(3);
    this.queue = [];
    this.expected = [];
    this.received = [];
    this.counts = { DELIVERED: 0, THREW: 0, ABORTED: 0 };
    this.thrown = 0;
    this.sequence = 0;
    this.isClosing = false;
    this.isAborted = false;
    this.isFinal = false;
    this.throwing = random.chance(0.5);
    this.fn = create((...args) => this.onCall(args), {
      kind: 'call_js',
      bound: this.bound,
      uses: this.uses,
      microtasks: [PER_DRAIN, PER_CALL][random.below(2)],
      budgetItems: random.pick([0, 1, 3]),
    });
  }

  onCall(args) {
    const [first] = args;
    const text = first instanceof Error ? `error ${first.message}` : args.join(' ');
    this.received.push(text);
    if (this.throws(text)) throw new Error(text);
  }

  throws(text) {
    return this.throwing && text.length > 0 && text.charCodeAt(text.length - 1) % 5 === 0;
  }

  room() {
    return this.bound === 0 ? Infinity : this.bound - this.queue.length;
  }

  // Sends `many` items; what is accepted joins the queue.
  send() {
    const { random } = this;
    const way = random.pick(['call', 'call', 'empty', 'with', 'error', 'pointer']);
    const many = way === 'call' ? random.pick([1, 1, 2, 5, 50]) : 1;
    const size = random.pick([8, 16, 24, 25, 100]);
    const wait = random.pick([0, FOREVER, 1000]);
    const { status, accepted } = this.fn.sendMany({ way, many, size, wait, sequence: this.sequence });
    const fits = this.isClosing ? 0 : Math.min(many, this.room());
    let answer = 'TSFN_OK';
    if (this.isClosing) answer = 'TSFN_CLOSING';
    else if (fits < many) answer = wait === 0 ? 'TSFN_QUEUE_FULL' : 'TSFN_WOULD_DEADLOCK';
    assert.deepStrictEqual({ status, accepted }, { status: answer, accepted: fits });
    for (let i = 0; i < fits; i++) {
      const item = `0 ${this.sequence + i}`;
      const error = `error 0:${this.sequence}`;
      this.queue.push({ call: item, pointer: item, empty: '', with: `with ${item}`, error }[way]);
    }
    this.sequence += many;
  }

  acquire() {
    const status = this.fn.acquire();
    assert.strictEqual(status, this.isClosing ? 'TSFN_CLOSING' : 'TSFN_OK');
    if (status === 'TSFN_OK') this.uses++;
  }

  release() {
    if (this.uses === 1 && !this.random.chance(0.2)) return;
    assert.strictEqual(this.fn[this.random.pick(['op', 'onThread'])]('release'), 'TSFN_OK');
    this.uses--;
    if (this.uses === 0) this.isClosing = true;
  }

  abort() {
    if (!this.random.chance(0.1)) return;
    assert.strictEqual(this.fn[this.random.pick(['op', 'onThread'])]('abort'), 'TSFN_OK');
    this.isClosing = true;
    this.isAborted = true;
  }

  hold() {
    const name = this.random.pick(['ref', 'unref']);
    assert.strictEqual(this.fn[this.random.pick(['op', 'onThread'])](name), 'TSFN_OK');
  }

  look() {
    const { queued, uses, blocked } = this.fn.stats();
    assert.deepStrictEqual({ queued, uses, blocked }, { queued: this.queue.length, uses: this.uses, blocked: 0 });
    assert.strictEqual(this.fn.is_closing(), String(this.isClosing));
  }

  step() {
    if (this.uses === 0) return;
    const { random } = this;
    const name = random.pick(['send', 'send', 'send', 'send', 'acquire', 'release', 'abort', 'hold', 'look']);
    this[name]();
  }

  // What a drain to the end does.
  drain() {
    for (const text of this.queue) {
      if (this.isAborted) this.counts.ABORTED++;
      else {
        this.expected.push(text);
        this.counts[this.throws(text) ? 'THREW' : 'DELIVERED']++;
        if (this.throws(text)) this.thrown++;
      }
    }
    this.queue = [];
    this.isFinal = this.isFinal || this.isClosing;
  }

  isDrained() {
    const { completed, finalized } = this.fn.report();
    const count = Object.values(completed).reduce((a, b) => a + b, 0);
    return count === this.fn.accepted && finalized === Number(this.isFinal);
  }

  check() {
    assert.deepStrictEqual(this.received, this.expected);
    assert.deepStrictEqual({ DELIVERED: 0, THREW: 0, ABORTED: 0, ...this.fn.report().completed }, this.counts);
    assert.strictEqual(this.fn.report().freedContext, Number(this.isFinal && this.uses === 0));
  }
}

async function play(seed, create) {
  const random = generator(seed);
  const models = Array.from({ length: 1 + random.below(4) }, () => new Model(random, create));
  const drainAll = async () => {
    models.forEach((model) => model.drain());
    while (!models.every((model) => model.isDrained())) await turn();
    models.forEach((model) => model.check());
  };
  for (let round = 0; round < 10; round++) {
    const steps = random.below(40);
    for (let i = 0; i < steps; i++) random.pick(models).step();
    await drainAll();
  }
  for (const model of models) {
    for (; model.uses > 0; model.uses--) assert.strictEqual(model.fn.release(), 'TSFN_OK');
    model.isClosing = true;
  }
  await drainAll();
  return models.reduce((count, model) => count + model.thrown, 0);
}

// Threads of every kind with an end that comes at any time: only the sums can be
// known, and driven() holds them against one another.
async function race(seed, create) {
  const random = generator(seed);
  const limit = random.below(3000);
  let calls = 0;
  const fn = create(() => {
    if (++calls !== limit) return;
    if (random.chance(0.5)) fn.abort();
    else fn.onThread('abort');
  }, { kind: 'call_js', bound: random.pick([0, 1, 2, 7, 100]) });
  const latch = native.latch();
  const teams = Array.from({ length: 1 + random.below(5) }, (_, index) => fn.produce({
    way: random.pick(['call', 'empty', 'with', 'error', 'pointer']),
    producer: 10 * index,
    threads: 1 + random.below(3),
    count: random.below(2000),
    many: random.pick([1, 1, 3]),
    size: random.pick([8, 24, 100]),
    wait: random.pick([0, 1, FOREVER]),
    persists: random.chance(0.5),
    latch,
  }));
  if (random.chance(0.2)) fn.unref();
  native.openLatch(latch);
  if (random.chance(0.1)) fn.abort();
  const releasesFirst = random.chance(0.5);
  if (releasesFirst) fn.release();
  await Promise.all(teams.map((team) => team.done));
  if (!releasesFirst) fn.release();
  await fn.ended();
}

async function named(seed, body) {
  try {
    return await body();
  } catch (error) {
    error.message = `TSFN_TEST_SEED=${seed}: ${error.message}`;
    throw error;
  }
}

describe('random operations', () => {
  it('on the loop thread do what the model says', driven(async function run({ create }) {
    this.timeout(120000);
    for (const seed of seeds) {
      let thrown;
      const errors = await uncaught(async () => {
        thrown = await named(seed, () => play(seed, create));
      });
      assert.strictEqual(errors.length, thrown, `TSFN_TEST_SEED=${seed}`);
    }
  }));

  it('of threads that race with the end keep the sums', driven(async function run({ create }) {
    this.timeout(120000);
    for (const seed of seeds) await named(seed, () => race(seed, create));
  }));
});
