// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { checkLayers } = require('../../tools/check-layers');
const { root } = require('../support/build');
const { withTree } = require('./tree');

const right = {
  'include/tsfn.h': '#include <node_api.h>\n#include "tsfn/status.h"\n',
  'include/tsfn/status.h': '',
  'src/os/os.h': '#ifdef _WIN32\n#endif\n#include "tsfn/status.h"\n',
  'src/core/queue.h': '#include <stdint.h>\n#include "os/os.h"\n',
  'src/core/queue.c': '#include "queue.h"\n#ifdef __cplusplus\n#endif\n',
  'src/node/env.h': '#include "tsfn.h"\n#include "core/queue.h"\n',
  'src/crossing/cross.h': '#include "node/env.h"\n',
  'src/record/record.c': '#include "crossing/cross.h"\n#include "tsfn.h"\n',
  'src/function/call.h': '#include "crossing/cross.h"\n',
  'src/stream/stream.c': '#include <node_api.h>\n#include "function/call.h"\n',
  'src/dropin/dropin.c': '#include "function/call.h"\n',
  'examples/01-hello/addon.c': '#include <tsfn.h>\n#ifdef _WIN32\n#endif\n',
};

const wrong = {
  'core includes node': ['src/core/queue.c', '#include "node/env.h"\n'],
  'core includes node by a relative path': ['src/core/queue.c', '#include "../node/env.h"\n'],
  'core includes a header of node that is not there': ['src/core/queue.c', '#include "node/new.h"\n'],
  'core includes node_api.h': ['src/core/queue.c', '#include <node_api.h>\n'],
  'core includes tsfn.h': ['src/core/queue.c', '#include "tsfn.h"\n'],
  'os includes core': ['src/os/posix.c', '#  include "core/queue.h"\n'],
  'node includes record': ['src/node/env.c', '#include "record/record.h"\n'],
  'crossing includes function': ['src/crossing/cross.c', '#include "function/call.h"\n'],
  'function includes record': ['src/function/call.c', '#include "record/record.h"\n'],
  'record includes function': ['src/record/record.c', '#include "function/call.h"\n'],
  'stream includes dropin': ['src/stream/stream.c', '#include "dropin/report.h"\n'],
  'a public header includes src': ['include/tsfn/x.h', '#include "core/queue.h"\n'],
  'an example includes src': ['examples/01-hello/addon.c', '#include "core/queue.h"\n'],
  'a core test includes Node': ['test/core/queue_test.c', '#include <node_api.h>\n'],
  'core asks for a platform': ['src/core/queue.c', '#if defined(__linux__)\n#endif\n'],
  'node asks for a platform': ['src/node/env.c', '#ifdef _WIN32\n#endif\n'],
  'a folder that is no layer': ['src/misc/x.c', ''],
};

describe('tools/check-layers.js: dependencies point down only', () => {
  it('passes a tree that is right', () => {
    withTree(right, (tree) => assert.deepStrictEqual(checkLayers(tree), []));
  });

  for (const [what, [file, text]] of Object.entries(wrong)) {
    it(`fails when ${what}`, () => {
      withTree({ ...right, [file]: text }, (tree) => {
        const problems = checkLayers(tree);
        assert.strictEqual(problems.length, 1, problems.join('\n'));
        assert.ok(problems[0].startsWith(`${file}:`), problems[0]);
      });
    });
  }

  it('answers by its exit status', () => {
    const program = path.join(root, 'tools', 'check-layers.js');
    const [file, text] = wrong['core includes node'];
    withTree({ ...right, [file]: text }, (tree) => {
      const { status, stderr } = spawnSync(process.execPath, [program, tree], { encoding: 'utf8' });
      assert.strictEqual(status, 1);
      assert.match(stderr, /src\/core\/queue\.c:1/);
    });
  });
});
