// SPDX-License-Identifier: MIT
'use strict';

// docs/guide.md: its examples are built as a reader would build them, with
// guide/feed.c as the other library, and end in each of the ways that it tells of.
// Every block of C of the guide, and of docs/callbacks.md, compiles without a
// warning.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { runCode, runFile, describe: say } = require('../support/child');
const { skip } = require('../support/skip');
const { createConsumer, gypMissing, has, nodeGyp, removeConsumer } = require('./consumer');

const HEADERS = path.join(root, 'node_modules', 'node-api-headers', 'include');
const OTHER_LIBRARY = path.join(__dirname, 'guide');

const blocksOf = (page, language) => {
  const text = fs.readFileSync(path.join(root, 'docs', page), 'utf8');
  const blocks = text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, found]) => found === language).map(([, , code]) => code);
};

// What the guide's blocks are, each known by something in it.
const names = {
  'FEED_H': 'feed.h', 'struct subscription {': 'addon.c', 'TSFN_ASK': 'ask.c', '.utf8name = "search"': 'by_hand.c',
};

const filesOfGuide = () => Object.fromEntries(blocksOf('guide.md', 'c').map((code) => {
  const found = Object.keys(names).filter((mark) => code.includes(mark));
  assert.strictEqual(found.length, 1, `a block of the guide that no test knows:\n${code}`);
  return [names[found[0]], code];
}));

function compile(code, folder) {
  const flags = ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only', '-pthread'];
  const includes = ['-I', path.join(root, 'include'), '-I', folder, '-isystem', HEADERS];
  const { status, stderr } = spawnSync('cc', ['-x', 'c', ...flags, ...includes, '-'], { input: code, encoding: 'utf8' });
  assert.strictEqual(status, 0, stderr);
}

describe('the C of docs/guide.md and docs/callbacks.md', function () {
  this.timeout(300000);
  let folder;
  let addon;
  let asking;

  before(function () {
    const missing = gypMissing();
    if (missing) skip(this, missing);
    folder = createConsumer(['feed.c', 'asking.c', 'binding.gyp'], OTHER_LIBRARY);
    const [script] = blocksOf('guide.md', 'js');
    for (const [file, code] of Object.entries({ ...filesOfGuide(), 'index.js': script })) {
      fs.writeFileSync(path.join(folder, file), code);
    }
    addon = nodeGyp(folder);
    asking = path.join(path.dirname(addon), 'asking.node');
  });

  after(() => {
    if (folder) removeConsumer(folder);
  });

  // What a child printed. A feed that was started may be destroyed by its own
  // thread, for which the end of the process does not wait.
  async function linesOf(run, destroyed = /^(a feed is destroyed\n)?$/) {
    const result = await run;
    assert.strictEqual(result.code, 0, say(result));
    assert.match(result.stderr, destroyed, say(result));
    return result.stdout.trim().split('\n');
  }

  const AT_ONCE = /^a feed is destroyed\n$/;

  const runAddon = (code, execArgv) => runCode(`const { subscribe } = require(process.argv[1]);${code}`, [addon], { execArgv });

  it('compiles without a warning, each block by itself', function () {
    if (!has('cc')) skip(this, 'there is no cc');
    assert.deepStrictEqual(Object.keys(filesOfGuide()).sort(), Object.values(names).sort());
    for (const code of Object.values(filesOfGuide())) compile(`#include <tsfn.h>\n${code}`, folder);
    const blocks = blocksOf('callbacks.md', 'c');
    assert.strictEqual(blocks.length, 2);
    for (const code of blocks) compile(`#include <tsfn.h>\n${code}`, folder);
  });

  it('is an addon that prints quotes, stops and lets the process exit', async () => {
    const lines = await linesOf(runFile(path.join(folder, 'index.js'), [], { cwd: folder }));
    const quotes = lines.filter((line) => /^(EVEN|ODD) \d+$/.test(line));
    assert.ok(quotes.length >= 4, lines.join('\n'));
    assert.deepStrictEqual(lines.filter((line) => !quotes.includes(line)), ['0 lost']);
  });

  it('delivers no quote after an abort', async () => {
    const lines = await linesOf(runAddon(`
      const controller = new AbortController();
      let calls = 0;
      subscribe(() => { if (++calls === 4) controller.abort(); }, controller.signal);
      process.on('exit', () => console.log(calls));`));
    assert.deepStrictEqual(lines, ['4']);
  });

  it('starts no feed for a signal that was aborted before', async () => {
    const lines = await linesOf(runAddon(`
      subscribe(() => console.log('called'), AbortSignal.abort());
      process.on('exit', () => console.log('exit'));`), AT_ONCE);
    assert.deepStrictEqual(lines, ['exit']);
  });

  it('throws for a callback that is no function, and keeps nothing', async () => {
    const lines = await linesOf(runAddon('try { subscribe(1); } catch (err) { console.log(err.code); }'), AT_ONCE);
    assert.deepStrictEqual(lines, ['TSFN_INVALID']);
  });

  it('goes on when stop is collected', async () => {
    const lines = await linesOf(runAddon(`
      const controller = new AbortController();
      let calls = 0;
      subscribe(() => {
        gc();
        if (++calls === 10) controller.abort();
      }, controller.signal);
      process.on('exit', () => console.log(calls));`, ['--expose-gc']));
    assert.deepStrictEqual(lines, ['10']);
  });

  it('lets a worker be terminated while quotes come', async () => {
    const lines = await linesOf(runAddon(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        require(workerData).subscribe(() => parentPort.postMessage('a quote'));\`,
      { eval: true, workerData: process.argv[1] });
      worker.once('message', async () => console.log(await worker.terminate()));`));
    assert.deepStrictEqual(lines, ['1']);
  });

  it('is a function by hand, which does what the declared one does', async () => {
    const result = await runCode(`
      const { search } = require(process.argv[1]);
      const lines = [];
      search((err, { path, line }) => lines.push(path + ':' + line))
        .then((value) => console.log(JSON.stringify([lines.sort(), value])));
      try { search(42); } catch (err) { console.log(err.name); }`, [path.join(path.dirname(addon), 'by_hand.node')]);
    assert.strictEqual(result.code, 0, say(result));
    const [error, found] = result.stdout.trim().split('\n');
    assert.strictEqual(error, 'TypeError');
    const lines = ['letters.txt', 'notes.txt'].flatMap((name) => [1, 2, 3].map((line) => `${name}:${line}`));
    assert.deepStrictEqual(JSON.parse(found), [lines, null]);
  });

  it('is a function that asks, and hears in each state', async () => {
    const result = await runCode(`
      const { start } = require(process.argv[1]);
      const said = (promise) => promise.then(() => 'even', (err) => err.code || err.message);
      const controller = new AbortController();
      const thrown = [];
      process.on('uncaughtException', (err) => thrown.push(err.message));
      Promise.all([
        said(start((number) => number % 2 === 0)),
        said(start(() => 'no boolean')),
        said(start(() => { throw new Error('thrown'); })),
        said(start((number) => {
          if (number === 3) controller.abort(new Error('enough'));
          return number % 2 === 0;
        }, controller.signal)),
      ]).then((all) => console.log(JSON.stringify([...all, thrown])));`, [asking]);
    assert.strictEqual(result.code, 0, say(result));
    assert.deepStrictEqual(JSON.parse(result.stdout), ['even', 'TSFN_THREW', 'TSFN_THREW', 'enough', []]);
  });
});
