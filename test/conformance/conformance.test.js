// SPDX-License-Identifier: MIT
'use strict';

// The table, scenario by scenario, on the host's own functions and on ours. What
// the host is known to do wrong is what it must do there: when a new version
// mends it, the table wants to know.

const assert = require('node:assert');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { addon } = require('../support/build');
const { describe: say, hostNode, runFile } = require('../support/child');
const { lacks, reasons: { TABLE } } = require('../support/host');
const { flows, scenarios } = require('./table');

const SCRIPT = path.join(__dirname, 'scenarios.js');
const HANGS = 1500; // ms: a scenario that does not hang takes a tenth
const version = execFileSync(hostNode, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  .trim().split('.').map(Number);

const isWrong = (host) => host !== undefined && (host.on === undefined || host.on(version));
const isRace = (host) => isWrong(host) && host.says === undefined;

function run(side, name, { version: napi = 8, argument = '', ...options }, timeout) {
  const file = addon(`${side}-${napi}`, 'conformance');
  return runFile(SCRIPT, [file, name, argument], { ...options, timeout });
}

function check(result, says, code = 0) {
  assert.ok(!result.timedOut, `it hangs\n${say(result)}`);
  assert.deepStrictEqual(result.stdout.split('\n').filter(Boolean), says, say(result));
  assert.strictEqual(result.code, code, say(result));
}

function describeScenario(side, title, scenario) {
  const { name = title, says, code, host } = scenario;
  const wrong = side === 'host' && isWrong(host) ? host : null;
  lacks(scenario.lacks, it)(wrong ? `${title} (there: ${wrong.wrong})` : title, async () => {
    const hangs = wrong !== null && wrong.says === null;
    const result = await run(side, name, scenario, hangs ? HANGS : 100000);
    if (hangs) assert.ok(result.timedOut, `it is mended\n${say(result)}`);
    else if (wrong) check(result, wrong.says, wrong.code);
    else check(result, typeof says === 'function' ? says(version) : says, code);
  });
}

function describeSide(side) {
  for (const [title, scenario] of Object.entries(scenarios)) {
    if (side === 'host' && isRace(scenario.host)) continue;
    describeScenario(side, title, scenario);
  }

  describe('flows', () => {
    const asked = flows.filter(({ host }) => side === 'ours' || !isRace(host));
    let lines;
    before(async () => {
      const result = await run(side, 'flows', { argument: JSON.stringify(asked) }, 100000);
      assert.ok(!result.timedOut, say(result));
      lines = result.stdout.split('\n');
    });
    for (const { title, says } of asked) {
      it(title, () => assert.ok(lines.includes(says), lines.find((l) => l.startsWith(`${title}:`))));
    }
  });
}

lacks({ 'bun deno': TABLE }, describe)("conformance: the host's own functions", function () {
  this.timeout(120000);
  it('serve the addon that is built without us', () => {
    assert.strictEqual(require(addon('host-8', 'conformance')).active(), false);
  });
  describeSide('host');
});

describe('conformance: ours', function () {
  this.timeout(120000);
  it('serve the addon that is built with tsfn_dropin', () => {
    assert.strictEqual(require(addon('ours-8', 'conformance')).active(), true);
  });
  describeSide('ours');
});
