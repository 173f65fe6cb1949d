// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { compare } = require('../../tools/counts');

const kept = { compiler: 'gcc 12', arch: 'x64', counts: { call: 100, item: 10 } };
const now = (counts, compiler = 'gcc 12') => ({ compiler, arch: 'x64', counts });

describe('instruction counts', () => {
  it('may be the same, fewer, or a little more', () => {
    for (const call of [100, 20, 109]) {
      assert.deepStrictEqual(compare(kept, now({ call, item: 10 })).wrong, []);
    }
  });

  it('that grew are named', () => {
    const { wrong } = compare(kept, now({ call: 111, item: 10 }));
    assert.deepStrictEqual(wrong, ['call takes 111, +11.0 % beside 100']);
  });

  it('that are gone, or new, are named', () => {
    const { wrong } = compare(kept, now({ call: 100, other: 1 }));
    assert.deepStrictEqual(wrong, ['item is on one side only', 'other is on one side only']);
  });

  it('of another compiler are compared with more tolerance, and it is said', () => {
    const { wrong, text } = compare(kept, now({ call: 140, item: 10 }, 'clang 14'));
    assert.deepStrictEqual(wrong, []);
    assert.match(text, /clang 14; the figures are of gcc 12, so within 50/);
    assert.strictEqual(compare(kept, now({ call: 160, item: 10 }, 'clang 14')).wrong.length, 1);
  });

  it('that shrank ask to be kept', () => {
    assert.match(compare(kept, now({ call: 50, item: 10 })).text, /make counts/);
  });
});
