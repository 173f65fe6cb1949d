// SPDX-License-Identifier: MIT
'use strict';

// The words of a declared callback, as in callback(match, columns, values_only): the
// description that its TypeScript type follows from, and the calls that come of
// TSFN_OPTIONS, both by the rows of docs/callbacks.md.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { readCalls, recordRows } = require('../support/callbacks');
const { turn, until } = require('../support/turn');

const native = require(addon('words', 'export'));

const rows = recordRows();
const { functions } = native[Symbol.for('libtsfn.description')]();

// What the addon calls the function whose callback is declared so.
const functionOf = ({ delivery, passing, errors }) => [
  delivery.replace('-', '_'),
  ...(passing === 'arguments' ? ['as_arguments'] : []),
  ...(errors === 'values-only' ? ['values_only'] : []),
].join('_');

async function callsOf(name) {
  const calls = [];
  const before = native.ended();
  native[name]((...args) => { calls.push(['callback', ...args]); });
  await until(() => native.ended() > before);
  await turn();
  return calls;
}

describe('the words of a callback', () => {
  for (const row of rows) {
    const name = functionOf(row);
    const { delivery, passing, errors, names } = row;

    it(`are described as ${names}: ${name}`, () => {
      const described = functions.find((each) => each.name === name);
      assert.deepStrictEqual(described.arguments,
        [{ name: 'each', kind: { kind: 'callback', record: 'match', delivery, errors, passing } }]);
    });

    it(`bring the calls of ${names}: ${name}`, async () => {
      assert.deepStrictEqual(await callsOf(name), readCalls(row.calls));
    });
  }

  it('have a row each, and no other', () => {
    assert.deepStrictEqual([...rows.map(functionOf), 'ended'].sort(), Object.keys(native).sort());
  });
});
