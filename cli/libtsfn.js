#!/usr/bin/env node
// SPDX-License-Identifier: MIT
'use strict';

// The command line: npx libtsfn ...

const { parseArgs } = require('node:util');
const { Failure } = require('./failure');
const { version } = require('../package.json');

const USAGE = `libtsfn types FILE.node [--output index.d.ts | --check index.d.ts]
    prints the TypeScript types of an addon that declares its exports with
    TSFN_EXPORT and TSFN_MODULE
    --output FILE   writes them to a file, but not over one of another origin
    --check FILE    fails where that file is not what would be written

libtsfn init NAME
    begins an addon in the folder NAME

libtsfn --help
libtsfn --version
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  output: { type: 'string' },
  check: { type: 'string' },
};

const misused = (message) => new Failure(`${message} (see libtsfn --help)`, 2);

function readCommandLine(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS_')) throw error;
    const [sentence] = error.message.split(/\n|\. /);
    throw misused(sentence);
  }
}

function onlyWord(words, command, what) {
  if (words.length !== 1) throw misused(`libtsfn ${command} takes one ${what}`);
  return words[0];
}

const COMMANDS = {
  types(words, options) {
    const file = onlyWord(words, 'types', 'file');
    if (options.check !== undefined && options.output !== undefined) {
      throw misused('libtsfn types takes --check or --output, not both');
    }
    require('./types-command').types(file, options);
  },

  async init(words, { check, output }) {
    // Without a name init says what to write.
    const name = words.length === 0 ? undefined : onlyWord(words, 'init', 'name');
    if (check !== undefined || output !== undefined) throw misused('libtsfn init takes neither --check nor --output');
    await require('./init').init(name);
  },
};

async function main(args) {
  const { values, positionals: [command, ...words] } = readCommandLine(args);
  if (values.help || command === 'help') process.stdout.write(USAGE);
  else if (values.version) process.stdout.write(`${version}\n`);
  else if (command === undefined) throw misused('libtsfn takes a command');
  else if (!Object.hasOwn(COMMANDS, command)) throw misused(`libtsfn has no command '${command}'`);
  else await COMMANDS[command](words, values);
}

// What the system refuses is told as a sentence too; any other error is a mistake of
// this program and shows where it was made.
main(process.argv.slice(2)).catch((error) => {
  const isExpected = error instanceof Failure || error.syscall !== undefined;
  process.stderr.write(`${isExpected ? error.message : error.stack}\n`);
  process.exitCode = error.status || 1;
});
