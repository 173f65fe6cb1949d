// SPDX-License-Identifier: MIT
'use strict';

// Whether rounds leave memory behind; of a process with --expose-gc. Prints 'done'
// where `rounds` of them have made it larger by less than `most` bytes, else by how
// many. The first round is not counted.
function printWhatIsLeft(round, rounds, most) {
  round();
  global.gc();
  const before = process.memoryUsage.rss();
  for (let i = 0; i < rounds; i++) {
    round();
    global.gc();
  }
  const more = process.memoryUsage.rss() - before;
  console.log(more < most ? 'done' : `${more} bytes more`);
}

module.exports = { printWhatIsLeft };
