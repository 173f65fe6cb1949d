// SPDX-License-Identifier: MIT
'use strict';

// The command line: PATTERN FOLDER... and a few options.

const os = require('node:os');
const { Command, InvalidArgumentError } = require('commander');

// What the addon takes.
const MOST_THREADS = 256;

// Node before 18.14 has only the second.
const cores = os.availableParallelism ? os.availableParallelism() : os.cpus().length;

function parseThreads(text) {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new InvalidArgumentError(`It must be an integer from 1 to ${MOST_THREADS}.`);
}

function makeCommand() {
  return new Command('search')
    .description('Prints the lines of files that contain PATTERN, as PATH:LINE:COLUMN:TEXT.')
    .argument('<PATTERN>', 'a fixed string; each line of it is one to look for')
    .argument('<FOLDER...>', 'folders, searched with all that is in them, or files')
    .option('-c, --count', 'print the last line only')
    .option(
      '-t, --threads <number>',
      'how many threads search',
      parseThreads,
      Math.min(cores, MOST_THREADS),
    )
    .addHelpText('after', `
Links inside a folder are not followed, binary files are left out, and a pattern
that begins with - is written after --, all as with grep -rIF.

Exit status: 0 lines were found, 1 none was, 2 something could not be searched,
130 it was interrupted.`)
    .showHelpAfterError('(search --help says more)')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'search: ')),
    })
    .exitOverride();
}

// { pattern, folders, threads, count }; or { status } where nothing is to be
// searched and what there is to say has been said.
function parseOptions(argv) {
  const command = makeCommand();
  try {
    command.parse(argv, { from: 'user' });
    const [pattern, folders] = command.processedArgs;
    if (pattern === '') command.error('error: the pattern is empty');
    return { pattern, folders, ...command.opts() };
  } catch (err) {
    // Help exits with 0; commander says 1 where grep says 2.
    if (err.exitCode === undefined) throw err;
    return { status: err.exitCode === 0 ? 0 : 2 };
  }
}

module.exports = { parseOptions };
