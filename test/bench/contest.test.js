// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { contest } = require('../../bench/lib/contest');
const { Child, NotBuilt, TimedOut } = require('../../bench/lib/child');

// Children that write down what they are asked, and answer as `act` says.
function makeFakes(act = () => ({ ns: 1 })) {
  const log = [];
  let children = 0;
  const makeChild = () => {
    const number = ++children;
    return {
      ask: async (op, name) => {
        log.push(`${number} ${op} ${name}`);
        return act(op, name, number);
      },
      kill: async () => log.push(`${number} kill`),
    };
  };
  return { log, makeChild };
}

const contenders = { ours: {}, node: {} };

describe('a contest of the bench', () => {
  it('interleaves the rounds in one process, and drops the warm-up', async () => {
    const { log, makeChild } = makeFakes();
    const results = await contest({ contenders, warmUp: 1 }, 2, makeChild);
    assert.deepEqual(log, [
      '1 prepare ours',
      '1 prepare node',
      '1 sample ours',
      '1 sample node',
      '1 sample node',
      '1 sample ours',
      '1 sample ours',
      '1 sample node',
      '1 kill',
    ]);
    assert.equal(results.ours.samples.length, 2);
    assert.equal(results.node.samples.length, 2);
  });

  it('gives each contender a process where the case says so', async () => {
    const { log, makeChild } = makeFakes();
    await contest({ contenders, warmUp: 0, apart: 'children' }, 1, makeChild);
    assert.deepEqual(log.slice(2), ['1 sample ours', '2 sample node', '1 kill', '2 kill']);
  });

  it('gives each sample a process where the case says so', async () => {
    const { log, makeChild } = makeFakes();
    await contest({ contenders: { ours: {} }, apart: 'samples' }, 2, makeChild);
    assert.deepEqual(log, [
      '1 prepare ours',
      '1 sample ours',
      '1 kill',
      '2 prepare ours',
      '2 sample ours',
      '2 kill',
    ]);
  });

  it('renews the processes where the case says so, and warms them up again', async () => {
    const { log, makeChild } = makeFakes();
    const results = await contest({ contenders: { ours: {} }, warmUp: 1, renew: 2 }, 3, makeChild);
    assert.deepEqual(log, [
      '1 prepare ours',
      '1 sample ours',
      '1 sample ours',
      '1 sample ours',
      '1 kill',
      '2 prepare ours',
      '2 sample ours',
      '2 sample ours',
      '2 kill',
    ]);
    assert.equal(results.ours.samples.length, 3);
  });

  it('ends a contender that is stuck, and goes on with the others', async () => {
    const { log, makeChild } = makeFakes((op, name) => {
      if (op === 'sample' && name === 'node') throw new TimedOut('stuck');
      return { ns: 1 };
    });
    const results = await contest({ contenders, apart: 'children', warmUp: 0 }, 2, makeChild);
    assert.equal(results.node.state, 'never finishes');
    assert.equal(results.ours.samples.length, 2);
    assert.deepEqual(
      log.filter((line) => line === '2 sample node' || line === '2 kill'),
      ['2 sample node', '2 kill'],
    );
  });

  it('starts again in processes apart where somebody is stuck in the one', async () => {
    const { makeChild } = makeFakes((op, name) => {
      if (op === 'sample' && name === 'node') throw new TimedOut('stuck');
      return { ns: 1 };
    });
    const results = await contest({ contenders }, 2, makeChild);
    assert.equal(results.node.state, 'never finishes');
    assert.equal(results.ours.samples.length, 2);
  });

  it('says what is not built', async () => {
    const { makeChild } = makeFakes((op, name) => {
      if (name === 'ours') throw new NotBuilt('columns');
      return { ns: 1 };
    });
    const results = await contest({ contenders }, 2, makeChild);
    assert.equal(results.ours.state, 'not built');
    assert.equal(results.node.samples.length, 2);
  });

  it('says who failed, having asked each in a process of its own', async () => {
    const { makeChild } = makeFakes((op, name) => {
      if (op === 'sample' && name === 'ours') throw new Error('items are wrong');
      return { ns: 1 };
    });
    const results = await contest({ contenders }, 2, makeChild);
    assert.equal(results.ours.state, 'failed');
    assert.equal(results.ours.error, 'items are wrong');
    assert.equal(results.node.samples.length, 2);
  });
});

describe('a child of the bench', () => {
  let folder;
  let child;
  const start = (code) => {
    const file = path.join(folder, 'worker.js');
    fs.writeFileSync(file, code);
    child = new Child(file);
  };
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-bench-'));
  });
  afterEach(() => child.kill());
  after(() => fs.rmSync(folder, { recursive: true }));

  it('answers what it is asked', async () => {
    start("process.on('message', ({ id, op, job }) => process.send({ id, result: [op, job.n] }))");
    assert.deepEqual(await child.ask('sample', 'ours', { n: 3 }, 20_000), ['sample', 3]);
  });

  it('that does not answer is given up after the limit', async () => {
    start("process.on('message', () => { for (;;); })");
    await assert.rejects(child.ask('sample', 'ours', {}, 100), TimedOut);
  });

  it('that dies is an error, not a wait', async () => {
    start("process.on('message', () => process.exit(3))");
    await assert.rejects(child.ask('sample', 'ours', {}, 20_000), /the child ended: 3/);
  });
});
