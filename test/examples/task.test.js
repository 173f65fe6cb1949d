// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { exampleOf } = require('../support/example');

const { ask, runExample } = exampleOf('08-task');

const MB = 1000000;

// Files of that many bytes, in a folder that is removed when the child ends; and
// what they are hashed to.
const helpers = `
  const fs = require('node:fs');
  const path = require('node:path');
  const { createHash } = require('node:crypto');
  const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'tsfn-task-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const makeFile = (size, name = 'file-' + size) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, Buffer.alloc(size, 'some text, over and over. '));
    return file;
  };
  const digestOf = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  const sleep = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
  const reason = (promise) => promise.then(() => 'fulfilled', (err) => err);
`;
const tell = (code) => ask(helpers + code);

describe('examples/08-task: a thread hashes a file, and can be cancelled', function () {
  this.timeout(60000);

  it('prints how far it is, the digest, the cancel and the error', async () => {
    const lines = await runExample(__filename);
    assert.strictEqual(lines[0].split('\r').pop(), '100 %');
    assert.match(lines[1], /^\d+ bytes, SHA-256 [0-9a-f]{64}$/);
    assert.deepStrictEqual(lines.slice(2), ['that is enough', 'ENOENT: cannot read no-such-file']);
  });

  it('finds the digest that node:crypto finds, at every size', async () => {
    const sizes = [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 262143, 262144, 262145, 5 * MB + 1];
    assert.deepStrictEqual(await tell(`
      const wrong = [];
      for (const size of ${JSON.stringify(sizes)}) {
        const file = makeFile(size);
        const found = await addon.hash(file);
        if (found.digest !== digestOf(file) || found.size !== size) wrong.push([size, found]);
      }
      answer(wrong);`), []);
  });

  it('knows the digest of nothing, and of "abc"', async () => {
    assert.deepStrictEqual(await tell(`
      const file = makeFile(0);
      const empty = await addon.hash(file);
      fs.writeFileSync(file, 'abc');
      answer([empty, await addon.hash(file)]);`), [
      { digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', size: 0 },
      { digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', size: 3 },
    ]);
  });

  it('tells progress that grows and ends at the size, before the promise resolves', async () => {
    const { reports, atEnd } = await tell(`
      const reports = [];
      await addon.hash(makeFile(${8 * MB}), { onProgress: (...args) => reports.push(args) });
      const atEnd = reports.length;
      await sleep(20);
      answer({ reports, atEnd });`);
    assert.strictEqual(reports.length, atEnd);
    let before = 0;
    for (const [{ done, total }, ...rest] of reports) {
      assert.deepStrictEqual(rest, []);
      assert.strictEqual(total, 8 * MB);
      assert.ok(done > before, `${done} after ${before}`);
      before = done;
    }
    assert.strictEqual(before, 8 * MB);
  });

  it('tells the newest progress only where JavaScript is slow', async () => {
    const { calls, done } = await tell(`
      let calls = 0;
      let last;
      await addon.hash(makeFile(${8 * MB}), { onProgress: (report) => {
        calls++;
        last = report;
        const end = performance.now() + 300;
        while (performance.now() < end);
      } });
      answer({ calls, done: last.done });`);
    assert.ok(calls < 20, `${calls} calls for 31 reports`);
    assert.strictEqual(done, 8 * MB);
  });

  it('rejects at once with the reason of its signal, and calls nothing after it', async () => {
    assert.deepStrictEqual(await tell(`
      const file = makeFile(${20 * MB});
      const controller = new AbortController();
      const enough = new Error('enough');
      let calls = 0;
      let later = 0;
      let isSettled = false;
      const onProgress = () => {
        if (controller.signal.aborted) later++;
        if (++calls === 2) {
          controller.abort(enough);
          setImmediate(() => setImmediate(() => { answerSoon(isSettled); }));
        }
      };
      const promise = reason(addon.hash(file, { onProgress, signal: controller.signal })).then((err) => { isSettled = true; return err; });
      let answerSoon;
      const wasSoon = new Promise((resolve) => { answerSoon = resolve; });
      const isReason = await promise === enough;
      await sleep(100);
      answer({ isReason, wasSoon: await wasSoon, calls, later });`), {
      isReason: true, wasSoon: true, calls: 2, later: 0,
    });
  });

  it('rejects with any reason, also that of AbortSignal.timeout', async () => {
    assert.deepStrictEqual(await tell(`
      const file = makeFile(${50 * MB});
      const controller = new AbortController();
      setImmediate(() => controller.abort('a text'));
      const text = await reason(addon.hash(file, { signal: controller.signal }));
      const { name } = await reason(addon.hash(file, { signal: AbortSignal.timeout(1) }));
      answer([text, name]);`), ['a text', 'TimeoutError']);
  });

  it('starts nothing where the signal was aborted before', async () => {
    assert.deepStrictEqual(await tell(`
      const before = new Error('before');
      let calls = 0;
      const count = () => { calls++; };
      // A thread would find that there is no such file.
      const missing = await reason(addon.hash(path.join(folder, 'missing'), { onProgress: count, signal: AbortSignal.abort(before) }));
      const there = await reason(addon.hash(makeFile(${MB}), { onProgress: count, signal: AbortSignal.abort(before) }));
      await sleep(50);
      answer([missing === before, there === before, calls]);`), [true, true, 0]);
  });

  it('takes no notice of a signal that aborts after the end', async () => {
    assert.deepStrictEqual(await tell(`
      const controller = new AbortController();
      const { size } = await addon.hash(makeFile(10), { signal: controller.signal });
      controller.abort();
      await sleep(10);
      answer(size);`), 10);
  });

  it('rejects with a code and the path where it cannot read', async () => {
    const [missing, directory, long] = await tell(`
      const explain = async (file) => {
        const { name, code, message } = await reason(addon.hash(file));
        return { name, code, isTold: message === 'cannot read ' + file, begins: message.startsWith('cannot read ') };
      };
      answer([
        await explain(path.join(folder, 'schön', 'file')),
        await explain(folder),
        await explain(path.join(folder, 'ä'.repeat(3000))),
      ]);`);
    assert.deepStrictEqual(missing, { name: 'Error', code: 'ENOENT', isTold: true, begins: true });
    assert.match(directory.code, /^(EISDIR|EACCES)$/);
    assert.ok(directory.isTold);
    assert.match(long.code, /^(ENAMETOOLONG|ENOENT|EINVAL)$/);
    assert.deepStrictEqual([long.isTold, long.begins], [false, true]);
  });

  it('takes file names of any letters', async () => {
    assert.strictEqual(await tell(`
      const file = makeFile(100, 'schön 漢字 🎉');
      answer((await addon.hash(file)).digest === digestOf(file));`), true);
  });

  it('takes undefined and null for the options, and for each of them', async () => {
    assert.deepStrictEqual(await tell(`
      const file = makeFile(100);
      const found = [];
      for (const rest of [[], [undefined], [null], [{}], [{ onProgress: null, signal: undefined }], [{ signal: new AbortController().signal }]])
        found.push((await addon.hash(file, ...rest)).size);
      answer(found);`), [100, 100, 100, 100, 100, 100]);
  });

  it('rejects with what progress throws, once', async () => {
    assert.deepStrictEqual(await tell(`
      const problem = new RangeError('no progress');
      let calls = 0;
      const err = await reason(addon.hash(makeFile(${5 * MB}), { onProgress: () => { calls++; throw problem; } }));
      await sleep(50);
      answer([err === problem, calls]);`), [true, 1]);
  });

  it('hashes several files at once', async () => {
    assert.deepStrictEqual(await tell(`
      const files = [10, 100, ${MB}, ${3 * MB}].map((size) => makeFile(size));
      const found = await Promise.all(files.map((file) => addon.hash(file, { onProgress: () => {} })));
      answer(found.map(({ digest }, at) => digest === digestOf(files[at])));`), [true, true, true, true]);
  });

  it('throws an error that says which argument is wrong', async () => {
    assert.deepStrictEqual(await ask(`
      const wrong = [[], [1], [null], ['a\\0b'], ['a', 1], ['a', { onProgress: 1 }], ['a', { onProgress: {} }], ['a', { signal: 1 }], ['a', { signal: new AbortController() }]];
      answer(wrong.map((args) => {
        try { addon.hash(...args); } catch (err) { return err.message.split(': ').slice(0, 2).join(': '); }
      }));`), [
      'hash: path', 'hash: path', 'hash: path', 'hash: path',
      'hash: options', 'hash: options.onProgress', 'hash: options.onProgress', 'hash: options.signal', 'hash: options.signal',
    ]);
  });

  it('ends with the worker that is terminated in the midst of it', async () => {
    assert.strictEqual(await tell(`
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        const { hash } = require(workerData.addon);
        hash(workerData.file, { onProgress: () => parentPort.postMessage('now') });\`,
        { eval: true, workerData: { addon: process.argv[1], file: makeFile(${50 * MB}) } });
      await require('node:events').once(worker, 'message');
      answer(await worker.terminate());`), 1);
  });
});
