// SPDX-License-Identifier: MIT
'use strict';

const { start } = require('./build/Release/addon.node');

async function main() {
  await start((err, ...values) => {
    if (err) throw err;
    console.log(values.join());
  });
  console.log('done');
}

main();
