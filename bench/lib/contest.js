// SPDX-License-Identifier: MIT
'use strict';

// Runs the contenders of one case in turn, round after round, so that whatever
// else the machine does falls on all of them. Where they run is the case's
// `apart`:
//
//   nothing      all in one process
//   'children'   each in a process of its own, all alive, asked in turn
//   'samples'    a new process for each sample
//
// Where a process lies in memory is luck, and stays for its life; a case with
// `renew` has new processes after so many rounds, each warmed up again.
//
// Answers { contender: { samples: [...] } }, with `state` 'never finishes',
// 'not built' or 'failed' in place of samples where there are none.

const { Child, NotBuilt, TimedOut } = require('./child');

const NEVER = 'never finishes';
const MISSING = 'not built';
const FAILED = 'failed';

class Contest {
  constructor(item, rounds, makeChild = () => new Child()) {
    this.item = item;
    this.rounds = rounds;
    this.makeChild = makeChild;
    this.children = new Map(); // contender -> child
    this.results = {};
  }

  childOf(name) {
    const key = this.item.apart ? name : 'all';
    if (!this.children.has(key)) this.children.set(key, this.makeChild());
    return this.children.get(key);
  }

  ask(op, name) {
    const { contenders, limit } = this.item;
    return this.childOf(name).ask(op, name, contenders[name], limit);
  }

  async forget(name) {
    const key = this.item.apart ? name : 'all';
    const child = this.children.get(key);
    this.children.delete(key);
    if (child) await child.kill();
  }

  // Whether the contender did `what`; where it cannot, that is its result.
  async attempt(name, what) {
    try {
      await what();
      return true;
    } catch (error) {
      const missing = error instanceof NotBuilt;
      // In one process, the others cannot go on beside it.
      if (!missing && !this.item.apart) throw error;
      if (!missing) await this.forget(name);
      const state = missing ? MISSING : error instanceof TimedOut ? NEVER : FAILED;
      this.results[name] = { state, samples: [], error: error.message };
      return false;
    }
  }

  // One sample; the first ones of a process are not kept.
  async sample(name, keep) {
    const isNew = this.item.apart === 'samples';
    return this.attempt(name, async () => {
      if (isNew) await this.ask('prepare', name);
      const result = await this.ask('sample', name);
      if (keep) this.results[name].samples.push(result);
      if (isNew) await this.forget(name);
    });
  }

  async prepare(names) {
    const able = [];
    for (const name of names) {
      this.results[name] = this.results[name] || { samples: [] };
      const isNew = this.item.apart === 'samples';
      if (isNew || (await this.attempt(name, () => this.ask('prepare', name)))) able.push(name);
    }
    return able;
  }

  // So many rounds, the first ones of which are not kept; answers who is left,
  // in the order in which they go on.
  async play(names, rounds, warmUp) {
    let order = names;
    for (let round = -warmUp; round < rounds; round++) {
      const able = [];
      for (const name of order) {
        if (await this.sample(name, round >= 0)) able.push(name);
      }
      // Who was first is last: no contender always follows the same one.
      order = [...able.slice(1), ...able.slice(0, 1)];
    }
    return order;
  }

  async run() {
    const warmUp = this.item.apart === 'samples' ? 0 : this.item.warmUp;
    const life = this.item.renew || this.rounds;
    let names = Object.keys(this.item.contenders);
    for (let done = 0; done < this.rounds; done += life) {
      names = await this.prepare(names);
      names = await this.play(names, Math.min(life, this.rounds - done), warmUp);
      await this.close();
    }
    return this.results;
  }

  async close() {
    for (const child of this.children.values()) await child.kill();
    this.children.clear();
  }
}

async function contest(item, rounds, makeChild) {
  for (const apart of item.apart ? [item.apart] : [undefined, 'children']) {
    const one = new Contest({ warmUp: 2, limit: 20_000, ...item, apart }, rounds, makeChild);
    try {
      return await one.run();
    } catch (error) {
      // Somebody is stuck, or ended the process: again, each in its own.
      if (apart) throw error;
    } finally {
      await one.close();
    }
  }
  return undefined;
}

module.exports = { contest, NEVER, MISSING, FAILED };
