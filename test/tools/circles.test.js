// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { findCircles, graphOfIncludes, graphOfNames, report } = require('../../tools/check-circles');
const { root, build } = require('../support/build');
const { skip } = require('../support/skip');
const { has } = require('../consume/consumer');
const { withTree } = require('./tree');

const straight = {
  'src/core/queue.h': '#include "os/os.h"\n',
  'src/core/queue.c': '#include "core/queue.h"\n',
  'src/os/os.h': '#include "tsfn/status.h"\n',
  'src/node/loop.c': '#include "core/queue.h"\n#include <stdio.h>\n',
};

// As nm -A prints an archive: one object calls a function of the next.
const names = (...lines) => lines.map((line) => `libtsfn.a:${line}`).join('\n');
const open = names(
  'queue.o:0000000000000000 T tsfn__queue_take', 'queue.o:                 U tsfn__os_now',
  'posix.o:0000000000000010 T tsfn__os_now', 'posix.o:                 U clock_gettime',
  'posix.o:0000000000000020 t thread_main',
);

describe('tools/check-circles.js: no module reaches itself', () => {
  it('passes includes that all point down', () => {
    withTree(straight, (tree) => {
      assert.deepStrictEqual(findCircles(graphOfIncludes(tree)), []);
      assert.match(report('includes', graphOfIncludes(tree)).text, /^includes: 0 circles among 3 modules$/);
    });
  });

  it('finds a circle of includes, of a source by way of two headers', () => {
    const files = {
      ...straight,
      'src/os/os.h': '#include "node/loop.h"\n',
      'src/node/loop.h': '#include "core/queue.h"\n',
    };
    withTree(files, (tree) => {
      assert.deepStrictEqual(findCircles(graphOfIncludes(tree)), [['core/queue', 'node/loop', 'os/os']]);
      assert.match(report('includes', graphOfIncludes(tree)).text, /src\/os\/os\.h includes node\/loop\.h/);
    });
  });

  it('passes names that all point down', () => {
    assert.deepStrictEqual(findCircles(graphOfNames(open)), []);
  });

  it('finds a circle of names, of a table too, that no include shows', () => {
    const text = `${open}\n${names('posix.o:                 U tsfn__table', 'queue.o:0000000000000000 R tsfn__table')}`;
    assert.deepStrictEqual(findCircles(graphOfNames(text)), [['posix', 'queue']]);
    assert.match(report('names', graphOfNames(text)).text, /posix names tsfn__table of queue/);
  });

  it('tells two circles apart, and leaves out what only hangs on one', () => {
    const graph = new Map(Object.entries({ a: ['b'], b: ['a', 'd'], c: ['a', 'd'], d: ['e'], e: ['d'] })
      .map(([unit, targets]) => [unit, new Map(targets.map((target) => [target, 'why']))]));
    assert.deepStrictEqual(findCircles(graph).sort(), [['a', 'b'], ['d', 'e']]);
  });

  it('is passed by the library, and its exit status says so', function () {
    if (!has('nm')) skip(this, 'nm is not installed');
    const program = path.join(root, 'tools', 'check-circles.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, path.join(build, 'libtsfn_dropin.a')], { encoding: 'utf8' });
    assert.strictEqual(status, 0, stdout + stderr);
    assert.match(stdout, /includes: 0 circles among \d\d+ modules/);
    assert.match(stdout, /names in the archive: 0 circles among \d\d+ modules/);
  });

  it('fails, by its exit status too, on an archive that is not there', () => {
    const program = path.join(root, 'tools', 'check-circles.js');
    const { status, stderr } = spawnSync(process.execPath, [program, path.join(build, 'none.a')], { encoding: 'utf8' });
    assert.strictEqual(status, 1);
    assert.match(stderr, /is not built/);
  });
});
