// SPDX-License-Identifier: MIT
'use strict';

// docs/callbacks.md beside the types: the arguments that a row shows are those of the
// type that a callback gets which is declared so, to `tsc --strict`.

const assert = require('node:assert');
const { writeTypes } = require('../../cli/types');
const { codeOf, recordRows } = require('../support/callbacks');
const { compile } = require('./compiler');
const { K, describe: describeAddon, fn, record } = require('./fixtures/describe');

const rows = recordRows();

// The page's match, whose path may be NULL.
const match = record('match', { path: K.nullable(K.string), line: K.u32 });

// The path of the first match in an argument, or the packed paths of all.
const PATH = /'a'|'b'|\{ data: [^{}]*\}/;

// "callback(null, 'a', 1)" -> "[null, 'a', 1]"
function argumentsOf(call) {
  const [, values] = call.match(/^callback\((.*)\)$/);
  return `[${values}]`;
}

function withNumberAsPath(values) {
  const changed = values.replace(PATH, '7');
  assert.notStrictEqual(changed, values, `there is no path in ${values}`);
  return changed;
}

// Assigns what is in the row, a call in each line, and what may not be in it in the
// last one.
function programOf(row, index) {
  const values = codeOf(row.calls).map(argumentsOf);
  return [
    `import * as addon from './row-${index}';`,
    'let given: Parameters<Parameters<typeof addon.f>[0]>;',
    ...[...values, withNumberAsPath(values[0])].map((text) => `given = ${text};`),
  ];
}

const typesOf = (callback) =>
  writeTypes(describeAddon({ functions: [fn('f', { each: K.callback('match', callback) })], records: [match] }), 'npm run types');

describe('docs/callbacks.md and the types', function () {
  this.timeout(120000);
  const programs = rows.map(programOf);
  let found;

  before(() => {
    found = compile(Object.fromEntries(rows.flatMap((row, index) => [
      [`row-${index}.d.ts`, typesOf(row)],
      [`row-${index}-program.ts`, programs[index].join('\n')],
    ])));
  });

  rows.forEach(({ names }, index) => {
    it(`agree on what is passed with ${names}, and that a path is no number`, () => {
      assert.deepStrictEqual(found[`row-${index}.d.ts`], []);
      const errors = found[`row-${index}-program.ts`];
      const places = errors.map(({ line, code }) => `line ${line}: TS${code}`);
      assert.deepStrictEqual(places, [`line ${programs[index].length}: TS2322`],
        `${programs[index].join('\n')}\n${JSON.stringify(errors, null, 2)}`);
    });
  });

  it('have the 20 ways to declare a callback between them', () => {
    const ways = rows.map(({ delivery, passing, errors }) => `${delivery} ${passing} ${errors}`);
    assert.strictEqual(new Set(ways).size, 5 * 2 * 2);
  });
});
