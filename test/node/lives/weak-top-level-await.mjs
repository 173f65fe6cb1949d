// SPDX-License-Identifier: MIT

// A life of process-exits.test.js, by itself since it must be the program's own
// module.

import { createRequire } from 'node:module';

const { start } = createRequire(import.meta.url)('../../support/driver');

const [weak] = process.argv.slice(2).map((text) => JSON.parse(text));
const { promise, fn } = start(() => {}, { weak }, { computes: true });
// It does not keep the loop. Where nothing else does, its time must not come first.
setTimeout(() => {
  console.log('alive');
  fn.abort();
}, weak ? 600000 : 20).unref();
promise.catch(() => console.log('rejected'));
console.log('waits');
await promise.catch(() => {});
