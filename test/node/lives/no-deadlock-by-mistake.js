// SPDX-License-Identifier: MIT
'use strict';

// The lives of no-deadlock-by-mistake.test.js: see test/support/lives.js.

const { FOREVER, create } = require('../../support/driver');

exports.fullQueue = async () => {
  const fn = create(() => {}, { kind: 'call_js', bound: 2 });
  fn.fill(2);
  const answers = [];
  for (const way of ['call', 'empty', 'pointer', 'with', 'error']) {
    for (const wait of [FOREVER, 1, 3600000]) answers.push(fn.send({ way, wait, size: 100 }));
  }
  console.log([...new Set(answers)].join());
  console.log(fn.send({ wait: 0 }));
  await fn.drained();
  console.log(fn.send({ sequence: 2, wait: FOREVER }));
  await fn.close();
  fn.check();
};

exports.fullQueueOfMany = async () => {
  for (const size of [8, 100]) {
    const fn = create(() => {}, { kind: 'call_js', bound: 5 });
    const { status, accepted } = fn.sendMany({ size, many: 8, wait: FOREVER });
    console.log(status, accepted);
    await fn.close();
    fn.check();
  }
};

exports.insideTheCallback = async () => {
  const fn = create((err, producer, sequence) => {
    if (sequence !== 0) return;
    const first = fn.send({ sequence: 1, wait: FOREVER });
    console.log(first, fn.send({ sequence: 2, wait: FOREVER }));
  }, {
    kind: 'convert',
    bound: 1,
    onFinalize: () => console.log(fn.send({ wait: FOREVER })),
  });
  fn.fill(1);
  await fn.drained();
  await fn.close();
};
