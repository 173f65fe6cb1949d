// SPDX-License-Identifier: MIT
'use strict';

// The child in which contenders run: it prepares them, takes a sample of one
// when told to, and answers. { id, op, contender, job } -> { id, result } or
// { id, error } or { id, notBuilt }.

const { NotBuilt } = require('./measures/functions');

const prepared = new Map();

const operations = {
  prepare: ({ contender, job }) => {
    prepared.set(contender, require(`./measures/${job.measure}`).prepare(job));
  },
  sample: ({ contender }) => prepared.get(contender).sample(),
  finish: ({ contender }) => {
    prepared.get(contender).finish();
    prepared.delete(contender);
  },
};

process.on('message', async (message) => {
  const { id, op } = message;
  try {
    process.send({ id, result: await operations[op](message) });
  } catch (error) {
    process.send(
      error instanceof NotBuilt
        ? { id, notBuilt: error.message }
        : { id, error: error.stack },
    );
  }
});
