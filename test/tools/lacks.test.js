// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { host, hosts, lacks, lacksOf, reasons } = require('../support/host');
const { isLeftOut, skipReason } = require('../support/skip');
const { root } = require('../support/build');

const other = hosts.find((name) => name !== host && name !== 'node');
const { HOOKS, END } = reasons;

// As mocha's it and describe, but for tests that nobody runs.
function fake() {
  const define = (title) => ({ title, isRun: true });
  define.skip = (title) => ({ title, isRun: false });
  return define;
}

describe('lacks() of test/support/host.js: what a host lacks for a test', () => {
  it('leaves the test out there, with its reason', () => {
    // The first entry is of this host, whichever it is.
    const here = host === 'node' ? 'node<99' : host;
    const left = lacks({ [here]: HOOKS, [other]: END }, fake())('a test');
    assert.deepStrictEqual(left, { title: 'a test', isRun: false });
    assert.ok(isLeftOut(left));
    assert.ok(isLeftOut({ parent: { parent: left } }));
    assert.strictEqual(skipReason({ parent: left }), HOOKS);
  });

  it('runs it elsewhere, and remembers what was said', () => {
    const test = lacks({ [other]: END }, fake())('a test');
    assert.ok(test.isRun);
    assert.ok(!isLeftOut(test));
    assert.deepStrictEqual(lacksOf(test).map(({ host: name, reason }) => [name, reason]), [[other, END]]);
  });

  it('runs it where a version of Node is new enough', () => {
    assert.ok(lacks({ 'node<2': HOOKS }, fake())('a test').isRun);
  });

  it('takes several hosts at once, and none', () => {
    const test = lacks({ 'bun deno': END }, fake())('a test');
    assert.deepStrictEqual(lacksOf(test).map((entry) => entry.host), ['bun', 'deno']);
    assert.ok(lacks(undefined, fake())('a test').isRun);
  });

  const wrong = {
    'a host that there is not': { safari: HOOKS },
    'Node of every version': { node: HOOKS },
    'a version of another host': { 'bun<2': HOOKS },
    'no reason': { bun: undefined },
    'a reason that the table does not have': { bun: 'I do not know' },
    'a host twice': { 'bun deno': HOOKS, deno: END },
  };
  for (const [what, lacking] of Object.entries(wrong)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => lacks(lacking, fake()), Error);
    });
  }

  it('has no reason that no test gives, and prints each with its tests', function () {
    this.timeout(60000);
    const program = path.join(root, 'tools', 'lacks.js');
    const { stdout, stderr, status } = spawnSync(process.execPath, [program], { cwd: root, encoding: 'utf8' });
    assert.strictEqual(status, 0, stderr);
    assert.deepStrictEqual(Object.values(reasons).filter((reason) => !stdout.includes(reason)), []);
    assert.match(stdout, /^deno leaves out \d{3} tests$/m);
  });
});
