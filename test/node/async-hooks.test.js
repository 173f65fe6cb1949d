// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { createHook, executionAsyncId, executionAsyncResource } = require('node:async_hooks');
const { driven, turn } = require('../support/driver');
const { lacks, reasons: { HOOKS } } = require('../support/host');

// The events of resources of one type: [what, id, ...].
async function watched(type, body) {
  const events = [];
  const ids = new Set();
  const hook = createHook({
    init(id, name, trigger, resource) {
      if (name !== type) return;
      ids.add(id);
      events.push(['init', id, trigger, resource]);
    },
    before: (id) => ids.has(id) && events.push(['before', id]),
    after: (id) => ids.has(id) && events.push(['after', id]),
    destroy: (id) => ids.has(id) && events.push(['destroy', id]),
  }).enable();
  try {
    await body();
    while (!events.some(([what]) => what === 'destroy')) await turn();
  } finally {
    hook.disable();
  }
  return events;
}

lacks({ 'bun deno': HOOKS }, describe)('contract 7: async_hooks', () => {
  it('see the function as a resource of its name, from creation to end', driven(async ({ create }) => {
    let id;
    const creator = executionAsyncId();
    const events = await watched('my resource', async () => {
      const fn = create(() => { id = executionAsyncId(); }, { name: 'my resource' });
      fn.call();
      await fn.drained();
      await fn.close();
    });
    assert.deepStrictEqual(events.filter(([what]) => what === 'init').map((event) => event.slice(0, 3)), [
      ['init', id, creator],
    ]);
    assert.deepStrictEqual(events.slice(1, 3), [['before', id], ['after', id]]);
    assert.strictEqual(events.at(-1)[0], 'destroy');
    for (const [what] of events.slice(1, -1)) assert.match(what, /before|after/);
  }));

  it('see before and after in pairs, at least one for each drain that delivers', driven(async ({ create }) => {
    const events = await watched('paired', async () => {
      const fn = create(() => {}, { name: 'paired', budgetItems: 1 });
      fn.fill(5, { way: 'empty' });
      await fn.close();
    });
    const order = events.slice(1, -1).map(([what]) => what);
    const pairs = order.length / 2;
    assert(pairs >= 5, `${pairs} pairs`);
    assert.deepStrictEqual(order, Array(pairs).fill(['before', 'after']).flat());
  }));

  it('are named tsfn where nothing was said', driven(async ({ create }) => {
    const events = await watched('tsfn', async () => {
      const fn = create(() => {}, {});
      await fn.close();
    });
    assert.strictEqual(events[0][0], 'init');
  }));

  it('show the author\'s resource inside of the callback', driven(async ({ create }) => {
    const resource = { mine: true };
    let seen;
    const fn = create(() => { seen = executionAsyncResource(); }, { resource });
    fn.call();
    await fn.close();
    assert.strictEqual(seen, resource);
  }));

  it('keep the author\'s resource alive as long as the function', driven(async ({ create }) => {
    const seen = [];
    const fn = create(() => seen.push(executionAsyncResource().mine), { resource: { mine: 1 } });
    for (let i = 0; i < 3; i++) {
      const garbage = Array.from({ length: 200000 }, (_, index) => ({ index }));
      assert.strictEqual(garbage.length, 200000);
      fn.call();
      await fn.drained();
    }
    await fn.close();
    assert.deepStrictEqual(seen, [1, 1, 1]);
  }));
});
