// SPDX-License-Identifier: MIT
'use strict';

// The lives of lone-record.test.js: see test/support/lives.js.

const { create, uncaught } = require('../../support/driver');

exports.tickThrows = async (microtasks) => {
  const handled = [];
  const errors = await uncaught(async () => {
    const fn = create(() => process.nextTick(() => { throw new Error('tick'); }), {
      kind: 'record',
      microtasks,
      onError: (error) => handled.push(error),
    });
    for (let sequence = 0; sequence < 3; sequence++) {
      fn.send({ way: 'record', sequence });
      await fn.drained();
    }
    await fn.close();
    fn.check();
    console.log(JSON.stringify(fn.report().completed));
  });
  console.log(errors.length, handled.length);
};
