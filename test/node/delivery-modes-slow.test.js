// SPDX-License-Identifier: MIT
'use strict';

// A callback that takes its time does not take the loop's: in each mode.

const assert = require('node:assert');
const { AS_ARGUMENTS, AS_OBJECT, BATCH, COLUMNS, EACH, LATEST, PACKED_COLUMNS, driven, until } = require('../support/driver');

const COUNT = 10000;
const MICROSECONDS = 100; // for each item

function busy(items) {
  const end = process.hrtime.bigint() + BigInt(items * MICROSECONDS) * 1000n;
  while (process.hrtime.bigint() < end);
}

// Runs `body` beside a timer that is due at every turn of the loop; how often
// it came before `body` was done.
async function beats(body) {
  let count = 0;
  const timer = setInterval(() => { count++; }, 1);
  await body();
  clearInterval(timer);
  return count;
}

// A second of work, in turns of 2 ms: hundreds of beats. The first call of a
// function with arrays or columns cannot know, and may be longer.
const MANY = 50;

describe(`a timer keeps its beat while each of ${COUNT} items takes ${MICROSECONDS} us`, function () {
  this.timeout(120000);

  for (const passing of ['an object', 'arguments']) {
    it(`TSFN_EACH, as ${passing}`, driven(async ({ create }) => {
      let calls = 0;
      const fn = create(() => {
        busy(1);
        calls++;
      }, { kind: 'record', delivery: EACH, passing: passing === 'arguments' ? AS_ARGUMENTS : AS_OBJECT });
      fn.fill(COUNT, { way: 'record' });
      const count = await beats(() => until(() => calls === COUNT));
      await fn.close();
      assert(count >= MANY, `${count} beats`);
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: COUNT });
    }));
  }

  for (const delivery of [BATCH, COLUMNS, PACKED_COLUMNS]) {
    it(`TSFN_${delivery}`, driven(async ({ create }) => {
      let items = 0;
      const fn = create((err, value, n) => {
        const count = delivery === BATCH ? value.length : n;
        busy(count);
        items += count;
      }, { kind: 'record', delivery });
      fn.fill(COUNT, { way: 'record' });
      const count = await beats(() => until(() => items === COUNT));
      await fn.close();
      assert(count >= MANY, `${count} beats`);
      assert.deepStrictEqual(fn.report().completed, { DELIVERED: COUNT });
    }));
  }

  // All but the newest are dropped: each call sends the next item.
  it('TSFN_LATEST', driven(async ({ create }) => {
    let calls = 0;
    const fn = create(() => {
      busy(1);
      if (++calls < COUNT) fn.send({ way: 'record', sequence: calls });
    }, { kind: 'record', delivery: LATEST });
    fn.fill(1, { way: 'record' });
    const count = await beats(() => until(() => calls === COUNT));
    await fn.close();
    assert(count >= MANY, `${count} beats`);
    assert.deepStrictEqual(fn.report().completed, { DELIVERED: COUNT });
  }));
});
