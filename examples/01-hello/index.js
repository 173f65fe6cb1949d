// SPDX-License-Identifier: MIT
'use strict';

const { search } = require('./build/Release/addon.node');

async function main() {
  await search((err, match) => {
    if (err) throw err;
    console.log(`${match.path}:${match.line}`);
  });
  console.log('done');
}

main();
