// SPDX-License-Identifier: MIT
'use strict';

// npx libtsfn: what it prints, writes and refuses, and its exit codes.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { addon, root } = require('../support/build');
const { runFile } = require('../support/child');
const { version } = require('../../package.json');

const PROGRAM = path.join(root, 'cli', 'libtsfn.js');
const FIXTURES = path.join(__dirname, 'fixtures');
const DESCRIBE = JSON.stringify(path.join(FIXTURES, 'describe.js'));

// An addon in JavaScript that describes itself so; `parts` and `before` are code.
const described = (parts, before = '') => `${before}
  const { K, describe, fn, record, withDescription } = require(${DESCRIBE});
  withDescription(exports, describe(${parts}));`;

const argumentOf = (kind) => described(`{ functions: [fn('f', { a: ${kind} })] }`);

describe('npx libtsfn', function () {
  this.timeout(60000);
  let folder;

  before(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-types-')); });
  after(() => fs.rmSync(folder, { recursive: true }));

  const writeFile = (name, text) => fs.writeFileSync(path.join(folder, name), text);
  const readFile = (name) => fs.readFileSync(path.join(folder, name), 'utf8');

  async function run(...args) {
    const { code, stdout, stderr } = await runFile(PROGRAM, args, { cwd: folder });
    return { code, stdout, stderr };
  }

  const fails = async (args, code, stderr) =>
    assert.deepStrictEqual(await run(...args), { code, stdout: '', stderr: `${stderr}\n` });

  it('says how it is used, and its version', async () => {
    const help = await run('--help');
    assert.strictEqual(help.code, 0);
    for (const words of ['libtsfn types FILE.node', '--output', '--check', 'libtsfn init NAME']) {
      assert.ok(help.stdout.includes(words), words);
    }
    for (const args of [['types', '--help'], ['-h'], ['help'], ['help', 'types']]) {
      assert.deepStrictEqual(await run(...args), help);
    }
    assert.deepStrictEqual(await run('--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('is what the package runs by that name', () => {
    const { bin } = require('../../package.json');
    assert.deepStrictEqual(bin, { libtsfn: 'cli/libtsfn.js' });
    assert.match(fs.readFileSync(PROGRAM, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });

  describe('ends with 2 where the command line is wrong:', () => {
    const wrong = [
      [[], 'libtsfn takes a command'],
      [['typo'], "libtsfn has no command 'typo'"],
      [['toString'], "libtsfn has no command 'toString'"],
      [['types'], 'libtsfn types takes one file'],
      [['types', 'a.node', 'b.node'], 'libtsfn types takes one file'],
      [['types', 'a.node', '--check', 'a', '--output', 'a'], 'libtsfn types takes --check or --output, not both'],
      [['types', 'a.node', '--wrong'], "Unknown option '--wrong'"],
      [['init', 'a', 'b'], 'libtsfn init takes one name'],
      [['init', 'a', '--check', 'b'], 'libtsfn init takes neither --check nor --output'],
    ];
    for (const [args, message] of wrong) {
      it(`'${args.join(' ')}'`, () => fails(args, 2, `${message} (see libtsfn --help)`));
    }

    it('--check without a file', async () => {
      const { code, stderr } = await run('types', 'a.node', '--check');
      assert.strictEqual(code, 2);
      assert.match(stderr, /^Option '--check.*argument missing \(see libtsfn --help\)\n$/);
    });
  });

  describe('types ends with 1 and a sentence where the addon', () => {
    // Title -> [text of the file, what is said behind its name].
    const broken = {
      'throws while it is loaded': ["throw new Error('no device\\nmore')", 'threw while it was loaded: no device'],
      'throws what is no error': ['throw null', 'threw while it was loaded: null'],
      'needs a module that is not there': ["require('./missing')", "threw while it was loaded: Cannot find module './missing'"],
      'ends the process': ['process.exit(3)', 'ended the process with exit code 3 while it was loaded'],
      'is no JavaScript': ['# Title', 'is no addon: Invalid or unexpected token'],
      'has other exports': ["console.log('noise'); exports.f = () => {}",
        'has no exports that libtsfn knows: declare them with TSFN_EXPORT and TSFN_MODULE'],
      'exports nothing': ['module.exports = null',
        'has no exports that libtsfn knows: declare them with TSFN_EXPORT and TSFN_MODULE'],
      'throws while it describes itself': [
        "exports[Symbol.for('libtsfn.description')] = () => { throw new TypeError('no memory'); }",
        'failed to describe itself: no memory'],
      'has a later description': [described("{ version: 2 }"),
        `has a description of version 2, which libtsfn ${version} does not know: use the libtsfn that it was built with`],
      'has no description in the function': ["exports[Symbol.for('libtsfn.description')] = () => {}",
        `has a description of version undefined, which libtsfn ${version} does not know: use the libtsfn that it was built with`],
      'has an unknown kind': [argumentOf("{ kind: 'f16' }"),
        `has the kind 'f16' in the argument a of f, which libtsfn ${version} does not know`],
      'has an unknown kind in a list': [argumentOf("K.list({ kind: 'f16' })"),
        `has the kind 'f16' in the argument a of f, which libtsfn ${version} does not know`],
      'has a kind where it cannot be': [described("{ functions: [fn('f', {}, K.signal)] }"),
        `has the kind 'signal' in the result of f, which libtsfn ${version} does not know`],
      'has an unknown delivery': [argumentOf("K.callback(null, { delivery: 'later' })"),
        `has the delivery 'later' in the argument a of f, which libtsfn ${version} does not know`],
      'has a callback that answers what it cannot': [argumentOf('K.callback(null, { of: K.signal })'),
        `has the kind 'signal' in the argument a of f, which libtsfn ${version} does not know`],
      'has a record that is not declared': [argumentOf("K.callback('match')"),
        `has the record 'match' in the argument a of f, which libtsfn ${version} does not know`],
      'has an unknown kind in a record': [described("{ records: [record('match', { at: { kind: 'f16' } })] }"),
        `has the kind 'f16' in the field at of match, which libtsfn ${version} does not know`],
      'has an unknown kind in an object': [
        described("{ objects: [{ name: 'store', doc: null, methods: [fn('get', {}, { kind: 'map' })] }] }"),
        `has the kind 'map' in the result of store.get, which libtsfn ${version} does not know`],
      'has a signature without a result': [described("{ functions: [fn('f', {}, K.void, { signature: '(a: string) => void' })] }"),
        "has a signature of f that is none, such as '(text: string): number': '(a: string) => void'"],
      'lists a function twice': [described("{ functions: [fn('f', {}), fn('g', {}), fn('f', {})] }"), 'lists f twice'],
      'lists a method twice': [
        described("{ objects: [{ name: 'store', doc: null, methods: [fn('get', {}), fn('get', {})] }] }"),
        'lists store.get twice'],
    };
    for (const [title, [text, message]] of Object.entries(broken)) {
      it(title, () => {
        writeFile('broken.js', text);
        return fails(['types', 'broken.js'], 1, `broken.js ${message}`);
      });
    }

    it('crashes', async () => {
      writeFile('crash.js', "console.error('noise'); process.abort()");
      const { code, stdout, stderr } = await run('types', 'crash.js');
      assert.deepStrictEqual([code, stdout], [1, '']);
      assert.match(stderr, /^crash\.js (crashed with SIG\w+|ended the process with exit code \d+) while it was loaded\n$/);
    });

    it('is not there', () => fails(['types', 'nothing.node'], 1, 'nothing.node does not exist: build the addon first'));

    it('is a folder', () => fails(['types', '.'], 1, '. is no file'));

    it('is no addon', async () => {
      writeFile('junk.node', 'junk');
      const { code, stdout, stderr } = await run('types', 'junk.node');
      assert.deepStrictEqual([code, stdout], [1, '']);
      assert.match(stderr, /^junk\.node is no addon for Node\.js v[\d.]+ on \w+-\w+: [^\n]+\n$/);
    });

    it('was made without declarations', async () => {
      const file = addon('kinds', 'record');
      await fails(['types', file], 1,
        `${file} has no exports that libtsfn knows: declare them with TSFN_EXPORT and TSFN_MODULE`);
    });
  });

  describe('types', () => {
    const FUNCTIONS = "{ functions: [fn('first', {}), fn('second', { a: K.u32 })] }";
    const LINES = ['', 'export function first(): void;', '', 'export function second(a: number): void;', ''];
    const textFor = (command) => [`// Generated by libtsfn types. Renew it: npx libtsfn types ${command}`, ...LINES].join('\n');
    const RENEWAL = 'npx libtsfn types addon.js --output index.d.ts';

    before(() => writeFile('addon.js', described(FUNCTIONS)));

    it('prints them', async () => {
      const stdout = textFor('addon.js --output index.d.ts');
      assert.deepStrictEqual(await run('types', 'addon.js'), { code: 0, stdout, stderr: '' });
    });

    it('prints nothing of what the addon prints, and does not wait for what it began', async () => {
      writeFile('noisy.js', described(FUNCTIONS, "console.log('noise'); console.error('noise'); setInterval(() => {}, 1000);"));
      const stdout = textFor('noisy.js --output index.d.ts');
      assert.deepStrictEqual(await run('types', 'noisy.js'), { code: 0, stdout, stderr: '' });
    });

    it('takes them from an addon that has many', async () => {
      writeFile('many.js', described("{ functions: Array.from({ length: 20000 }, (_, i) => fn('f' + i, { a: K.u32 })) }"));
      const { code, stdout } = await run('types', 'many.js');
      assert.strictEqual(code, 0);
      assert.strictEqual(stdout.match(/^export function/gm).length, 20000);
    });

    it('writes them to a file, with the command that does it again', async () => {
      fs.mkdirSync(path.join(folder, 'a folder'), { recursive: true });
      const args = ['./addon.js', '--output', path.join('a folder', 'x.d.ts')];
      assert.deepStrictEqual(await run('types', ...args), { code: 0, stdout: '', stderr: '' });
      assert.strictEqual(readFile('a folder/x.d.ts'), textFor('addon.js --output "a folder/x.d.ts"'));
    });

    it('writes them over what it has written, and over nothing else', async () => {
      writeFile('mine.d.ts', 'export {};\n');
      await fails(['types', 'addon.js', '--output', 'mine.d.ts'], 1,
        'mine.d.ts was not written by libtsfn types, and stays as it is: remove it first');
      assert.strictEqual(readFile('mine.d.ts'), 'export {};\n');
      writeFile('empty.d.ts', '');
      assert.strictEqual((await run('types', 'addon.js', '--output', 'empty.d.ts')).code, 0);
      assert.strictEqual(readFile('empty.d.ts'), textFor('addon.js --output empty.d.ts'));
      writeFile('old.d.ts', '// Generated by libtsfn types. Renew it: somehow\n');
      assert.strictEqual((await run('types', 'addon.js', '--output', 'old.d.ts')).code, 0);
      assert.strictEqual(readFile('old.d.ts'), textFor('addon.js --output old.d.ts'));
    });

    it('says that a folder is none', async () => {
      fs.mkdirSync(path.join(folder, 'types'));
      await fails(['types', 'addon.js', '--output', 'types'], 1, 'types is a folder');
      await fails(['types', 'addon.js', '--check', 'types'], 1, 'types is a folder');
    });

    it('says which file cannot be written', async () => {
      const { code, stderr } = await run('types', 'addon.js', '--output', path.join('nowhere', 'x.d.ts'));
      assert.strictEqual(code, 1);
      assert.match(stderr, /^ENOENT: [^\n]*nowhere[^\n]*\n$/);
    });

    describe('with --check', () => {
      const check = (text) => {
        writeFile('index.d.ts', text);
        return run('types', 'addon.js', '--check', 'index.d.ts');
      };
      const passes = async (text) => assert.deepStrictEqual(await check(text), { code: 0, stdout: '', stderr: '' });
      const drifts = async (text, line, has, needs) => assert.deepStrictEqual(await check(text), {
        code: 1,
        stdout: '',
        stderr: `index.d.ts is not what the addon says of itself, from line ${line} on.\n`
          + `  it has:   ${has}\n  it needs: ${needs}\nRenew it: ${RENEWAL}\n`,
      });
      const right = textFor('addon.js --output index.d.ts');

      it('passes where nothing has changed', () => passes(right));

      it('passes whatever ends the lines', () => passes(right.replace(/\n/g, '\r\n')));

      it('passes where only the paths of the command have changed', () => passes(textFor('build/Debug/a.node --output x.d.ts')));

      it('shows the first line that differs', () =>
        drifts(right.replace('second(a: number)', 'second()'), 5,
          'export function second(): void;', 'export function second(a: number): void;'));

      it('shows a line too many', () => drifts(`${right}// more\n`, 6, '// more', '(the end of the file)'));

      it('shows a line that is missing', () =>
        drifts(right.split('\n').slice(0, 3).join('\n'), 4, '(the end of the file)', '(an empty line)'));

      it('shows the first line of a file that was written by hand', () =>
        drifts('export {};\n', 1, 'export {};', '// Generated by libtsfn types.'));

      it('fails where the file is missing', () =>
        fails(['types', 'addon.js', '--check', 'other.d.ts'], 1,
          'other.d.ts does not exist. Write it: npx libtsfn types addon.js --output other.d.ts'));
    });
  });

  it('types writes for an addon with every kind what fixtures/addon.d.ts has', async () => {
    const { code, stderr } = await runFile(PROGRAM, ['types', path.join(FIXTURES, 'addon.js'), '--check',
      path.join(FIXTURES, 'addon.d.ts')]);
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});
