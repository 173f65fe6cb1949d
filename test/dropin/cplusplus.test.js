// SPDX-License-Identifier: MIT
'use strict';

// node-addon-api's classes, unchanged, on the drop-in layer.

const assert = require('node:assert');
const path = require('node:path');
const { addon } = require('../support/build');
const { describe: say, runFile } = require('../support/child');

const SCRIPT = path.join(__dirname, 'cplusplus.js');

const table = {
  'ThreadSafeFunction, with a callback and data of its own for each call': {
    name: 'untyped', says: ['no data', 'text', '3', 'nothing', 'accepted 4'],
  },
  'TypedThreadSafeFunction': {
    name: 'typed', says: ['0', '1', '2', 'handed back 0', 'accepted 3'],
  },
  'TypedThreadSafeFunction, aborted: what was not delivered is handed back': {
    name: 'aborted', says: ['handed back 3', 'accepted 3'],
  },
  'TypedThreadSafeFunction with all defaults': {
    name: 'defaults', says: ['nothing', 'nothing', 'accepted 2'],
  },
  'TypedThreadSafeFunction with std::nullptr_t for callback and context': {
    name: 'without', says: ['called without 2', 'accepted 2'],
  },
  'AsyncProgressWorker: the newest progress, and the end': {
    name: 'worker', says: ['the newest came', 'done'],
  },
  'AsyncProgressQueueWorker: every progress, in order, and the end': {
    name: 'queueWorker', says: ['1', '2', '3', '4', '5', 'done'],
  },
};

describe('C++ addons on the drop-in layer', () => {
  for (const [title, { name, says }] of Object.entries(table)) {
    it(title, async () => {
      const result = await runFile(SCRIPT, [addon('cplusplus', 'dropin'), name]);
      assert.deepStrictEqual(result.stdout.trim().split('\n'), ['ours', ...says], say(result));
      assert.strictEqual(result.code, 0, say(result));
    });
  }
});
