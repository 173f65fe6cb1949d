// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { describe: say } = require('../support/child');
const { exampleOf } = require('../support/example');
const { host } = require('../support/host');

const { ask, runExample } = exampleOf('05-dynamic-threads');

// The same, in a worker that is terminated while `threads` threads call.
function terminate(threads) {
  return ask(`
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(\`
      const { parentPort, workerData } = require('node:worker_threads');
      const { makeTeam } = require(workerData);
      const team = makeTeam('lost', (thread, count) => {
        if (count === 3) parentPort.postMessage(thread);
      });
      for (let i = 0; i < ${threads}; i++) team.start();\`,
      { eval: true, workerData: process.argv[1] });
    await require('node:events').once(worker, 'message');
    answer(await worker.terminate());`);
}

describe('examples/05-dynamic-threads: JavaScript starts and stops threads', () => {
  it('prints how one team ends by its flag and one by abort', async () => {
    const lines = await runExample();
    const farewells = lines.splice(4, 2).sort();
    assert.deepStrictEqual(farewells, [
      'blue: thread 2 stops',
      'blue: thread 3 stops',
    ]);
    assert.deepStrictEqual(lines, [
      'a thread starts',
      'a thread starts',
      'blue: thread 1 stops',
      'a thread starts',
      'blue: 3 threads joined',
      'a thread starts',
      'a thread starts',
      'red: 2 threads joined',
    ]);
  });

  it('calls without arguments, with a struct, and with a string', async () => {
    const calls = await ask(`
      const calls = [];
      const team = addon.makeTeam('green', (...args) => {
        calls.push(args);
        if (args[1] === 3) team.stop();
        if (args[0] === 'green') team.end();
      });
      team.start();
      await team.closed();
      answer(calls);`);
    const counts = calls.slice(1, -1);
    assert.deepStrictEqual(calls[0], []);
    assert(counts.length >= 3);
    counts.forEach((args, index) => assert.deepStrictEqual(args, [1, index + 1]));
    assert.deepStrictEqual(calls.at(-1), ['green', 'thread 1 stops']);
  });

  it('delivers all that each thread sent before the end', async () => {
    const found = await ask(`
      const ends = [];
      const last = {};
      const team = addon.makeTeam('green', (first, second) => {
        if (typeof first === 'string') ends.push(second);
        else if (first !== undefined && second !== (last[first] ?? 0) + 1) ends.push('gap');
        else if (first !== undefined) last[first] = second;
        if (first === 4 && second === 5) team.end();
      });
      for (let i = 0; i < 4; i++) team.start();
      const closed = await team.closed();
      answer({ closed, ends: ends.sort() });`);
    assert.deepStrictEqual(found, {
      closed: 'green: 4 threads joined',
      ends: [1, 2, 3, 4].map((number) => `thread ${number} stops`),
    });
  });

  it('calls nobody after abort has returned', async () => {
    const found = await ask(`
      let aborted = false;
      let late = 0;
      const team = addon.makeTeam('green', (thread, count) => {
        if (aborted) late++;
        if (count !== 5 || aborted) return;
        team.abort();
        aborted = true;
      });
      for (let i = 0; i < 4; i++) team.start();
      answer({ closed: await team.closed(), aborted, late });`);
    assert.deepStrictEqual(found, {
      closed: 'green: 4 threads joined',
      aborted: true,
      late: 0,
    });
  });

  it('finalizes once, with the context and the data of its own team', async () => {
    const found = await ask(`
      const names = ['a', 'b', 'c'];
      const teams = names.map((name, index) => {
        const team = addon.makeTeam(name, () => {});
        for (let i = 0; i < index; i++) team.start();
        return team;
      });
      let settled = 0;
      for (const team of teams) team.closed().then(() => settled++);
      teams[0].end();
      teams[1].end();
      teams[2].abort();
      const closed = await Promise.all(teams.map((team) => team.closed()));
      answer({ closed, settled });`);
    assert.deepStrictEqual(found, {
      closed: ['a: 0 threads joined', 'b: 1 threads joined', 'c: 2 threads joined'],
      settled: 3,
    });
  });

  it('stops the oldest thread first and says when none is left', async () => {
    const found = await ask(`
      const ends = [];
      const stopped = [];
      const team = addon.makeTeam('green', (first, second) => {
        if (typeof first === 'string') ends.push(second);
        if (ends.length === 1 && stopped.length === 1) stopped.push(team.stop());
        if (ends.length === 2 && stopped.length === 2) {
          stopped.push(team.stop());
          team.end();
        }
      });
      team.start();
      team.start();
      stopped.push(team.stop());
      await team.closed();
      answer({ ends, stopped });`);
    assert.deepStrictEqual(found, {
      ends: ['thread 1 stops', 'thread 2 stops'],
      stopped: [true, true, false],
    });
  });

  it('goes on after a callback that throws', async () => {
    const found = await ask(`
      const errors = [];
      process.on('uncaughtException', (err) => errors.push(err.message));
      const counts = [];
      const team = addon.makeTeam('green', (thread, count) => {
        if (count <= 3) counts.push(count);
        if (count === 3) team.abort();
        if (count <= 2) throw new Error('no ' + count);
      });
      team.start();
      await team.closed();
      answer({ counts, errors });`);
    assert.deepStrictEqual(found, { counts: [1, 2, 3], errors: ['no 1', 'no 2'] });
  });

  it('throws an error that says what is wrong', async () => {
    const errors = await ask(`
      const { makeTeam } = addon;
      const team = makeTeam('green', () => {});
      const catches = (run) => {
        try { run(); } catch (err) { return [err.name, err.message]; }
      };
      const { start } = team;
      team.end();
      answer([
        () => makeTeam(),
        () => makeTeam('green'),
        () => start.call({}),
        () => start.call(undefined),
        () => team.start(),
        () => team.stop(),
        () => team.end(),
        () => team.abort(),
      ].map(catches));`);
    assert.deepStrictEqual(errors, [
      ['TypeError', 'makeTeam: name: expected a string without NUL, got undefined'],
      ['TypeError', 'makeTeam: each: expected a function, got undefined'],
      ['TypeError', 'team.start: `this` is no object of type team'],
      ['TypeError', 'team.start: `this` is no object of type team'],
      ...['start', 'stop', 'end', 'abort'].map((name) => ['Error', `team.${name}: the function is closing or closed`]),
    ]);
  });

  it('closes a team that was forgotten while its threads run', async () => {
    const team = await ask(
      `
      let team = addon.makeTeam('lost', () => {
        if (team === null) return;
        team = null;
        setInterval(gc, 10).unref();
      });
      team.start();
      process.on('exit', () => answer(team));`,
      ['--expose-gc'],
    );
    assert.strictEqual(team, null);
  });

  it('ends with the worker that is terminated while its threads call', async () => {
    // Bun answers 0 now and then.
    const codes = host === 'bun' ? [0, 1] : [1];
    for (const threads of [1, 8]) assert.ok(codes.includes(await terminate(threads)));
  });
});
