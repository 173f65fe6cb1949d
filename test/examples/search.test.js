// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Writable } = require('node:stream');
const { root } = require('../support/build');
const { hostNode, runCode, describe: say } = require('../support/child');
const { lacks, reasons: { NODE_ONLY } } = require('../support/host');
const { skip } = require('../support/skip');

// As in the example's index.js: built by make, else by node-gyp.
const folder = path.join(root, 'examples', 'search');
const index = path.join(folder, 'index.js');
const addon = path.join(folder, 'build/Release/addon.node');

const describeOnNode = lacks({ 'bun deno': NODE_ONLY }, describe);

const env = process.env;
const TIMEOUT = 25000;

// --- trees ---

let place;

// A folder of its own for each test of a suite.
function usePlace() {
  beforeEach(() => (place = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn search-'))));
  afterEach(() => fs.rmSync(place, { recursive: true, force: true }));
}

// { 'a/b.txt': 'text' }: the files, in a folder below it.
function plant(files) {
  const tree = path.join(place, 'tree');
  fs.mkdirSync(tree, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(tree, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return tree;
}

// --- runs: bytes are kept, one to a character ---

function run(args, options = {}) {
  const { status, signal, stdout, stderr } = spawnSync(hostNode, [index, ...args], {
    env,
    timeout: TIMEOUT,
    maxBuffer: 1 << 30,
    encoding: 'latin1',
    ...options,
  });
  const lines = (stdout ?? '').split('\n').slice(0, -1);
  const summary = lines.pop();
  return { status, signal, stdout, stderr, lines, summary, code: status };
}

const SUMMARY =
  /^(interrupted: )?(\d+) matching lines? in (\d+) of (\d+) files?, (\d+) threads?, \d+\.\d\d s, longest event-loop delay \d+\.\d ms$/;

function numbers(summary) {
  const found = SUMMARY.exec(summary);
  assert(found, `not a last line: ${summary}`);
  const [lines, matched, files, threads] = found.slice(2).map(Number);
  return { lines, matched, files, threads };
}

function grep(pattern, ...folders) {
  const args = ['-rIFn', '-H', '--', pattern, ...folders];
  const { stdout, status } = spawnSync('grep', args, {
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'latin1',
    maxBuffer: 1 << 30,
  });
  return { lines: stdout.split('\n').slice(0, -1), status };
}

// A match without its column is what grep -n prints.
const withoutColumn = (line) => line.replace(/^(.*?:\d+):\d+:/, '$1:');

// The same lines as grep's, whatever their order, the same count and status.
function assertAsGrep(pattern, ...folders) {
  const theirs = grep(pattern, ...folders);
  const ours = run([pattern, ...folders]);
  assert.strictEqual(ours.stderr, '');
  assert.deepStrictEqual(ours.lines.map(withoutColumn).sort(), theirs.lines.sort());
  assert.strictEqual(numbers(ours.summary).lines, theirs.lines.length);
  assert.strictEqual(ours.status, theirs.status);
  return ours;
}

const repeat = (text, count) => Buffer.from(text.repeat(count));

// 32 bytes to a line, with a NUL somewhere.
function linesWithNul(at) {
  const text = repeat('needle in a line of thirty-two.\n', 10000);
  if (at !== undefined) text[at] = 0;
  return text;
}

describeOnNode('examples/search finds the lines that grep -rIF finds', function () {
  this.timeout(60000);
  usePlace();

  before(function () {
    const { stdout } = spawnSync('grep', ['--version'], { encoding: 'utf8' });
    if (!/GNU grep/.test(stdout ?? '')) skip(this, 'grep is not GNU grep');
  });

  it('in nested folders, hidden files, empty ones and ones without a last newline', () => {
    const tree = plant({
      'one.txt': 'a needle\nnothing\nneedle needle\n',
      'deep/er/two.txt': 'needle',
      'deep/.hidden/three': '\n\nneedle\r\n\nneedle\r\n',
      'empty': '',
      'newlines': '\n\n\n',
      'none': 'need le\n',
    });
    const { lines, summary } = assertAsGrep('needle', tree);
    assert.deepStrictEqual(numbers(summary), {
      ...numbers(summary), lines: 5, matched: 3, files: 6,
    });
    assert(lines.includes(`${tree}/one.txt:1:3:a needle`), 'column 3');
    assertAsGrep('nowhere', tree);
    assertAsGrep('\r', tree);
  });

  it('in lines of any length, wherever the blocks that are read end', () => {
    const sizes = [98300, 98303, 98304, 98305, 196608, 250000, 1 << 20];
    const files = {};
    for (const size of sizes) {
      files[`before-${size}`] = `${'x'.repeat(size - 3)}needle\nneedle\n`;
      files[`line-${size}`] = `${'x'.repeat(size)}\nneedle${'y'.repeat(size)}needle`;
      files[`lines-${size}`] = `${'some text\n'.repeat(size / 10)}needle`;
    }
    assertAsGrep('needle', plant(files));
  });

  it('in none of the binary files: a NUL in the first block, or a hole', () => {
    const tree = plant({ 'text': linesWithNul() });
    for (const at of [0, 10, 31, 32000]) fs.writeFileSync(`${tree}/nul-${at}`, linesWithNul(at));
    fs.writeFileSync(`${tree}/hole`, linesWithNul());
    fs.truncateSync(`${tree}/hole`, 8 << 20);
    assertAsGrep('needle', tree);
  });

  it('up to the block that has a NUL, where an earlier one has none', () => {
    // Blocks of 96 KiB are those of GNU grep 3.5 and later.
    for (const [at, count] of [[98303, 0], [98304, 3072], [196607, 3072], [200000, 6144]]) {
      const tree = plant({ 'file': linesWithNul(at) });
      assert.strictEqual(run(['needle', tree]).lines.length, count, `NUL at ${at}`);
    }
  });

  it('for each line of the pattern, also where one is empty', () => {
    const tree = plant({
      'a': 'one two\ntwo one\nthree\n\nfour',
      'b': 'on\nonetwo\n\n',
      'c': 'aaaa\naaab\naab\nab\n',
    });
    for (const pattern of ['one\ntwo', 'three\nfour\nnine', 'o\non\none', 'aab\naaab', 'one\n', '\n']) {
      assertAsGrep(pattern, tree);
    }
  });

  it('as bytes, and prints them as they are', () => {
    const latin = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0xff, 0xfe, 0x0a]);
    const tree = plant({
      'latin': latin,
      'utf8': 'caf\u00e9 caf\u00e9\n\u2603 caf\n',
    });
    const { lines } = assertAsGrep('caf', tree);
    assert(lines.includes(`${tree}/latin:1:1:caf\u00e9 \u00ff\u00fe`));
    assertAsGrep('caf\u00e9', tree);
  });

  it('through a link that is named, and no other; no FIFO, no device', () => {
    const tree = plant({ 'in/file': 'needle\n', 'in/sub/file': 'needle\n' });
    const outside = path.join(place, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(`${outside}/file`, 'needle\n');
    fs.symlinkSync(outside, `${tree}/to-folder`);
    fs.symlinkSync(`${outside}/file`, `${tree}/to-file`);
    fs.symlinkSync('nowhere', `${tree}/to-nothing`);
    fs.symlinkSync('..', `${tree}/in/up`);
    spawnSync('mkfifo', [`${tree}/fifo`]);
    assertAsGrep('needle', tree);
    assertAsGrep('needle', `${tree}/to-folder`);
    assertAsGrep('needle', `${tree}/to-file`);
    assertAsGrep('needle', `${tree}/in`, outside, `${tree}/in/file`);
  });

  it('in paths longer than the system takes at once', () => {
    const tree = plant({});
    const name = 'n'.repeat(200);
    const code = `
      for (let i = 0; i < 30; i++) {
        fs.mkdirSync('${name}');
        process.chdir('${name}');
        fs.writeFileSync('file', 'needle\\n');
      }`;
    const made = spawnSync(process.execPath, ['-e', code], { cwd: tree, encoding: 'utf8' });
    assert.strictEqual(made.status, 0, made.stderr);
    assert.strictEqual(assertAsGrep('needle', tree).lines.length, 30);
    // Node's rm does not reach that far.
    spawnSync('rm', ['-rf', tree]);
  });

  it("in this repository's own dependencies", () => {
    const { summary } = assertAsGrep('function', path.join(root, 'node_modules'));
    assert(numbers(summary).lines > 1000, summary);
  });
});

describeOnNode('examples/search says what it did', function () {
  this.timeout(60000);
  usePlace();

  it('with status 0 for matches and 1 for none', () => {
    const tree = plant({ 'file': 'needle\n' });
    assert.strictEqual(run(['needle', tree]).status, 0);
    const none = run(['nowhere', tree]);
    assert.strictEqual(none.status, 1);
    assert.strictEqual(none.stdout, `${none.summary}\n`);
    assert.strictEqual(none.stderr, '', 'quiet when piped');
  });

  it('by the last line alone with --count', () => {
    const tree = plant({ 'a': 'x\nx\n', 'b': 'x', 'c': 'y' });
    const result = run(['--count', '--threads', '3', 'x', tree]);
    assert.strictEqual(result.stdout, `${result.summary}\n`);
    assert.deepStrictEqual(numbers(result.summary), { lines: 3, matched: 2, files: 3, threads: 3 });
    assert.match(run(['-c', '-t', '1', 'y', tree]).summary, /^1 matching line in 1 of 3 files, 1 thread,/);
  });

  it('with status 2 and a message for what cannot be searched, and goes on', () => {
    const tree = plant({ 'file': 'needle\n' });
    fs.symlinkSync('loop', path.join(place, 'loop'));
    const wrong = {
      [path.join(place, 'nowhere')]: 'No such file or directory',
      [path.join(tree, 'file', 'x')]: 'Not a directory',
      [path.join(place, 'loop')]: /Too many levels of symbolic links|Symbolic link loop/,
      '/dev/null': 'neither a file nor a folder',
    };
    const { status, stderr, lines } = run(['needle', ...Object.keys(wrong), tree]);
    assert.strictEqual(status, 2);
    assert.deepStrictEqual(lines, [`${tree}/file:1:1:needle`]);
    const messages = stderr.trimEnd().split('\n');
    assert.strictEqual(messages.length, Object.keys(wrong).length, stderr);
    for (const [name, why] of Object.entries(wrong)) {
      const message = messages.find((line) => line.startsWith(`search: ${name}: `));
      assert.match(message ?? stderr, new RegExp(why.source ?? why));
    }
  });

  it('with status 2 for an empty pattern, missing arguments and unknown options', () => {
    const cases = [
      [['', place], /^search: the pattern is empty\n/],
      [[], /^search: missing required argument 'PATTERN'\n/],
      [['x'], /^search: missing required argument 'FOLDER'\n/],
      [['--nope', 'x', place], /^search: unknown option '--nope'\n/],
      [['-t', '0', 'x', place], /^search: .* from 1 to 256/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = run(args);
      assert.strictEqual(status, 2, `${args}`);
      assert.strictEqual(stdout, '');
      assert.match(stderr, message);
    }
    const help = run(['--help']);
    assert.strictEqual(help.status, 0);
    assert.match(help.stdout, /^Usage: search \[options\] <PATTERN> <FOLDER\.\.\.>/);
  });

  it('takes a pattern that begins with - behind --', () => {
    const tree = plant({ 'file': 'a -c b\n' });
    assert.deepStrictEqual(run(['--', '-c', tree]).lines, [`${tree}/file:1:3:a -c b`]);
  });

  it('does not search the file that it writes to', () => {
    const tree = plant({ 'file': 'needle\n' });
    const out = fs.openSync(path.join(tree, 'out'), 'w');
    const { status, stderr } = run(['needle', tree], { stdio: ['ignore', out, 'pipe'] });
    fs.closeSync(out);
    assert.strictEqual(status, 2);
    assert.strictEqual(stderr, `search: ${tree}/out: input file is also the output\n`);
    assert.match(fs.readFileSync(`${tree}/out`, 'utf8'), /^.*\/file:1:1:needle\n1 matching line /);
  });

  it('with a bar on a terminal, of which nothing stays', () => {
    const { Progress } = require(path.join(folder, 'progress.js'));
    let text = '';
    const write = (chunk, encoding, done) => ((text += chunk), done());
    const terminal = Object.assign(new Writable({ write }), { isTTY: true, columns: 80 });
    const progress = new Progress(terminal, () => ({ found: 4, searched: 3, bytes: 2e6, lines: 7 }));
    progress.start();
    progress.update();
    progress.stop();
    assert.match(text, /3\/4 files \| 2 MB \| 7 lines/);
    assert(text.endsWith('\x1b[1G\x1b[2K'), 'the line is cleared');
    assert.doesNotMatch(text, /\x1b[78]|\x1b\[\?/, 'nothing to restore');
    progress.stop();
    const pipe = Object.assign(new Writable({ write: () => assert.fail() }), { isTTY: false });
    const quiet = new Progress(pipe, () => assert.fail());
    quiet.start();
    quiet.hide();
    quiet.stop();
  });
});

describeOnNode('examples/search and a reader that is slow, or gone', function () {
  this.timeout(60000);
  usePlace();

  // 200 lines of 10,000 bytes; searched often, it is more than any pipe holds.
  const often = (times) => Array(times).fill(plant({ 'file': repeat(`${'x'.repeat(9999)}\n`, 200) }));

  // A child whose stdout is up to the test; killed when it takes too long.
  // `ended` resolves with { code, signal, stdout: '', stderr } when it has ended
  // and its stderr is read.
  function begin(args, execArgv = []) {
    const child = spawn(hostNode, [...execArgv, index, ...args], { env, timeout: TIMEOUT });
    let stderr = '';
    child.stdout.setEncoding('latin1');
    child.stderr.setEncoding('latin1').on('data', (chunk) => (stderr += chunk));
    const exit = new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
    const said = new Promise((resolve) => child.stderr.on('close', resolve));
    child.ended = Promise.all([exit, said]).then(([[code, signal]]) =>
      ({ code, signal, stdout: '', stderr }));
    return child;
  }

  // For `node -r`: says when its output has not moved for a while, since nobody
  // reads it, and at the end how much memory it had.
  function stallHook() {
    const hook = path.join(place, 'hook.js');
    fs.writeFileSync(hook, `
      let before = 0, same = 0;
      const timer = setInterval(() => {
        const waiting = process.stdout.writableLength;
        same = waiting > 0 && waiting === before ? same + 1 : 0;
        before = waiting;
        if (same === 10) { console.error('stalled'); clearInterval(timer); }
      }, 20);
      timer.unref();
      process.on('exit', () => console.error(process.resourceUsage().maxRSS));`);
    return hook;
  }

  it('ends with partial counts and status 130 on SIGINT', async () => {
    const child = begin(['x', ...often(20)]);
    let text = '';
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stdout.on('data', (chunk) => (text += chunk));
    await new Promise((resolve) => child.stdout.on('end', resolve));
    const result = await child.ended;
    assert.strictEqual(result.code, 130, say(result));
    assert.strictEqual(result.stderr, '');
    const lines = text.trimEnd().split('\n');
    const summary = lines.pop();
    assert.match(summary, /^interrupted: /);
    assert.strictEqual(numbers(summary).lines, lines.length);
    assert(lines.length < 4000, summary);
  });

  it('ends so on SIGINT too when nobody reads, and says it on stderr', async () => {
    const child = begin(['x', ...often(20)], ['-r', stallHook()]);
    child.stderr.once('data', () => child.kill('SIGINT'));
    const result = await child.ended;
    assert.strictEqual(result.code, 130, say(result));
    const [stalled, summary] = result.stderr.split('\n');
    assert.strictEqual(stalled, 'stalled');
    assert.match(summary, /^interrupted: /);
    assert(numbers(summary).lines < 4000, summary);
    child.stdout.destroy();
  });

  it('ends quietly, as grep by SIGPIPE, when the reader goes', async () => {
    const child = begin(['x', ...often(20)]);
    child.stdout.once('data', () => child.stdout.destroy());
    const result = await child.ended;
    assert.deepStrictEqual([result.code, result.stderr], [141, '']);
  });

  it('waits for the reader in bounded memory', async () => {
    const child = begin(['x', ...often(150)], ['-r', stallHook()]);
    let size = 0;
    child.stderr.once('data', () => child.stdout.on('data', (chunk) => (size += chunk.length)));
    await new Promise((resolve) => child.stdout.on('end', resolve));
    const { code, stderr } = await child.ended;
    assert.strictEqual(code, 0, stderr);
    const [stalled, kibibytes] = stderr.trimEnd().split('\n');
    assert.strictEqual(stalled, 'stalled');
    assert(size > 300e6, `${size} bytes`);
    assert(kibibytes / 1024 < 200, `${kibibytes / 1024} MiB of memory`);
  });
});

describeOnNode('the addon of examples/search', function () {
  this.timeout(60000);
  usePlace();

  // The code gets `addon`, `tree` and what node has; it says what it found by
  // `answer(value)`.
  async function ask(tree, code) {
    const whole = `
      const fs = require('node:fs');
      const addon = require(process.argv[1]);
      const tree = process.argv[2];
      const answer = (value) => console.log(JSON.stringify(value));
      const options = (more) => ({ pattern: Buffer.from('needle'), folders: [tree], threads: 2, ...more });
      (async () => { ${code} })();`;
    const result = await runCode(whole, [addon, tree], { timeout: TIMEOUT });
    assert.strictEqual(result.code, 0, say(result));
    assert.strictEqual(result.stderr, '', say(result));
    return JSON.parse(result.stdout);
  }

  it('throws an error that says what is wrong', async () => {
    const errors = await ask(place, `
      const { makeJob } = addon;
      const job = makeJob(options({ folders: [] }));
      const done = makeJob(options({ folders: [] }));
      await done.start(() => {});
      const calls = [
        () => makeJob(),
        () => makeJob(options({ pattern: 'needle' })),
        () => makeJob(options({ folders: 'here' })),
        () => makeJob(options({ folders: ['here', 1] })),
        () => makeJob(options({ folders: ['he\\0re'] })),
        () => makeJob(options({ threads: '2' })),
        () => makeJob(options({ output: {} })),
        () => job.start(() => {}, {}),
        () => job.start(),
        () => job.pause.call({}),
        () => job.progress.call(undefined),
        () => makeJob(options({ pattern: Buffer.alloc(0) })),
        () => makeJob(options({ threads: 1.5 })),
        () => makeJob(options({ threads: 257 })),
        () => makeJob(options({ threads: 0 })),
        () => done.start(() => {}),
      ];
      answer(calls.map((call) => {
        try { call(); return null; } catch (err) { return err.name + ': ' + err.message; }
      }));`);
    const threads = 'makeJob: options.threads: expected an integer from 0 to 4294967295';
    assert.deepStrictEqual(errors, [
      'TypeError: makeJob: options: expected an object, got undefined',
      "TypeError: makeJob: options.pattern: expected an ArrayBuffer or a view of one that is not detached, got 'needle'",
      "TypeError: makeJob: options.folders: expected an Array, got 'here'",
      'TypeError: makeJob: options.folders[1]: expected a string without NUL, got 1',
      "RangeError: makeJob: options.folders[0]: expected a string without NUL, got 'he?re'",
      `TypeError: ${threads}, got '2'`,
      'TypeError: makeJob: options.output: expected an integer from -2147483648 to 2147483647, got an object',
      'TypeError: job.start: signal: expected an AbortSignal, or null, got an object',
      'TypeError: job.start: each: expected a function, got undefined',
      'TypeError: job.pause: `this` is no object of type job',
      'TypeError: job.progress: `this` is no object of type job',
      'RangeError: makeJob: options.pattern is empty',
      `RangeError: ${threads}, got 1.5`,
      'RangeError: makeJob: options.threads is not 1 to 256',
      'RangeError: makeJob: options.threads is not 1 to 256',
      'Error: job.start: the job was started before',
    ]);
  });

  it('finds nothing more while it is paused than the queue held', async () => {
    const tree = plant({ 'a': repeat('needle\n', 50000), 'b': repeat('needle\n', 50000) });
    const found = await ask(tree, `
      let count = 0, paused = 0;
      const job = addon.makeJob(options());
      await job.start((err, match) => {
        if (count++ === 0) {
          job.pause();
          // 50 turns of the loop after the last match.
          let before = 0, same = 0;
          const look = setInterval(() => {
            same = count === before ? same + 1 : 0;
            before = count;
            if (same < 50) return;
            clearInterval(look);
            paused = count;
            job.resume();
          }, 1);
        }
      });
      answer({ count, paused, progress: job.progress() });`);
    assert.deepStrictEqual(found.progress, { found: 2, searched: 2, bytes: 700000 });
    assert.strictEqual(found.count, 100000);
    // Accepted and not taken, twice (a drain takes as many again), two threads.
    assert(found.paused >= 1 && found.paused <= 2 * 1024 + 2, `${found.paused}`);
  });

  it('says which file vanished, and goes on', async () => {
    // One line of 3 MB each: while JavaScript has the first, the thread waits
    // with the second at the latest, and has not opened the others.
    const files = {};
    for (let i = 0; i < 5; i++) files[i] = `needle${'x'.repeat(3e6)}`;
    const tree = plant(files);
    const found = await ask(tree, `
      const matches = [], errors = [];
      await addon.makeJob(options({ threads: 1 })).start((err, match) => {
        if (err) return errors.push([err.code, err.message]);
        matches.push(match.path);
        if (matches.length === 1) {
          for (const name of fs.readdirSync(tree)) fs.rmSync(tree + '/' + name);
        }
      });
      answer({ matches, errors });`);
    assert(found.matches.length <= 2, `${found.matches}`);
    const gone = Object.keys(files)
      .map((name) => `${tree}/${name}`)
      .filter((name) => !found.matches.includes(name));
    assert.deepStrictEqual(
      found.errors.sort(),
      gone.map((name) => ['ENOENT', `${name}: No such file or directory`]),
    );
  });

  it('says what may not be read, and goes on', async () => {
    const tree = plant({ 'file': 'needle', 'secret': 'needle', 'closed/file': 'needle' });
    fs.chmodSync(place, 0o755);
    fs.chmodSync(`${tree}/secret`, 0);
    fs.chmodSync(`${tree}/closed`, 0);
    // The super-user may read all, so it becomes somebody else.
    const found = await ask(tree, `
      if (process.getuid() === 0) process.setuid(65534);
      const matches = [], errors = [];
      await addon.makeJob(options()).start((err, match) =>
        err ? errors.push([err.code, err.message]) : matches.push(match.path));
      answer({ matches, errors: errors.sort() });`);
    fs.chmodSync(`${tree}/closed`, 0o755);
    assert.deepStrictEqual(found, {
      matches: [`${tree}/file`],
      errors: ['closed', 'secret'].map((name) => ['EACCES', `${tree}/${name}: Permission denied`]),
    });
  });

  it('ends with the signal, before it begins or in its midst', async () => {
    const tree = plant({ 'a': repeat('needle\n', 50000) });
    const found = await ask(tree, `
      let count = 0;
      const before = addon.makeJob(options()).start(() => count++, AbortSignal.abort());
      const why = [await before.catch((err) => err.name), count];
      const controller = new AbortController();
      const midst = addon.makeJob(options()).start(() => {
        if (++count === 10) controller.abort();
      }, controller.signal);
      why.push(await midst.catch((err) => err.name), count);
      answer(why);`);
    assert.deepStrictEqual(found, ['AbortError', 0, 'AbortError', 10]);
  });

  it('ends with the worker that is terminated, also while it is paused', async () => {
    const tree = plant({ 'a': repeat('needle\n', 50000) });
    const codes = await ask(tree, `
      const { Worker } = require('node:worker_threads');
      const codes = [];
      for (const pause of [false, true, false, true]) {
        const worker = new Worker(\`
          const { parentPort, workerData } = require('node:worker_threads');
          const { addon, tree, pause } = workerData;
          let count = 0;
          const job = require(addon).makeJob({ pattern: Buffer.from('needle'), folders: [tree], threads: 4 });
          job.start(() => {
            if (count++ > 0) return;
            if (pause) job.pause();
            parentPort.postMessage('first');
          });\`,
          { eval: true, workerData: { addon: process.argv[1], tree, pause } });
        await require('node:events').once(worker, 'message');
        codes.push(await worker.terminate());
      }
      answer(codes);`);
    assert.deepStrictEqual(codes, [1, 1, 1, 1]);
  });
});
