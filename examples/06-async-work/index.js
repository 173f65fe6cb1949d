// SPDX-License-Identifier: MIT
'use strict';

const { primes } = require('./build/Release/addon.node');

async function main() {
  const count = await primes(30, (err, prime) => {
    if (err) throw err;
    console.log(prime);
  });
  console.log(`${count} primes`);
}

main();
