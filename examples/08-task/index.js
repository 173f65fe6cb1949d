// SPDX-License-Identifier: MIT
'use strict';

const { hash } = require('./build/Release/addon.node');

// node index.js [FILE]. Without one it is the program that runs this.
const file = process.argv[2] ?? process.execPath;

const showPercent = ({ done, total }) => {
  process.stdout.write(`\r${Math.round((100 * done) / total)} %`);
};

async function main() {
  const { digest, size } = await hash(file, { onProgress: showPercent });
  console.log(`\n${size} bytes, SHA-256 ${digest}`);

  // Cancelled at its first progress, it rejects with the reason of the signal.
  const controller = new AbortController();
  const cancel = () => controller.abort(new Error('that is enough'));
  await hash(file, { onProgress: cancel, signal: controller.signal })
    .catch((err) => console.log(err.message));

  // Nobody need ask for progress. An error has a code and the path.
  await hash('no-such-file').catch((err) => console.log(`${err.code}: ${err.message}`));
}

main();
