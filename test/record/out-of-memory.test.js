// SPDX-License-Identifier: MIT
'use strict';

// Conversions for which there is no memory at some moment: an exception that names the
// place, and nothing is left behind.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { lacks, reasons: { MALLOC } } = require('../support/host');

const { convert, failAt, live, makeSchema, names } = require(addon('no_memory', 'record'));

const value = () => ({
  code: 'abc',
  name: 'n'.repeat(300),
  part: 'part',
  raw: Uint8Array.of(1, 2),
  chunk: Buffer.from('chunk'),
  given: Uint8Array.of(3),
  at: { x: 1, label: 'label' },
  maybe: { x: 2, label: 'maybe' },
  numbers: Float64Array.from({ length: 200 }, (_, i) => i),
  octets: Uint8Array.of(1, 2, 3),
  names: Array.from({ length: 100 }, (_, i) => `name ${i}`),
  points: [{ x: 3, label: 'three' }, { x: 4, label: null }],
});

// What the readers of the records keep (src/record/reader.h), once they are made.
let kept = 0;

// More than the allocations of any act below.
const MOST = 300;

// Calls `act` with the number of the allocation that fails, each of them. Answers the
// errors; where there is none, `act` has found another way.
function failEach(act) {
  const errors = [];
  for (let at = 1; at <= MOST; at++) {
    try {
      act(at);
    } catch (error) {
      errors.push(error);
    }
    assert.strictEqual(live(), kept, `allocation ${at}`);
  }
  return errors;
}

lacks({ windows: MALLOC }, describe)('without memory', () => {
  it('a record is read without a reader', () => {
    for (let at = 1; at < 4; at++) assert.throws(() => convert({ ...value(), octets: 5 }, at), { code: /^(TSFN_NO_MEMORY|ERR_INVALID_ARG_TYPE)$/ });
    assert.deepStrictEqual(convert(value(), 0), value());
    for (let i = 0; i < 20; i++) convert(value(), 0);
    kept = live();
    for (let i = 0; i < 20; i++) convert(value(), 0);
    assert.strictEqual(live(), kept);
  });

  it('a record is refused at each allocation, or converted another way', () => {
    const errors = failEach((at) => assert.deepStrictEqual(convert(value(), at), value()));
    assert.ok(errors.length > 110, `${errors.length} errors`);
    for (const { code, message } of errors) {
      assert.strictEqual(code, 'TSFN_NO_MEMORY', message);
      assert.match(message, /^(memory: [a-z]+(\[\d+\])?(\.label)?: out of memory|to: it failed)$/);
    }
  });

  it('a record with a lone surrogate is refused for that, or for the memory', () => {
    const errors = failEach((at) => convert({ ...value(), name: '\ud800' }, at));
    assert.strictEqual(errors.length, MOST);
    assert.deepStrictEqual([...new Set(errors.map(({ code }) => code))].sort(), ['ERR_OUT_OF_RANGE', 'TSFN_NO_MEMORY']);
  });

  it('arguments are refused, and the function is not called', () => {
    const errors = failEach((at) => {
      failAt(at);
      assert.strictEqual(names(['a', 'b', null, 'c'], Uint8Array.of(1)), 4);
    });
    assert.deepStrictEqual(errors.map(({ message }) => message),
      ['names', 'names[0]', 'names[1]', 'names[3]', 'raw'].map((place) => `names: ${place}: out of memory`));
  });

  it('no record is made at run time', () => {
    assert.throws(() => makeSchema(1), { code: 'TSFN_NO_MEMORY' });
    assert.strictEqual(makeSchema(0), undefined);
    assert.strictEqual(live(), kept);
  });
});
