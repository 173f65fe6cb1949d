// SPDX-License-Identifier: MIT
'use strict';

const addon = require('./build/Release/addon.node');

function report(title, results) {
  const sum = results.reduce((total, result) => total + result, 0);
  console.log(`${title}: ${results.length} results, their sum is ${sum}`);
}

async function errorFirst(failing) {
  const results = [];
  await addon.errorFirst((err, result) => {
    if (err) console.log(`err: ${err.code}: ${err.message}`);
    else results.push(result);
  }, failing);
  report('(err, result)', results);
}

async function valuesOnly(failing) {
  const results = [];
  await addon.valuesOnly((result) => results.push(result), failing);
  report('(result)', results);
}

async function main() {
  await errorFirst();
  await valuesOnly();

  // The thread with the number 13 raises an error instead.
  await errorFirst(13);
  process.on('uncaughtException', (err) => {
    console.log(`uncaughtException: ${err.code}: ${err.message}`);
  });
  await valuesOnly(13);
}

main();
