// SPDX-License-Identifier: MIT
'use strict';

// Contract 3: no thread signals a loop whose handle is closed.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { runCode, describe: tell } = require('../support/child');

describe('teardown: gate', () => {
  it('waits for the senders that are inside before it is shut', async () => {
    const code = 'console.log(require(process.argv[1]).shutWaits())';
    const result = await runCode(code, [addon('gate')]);
    assert.strictEqual(result.stdout, 'true\n', tell(result));
  });
});
