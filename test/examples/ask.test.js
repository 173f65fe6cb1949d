// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { exampleOf } = require('../support/example');
const { rounds } = require('../support/scale');

const { ask, runExample } = exampleOf('07-ask');

// Strings that are the same in each run, many of them more than once; and a sort
// that says whether the addon's result is that of Array.prototype.sort.
const helpers = `
  let seed = 1;
  const random = (limit) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % limit;
  };
  const makeStrings = (count) => Array.from({ length: count }, () =>
    random(count).toString(36).padStart(3, 'ä'));
  const byText = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
  const isSorted = async (strings, native, own) => {
    const sorted = await addon.sort(strings, native);
    const expected = [...strings].sort(own || native);
    return sorted.length === expected.length && expected.every((text, i) => text === sorted[i]);
  };
  const reason = (promise) => promise.then(
    () => 'fulfilled', ({ name, code, message }) => [name, code, message]);
`;
const tell = (code) => ask(helpers + code);

describe('examples/07-ask: threads ask JavaScript and wait for its answers', function () {
  this.timeout(60000);

  it('prints what it sorts, and what a comparator throws', async () => {
    assert.deepStrictEqual(await runExample(), [
      'fig pear plum kiwi date apple cherry',
      'kiwi date plum fig',
      'ERR_TASTE: I cannot tell',
    ]);
  });

  it('sorts a hundred thousand strings as Array.prototype.sort does', async () => {
    assert.strictEqual(await tell(`
      const strings = makeStrings(${rounds(100000)});
      const before = [...strings];
      const found = await isSorted(strings, byText);
      answer(found && before.every((text, i) => text === strings[i]));`), true);
  });

  it('is stable, at every length and in every order', async () => {
    assert.deepStrictEqual(await tell(`
      const wrong = [];
      const orders = {
        first: (left, right) => byText(left[0], right[0]),
        last: (left, right) => byText(right.at(-1), left.at(-1)),
        equal: () => 0,
        nan: () => NaN,
        infinite: (left, right) => byText(left, right) * Infinity || -0,
        third: (left, right) => byText(left[2], right[2]) / 3,
      };
      for (const count of [0, 1, 2, 3, 4, 5, 7, 8, 9, 255, 257, 511, 512, 513, 1025, 3000])
        for (const [name, order] of Object.entries(orders))
          if (!await isSorted(makeStrings(count), order)) wrong.push([count, name]);
      answer(wrong);`), []);
  });

  it('takes strings that are sorted, or the other way round', async () => {
    assert.deepStrictEqual(await tell(`
      const up = makeStrings(5000).sort();
      answer([await isSorted(up, byText), await isSorted([...up].reverse(), byText)]);`), [true, true]);
  });

  it('awaits an async comparator, also one that answers out of turn', async () => {
    assert.deepStrictEqual(await tell(`
      const later = (value) => new Promise((resolve) => { setTimeout(resolve, random(3), value); });
      const strings = makeStrings(1000);
      answer([
        await isSorted(strings, async (...pair) => byText(...pair), byText),
        await isSorted(strings, (...pair) => later(byText(...pair)), byText),
        await isSorted(strings, (...pair) => (random(2) ? later(byText(...pair)) : byText(...pair)), byText),
      ]);`), [true, true, true]);
  });

  it('asks hundreds of questions at once', async () => {
    assert.ok(await tell(`
      let open = 0;
      let most = 0;
      await addon.sort(makeStrings(3000), async (...pair) => {
        most = Math.max(most, ++open);
        await new Promise(setImmediate);
        open--;
        return byText(...pair);
      });
      answer(most);`) >= 200);
  });

  it('rejects with the code and the message of what the comparator throws', async () => {
    assert.deepStrictEqual(await tell(`
      const problem = () => Object.assign(new RangeError('no taste'), { code: 'ERR_TASTE' });
      let calls = 0;
      const strings = makeStrings(5000);
      answer([
        await reason(addon.sort(strings, () => { throw problem(); })),
        await reason(addon.sort(strings, async () => { throw problem(); })),
        await reason(addon.sort(strings, (...pair) => {
          if (++calls === 20000) throw problem();
          return byText(...pair);
        })),
        await reason(addon.sort(strings, () => { throw new Error('without a code'); })),
        await reason(addon.sort(strings, () => { throw 'a text'; })),
      ]);`), [
      ['RangeError', 'ERR_TASTE', 'no taste'],
      ['RangeError', 'ERR_TASTE', 'no taste'],
      ['RangeError', 'ERR_TASTE', 'no taste'],
      ['Error', null, 'without a code'],
      ['Error', null, 'a text'],
    ]);
  });

  it('asks no more soon after a comparator has thrown', async () => {
    const { calls, later } = await tell(`
      let calls = 0;
      await reason(addon.sort(makeStrings(5000), () => { calls++; throw new Error('no'); }));
      const before = calls;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      answer({ calls, later: calls - before });`);
    assert.ok(calls <= 2 * 1024, `${calls} calls`);
    assert.strictEqual(later, 0);
  });

  it('rejects where the comparator returns no number', async () => {
    const reasons = await tell(`
      const found = [];
      for (const value of [undefined, null, '1', 1n, true, {}, Promise.resolve('1')])
        found.push(await reason(addon.sort(['a', 'b'], () => value)));
      answer(found);`);
    for (const [, code, message] of reasons) {
      assert.strictEqual(code, 'ERR_INVALID_ARG_TYPE');
      assert.match(message, /expected a number, got/);
    }
    assert.strictEqual(reasons.length, 7);
  });

  it('rejects with the reason of its signal, whatever the comparator does', async () => {
    const reasons = await tell(`
      const found = [];
      const never = () => new Promise(() => {});
      for (const compare of [byText, never]) {
        const controller = new AbortController();
        const sorting = reason(addon.sort(makeStrings(100000), compare, { signal: controller.signal }));
        setTimeout(() => controller.abort(Object.assign(new Error('enough'), { code: 'E_ENOUGH' })), 20);
        found.push(await sorting);
      }
      found.push(await reason(addon.sort(['a', 'b'], byText, { signal: AbortSignal.abort(new RangeError('before')) })));
      answer(found);`);
    assert.deepStrictEqual(reasons, [['Error', 'E_ENOUGH', 'enough'], ['Error', 'E_ENOUGH', 'enough'], ['RangeError', null, 'before']]);
  });

  it('sorts several lists at once', async () => {
    assert.deepStrictEqual(await tell(`
      const lists = [10, 1000, 2000, 0].map(makeStrings);
      answer(await Promise.all(lists.map((strings) => isSorted(strings, byText))));`), [true, true, true, true]);
  });

  it('throws an error that says which argument is wrong', async () => {
    assert.deepStrictEqual(await tell(`
      const wrong = [['a'], [['a', 1], byText], [[null], byText], [['a']], [['a'], byText, 1], [['a'], byText, { signal: 1 }]];
      answer(wrong.map((args) => {
        try { addon.sort(...args); } catch (err) { return err.message.split(': ').slice(0, 2).join(': '); }
      }));`), ['sort: strings', 'sort: strings[1]', 'sort: strings[0]', 'sort: compare', 'sort: options', 'sort: options.signal']);
  });

  it('ends with the worker that is terminated in the midst of it', async () => {
    assert.strictEqual(await ask(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        const strings = Array.from({ length: 100000 }, (_, i) => String(i));
        let calls = 0;
        require(workerData).sort(strings, () => {
          if (++calls === 5000) parentPort.postMessage('now');
          return calls % 2;
        });\`,
        { eval: true, workerData: process.argv[1] });
      await require('node:events').once(worker, 'message');
      answer(await worker.terminate());`), 1);
  });
});
