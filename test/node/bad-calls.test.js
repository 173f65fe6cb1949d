// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { driven, native } = require('../support/driver');

describe('bad input: calls', () => {
  it('without a function: TSFN_INVALID from each of them', () => {
    assert.strictEqual(native.op(null, 'null_function'), 'all TSFN_INVALID');
    assert.strictEqual(native.onThread(null, 'null_function'), 'all TSFN_INVALID');
  });

  it('with a size and no item: TSFN_INVALID', driven(async ({ create }) => {
    for (const options of [{ kind: 'call_js' }, { kind: 'call_js', itemSize: 8 }]) {
      const fn = create(() => {}, options);
      for (const how of ['op', 'onThread']) {
        assert.strictEqual(fn[how]('call_null_item'), 'TSFN_INVALID');
        assert.strictEqual(fn[how]('call_many_null_items'), 'TSFN_INVALID');
        assert.strictEqual(fn[how]('call_with_null_item'), 'TSFN_INVALID');
        assert.strictEqual(fn[how]('call_with_null_callback'), 'TSFN_INVALID');
        assert.strictEqual(fn[how]('call_error_null_message'), 'TSFN_INVALID');
        assert.strictEqual(fn[how]('stats_null'), 'TSFN_INVALID');
      }
      await fn.close();
    }
  }));

  it('of an error whose text no string can hold: TSFN_INVALID', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js' });
    assert.strictEqual(fn.op('call_error_long_text'), 'TSFN_INVALID');
    await fn.close();
  }));

  it('of a record without type or items: TSFN_INVALID', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'record' });
    assert.strictEqual(fn.op('call_record_null_type'), 'TSFN_INVALID');
    assert.strictEqual(fn.op('call_record_null_items'), 'TSFN_INVALID');
    await fn.close();
  }));

  it('of tsfn_push without arguments or value: TSFN_INVALID', () => {
    assert.strictEqual(native.op(null, 'push_null'), 'TSFN_INVALID');
  });

  it('in a state that has ended stay what they are: bad input before closing', driven(async ({ create }) => {
    const fn = create(() => {}, { kind: 'call_js', itemSize: 8 });
    fn.abort();
    assert.strictEqual(fn.send({ size: 9 }), 'TSFN_WRONG_TYPE');
    assert.strictEqual(fn.op('call_null_item'), 'TSFN_INVALID');
    await fn.close();
  }));

  it('with text that is not UTF-8 or empty arrive all the same', driven(async ({ create }) => {
    const messages = [];
    const fn = create((error) => messages.push(error.message, error.code), {});
    fn.send({ way: 'error', code: '', text: '' });
    fn.send({ way: 'error', code: 'X'.repeat(1000), text: 'm'.repeat(100000) });
    await fn.close();
    assert.deepStrictEqual(messages, ['', '', 'm'.repeat(100000), 'X'.repeat(1000)]);
  }));
});
