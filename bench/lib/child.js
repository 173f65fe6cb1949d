// SPDX-License-Identifier: MIT
'use strict';

// A worker process on the Node under test, asked one thing at a time.

const { fork } = require('node:child_process');
const path = require('node:path');

class TimedOut extends Error {}
class NotBuilt extends Error {}

const worker = path.join(__dirname, '../worker.js');

class Child {
  constructor(script = worker) {
    this.process = fork(script, [], { execArgv: ['--expose-gc'], stdio: 'inherit' });
    this.waiting = null;
    this.id = 0;
    this.exited = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.on('message', (answer) => this.settle(answer));
    this.process.on('error', (error) => this.settle({ error: error.message }));
    this.process.on('exit', (code, signal) => {
      this.settle({ error: `the child ended: ${signal || code}` });
    });
  }

  settle({ id = this.id, result, error, notBuilt }) {
    const { waiting } = this;
    if (waiting === null || id !== this.id) return;
    this.waiting = null;
    clearTimeout(waiting.timer);
    if (notBuilt !== undefined) waiting.reject(new NotBuilt(notBuilt));
    else if (error !== undefined) waiting.reject(new Error(error));
    else waiting.resolve(result);
  }

  // Rejects with TimedOut after `limit` milliseconds, with NotBuilt for what
  // this build does not have.
  ask(op, contender, job, limit) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting = null;
        reject(new TimedOut(`${contender}: ${op} took more than ${limit} ms`));
      }, limit);
      this.waiting = { resolve, reject, timer };
      this.process.send({ id: ++this.id, op, contender, job });
    });
  }

  // A child that never finishes hears of nothing but this.
  async kill() {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}

module.exports = { Child, TimedOut, NotBuilt };
