// SPDX-License-Identifier: MIT
'use strict';

const { count } = require('./build/Release/addon.node');

// node index.js [MILLISECONDS]
const milliseconds = Number(process.argv[2] ?? 200);

async function main() {
  const done = await count(milliseconds, (err, number) => {
    if (err) throw err;
    console.log(new Date().toISOString(), number);
  });
  console.log(done);
}

main();
