// SPDX-License-Identifier: MIT
'use strict';

const { makeTeam } = require('./build/Release/addon.node');

// Starts and stops threads by what the threads say, then ends by our own flag.
async function end() {
  let started = 0;
  const team = makeTeam('blue', (...args) => {
    if (args.length === 0) {
      started++;
      console.log('a thread starts');
    } else if (typeof args[0] === 'string') {
      console.log(args.join(': '));
      if (started === 2) team.start();
    } else {
      const [worker, count] = args;
      if (worker === 2 && count === 10) team.stop();
      if (worker === 3 && count === 10) team.end();
    }
  });
  team.start();
  team.start();
  console.log(await team.closed());
}

// Ends at once, out of the midst of the work: no thread says goodbye.
async function abort() {
  let busy = 0;
  const team = makeTeam('red', (worker, count) => {
    if (worker === undefined) console.log('a thread starts');
    if (count === 10 && ++busy === 2) team.abort();
  });
  team.start();
  team.start();
  console.log(await team.closed());
}

async function main() {
  await end();
  await abort();
}

main();
