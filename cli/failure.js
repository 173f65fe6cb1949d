// SPDX-License-Identifier: MIT
'use strict';

// What a command could not do, in sentences for its user. `status` is the
// process's exit code: 2 where the command line was wrong, else 1.
class Failure extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

module.exports = { Failure };
