// SPDX-License-Identifier: MIT
'use strict';

// What TypeScript, strict, lets a program do with each example, by its addon.d.ts, and
// with what `libtsfn init` makes. A line that must be refused ends with the code of the
// error.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('../support/build');
const { compile } = require('./compiler');

// Example -> program, where `addon` is what the example's addon exports.
const programs = {
  '01-hello': `
    async function main(): Promise<void> {
      await addon.search((err, match) => {
        if (err) throw err;
        console.log(\`\${match.path}:\${match.line.toFixed()}\`);
      });
    }
    addon.search((err, match) => match.line); // TS18048
    addon.search(); // TS2554
    addon.search(42); // TS2345
    const promise: Promise<number> = addon.search(() => {}); // TS2322
    void main();`,
  '02-counting': `
    async function main(): Promise<void> {
      const done = await addon.count(200, (err, number) => {
        if (err) throw err;
        number.toFixed();
      });
      const isDone: boolean = done;
    }
    addon.count('200', () => {}); // TS2345
    addon.count(200); // TS2554
    void main();`,
  '03-two-threads': `
    void addon.start((err, ...values) => {
      if (err) throw err;
      const numbers: number[] = values;
    });
    void addon.start((err, first: string) => {}); // TS2345`,
  '04-hundred-threads': `
    void addon.errorFirst((err, result) => {
      if (err) return;
      result.toFixed();
    });
    void addon.errorFirst(() => {}, 13);
    void addon.valuesOnly((result) => result.toFixed(), null);
    void addon.valuesOnly((err: Error, result: number) => {}); // TS2345
    void addon.errorFirst(() => {}, '13'); // TS2345`,
  '05-dynamic-threads': `
    const team: addon.Team = addon.makeTeam('blue', (...args) => {
      if (args.length === 0) return team.start();
      const [first, second] = args;
      if (typeof first === 'number') first.toFixed();
      first.trim(); // TS2339
    });
    const isStopped: boolean = team.stop();
    team.closed().then((text) => text.trim());
    team.name; // TS2339
    new addon.makeTeam('blue', () => {}); // TS7009`,
  '06-async-work': `
    async function main(): Promise<void> {
      const count = await addon.primes(30, (err, prime) => {
        if (!err) prime.toFixed();
      });
      count.toFixed();
    }
    addon.primes(30n, () => {}); // TS2345
    void main();`,
  '07-ask': `
    async function main(signal: AbortSignal): Promise<string[]> {
      const sorted: string[] = await addon.sort(['b', 'a'], (left, right) => left.localeCompare(right));
      return addon.sort(sorted, async (left, right) => left.length - right.length, { signal });
    }
    void addon.sort([], () => {}); // TS2345
    void addon.sort(['a'], (left, right) => left < right); // TS2322
    void addon.sort([1], () => 0); // TS2322
    void addon.sort(['a'], () => 0, { until: null }); // TS2353
    void main(new AbortController().signal);`,
  '08-task': `
    async function main(signal: AbortSignal): Promise<string> {
      const { digest, size }: addon.FileHash = await addon.hash('file');
      size.toFixed();
      await addon.hash('file', { onProgress: ({ done, total }) => { (done / total).toFixed(); }, signal });
      const options: addon.HashOptions = { signal: undefined };
      await addon.hash('file', options);
      return (await addon.hash('file', null)).digest.slice(digest.length);
    }
    void addon.hash('file', { onProgress: (err: Error, report: addon.Progress) => {} }); // TS2322
    void addon.hash('file', { signal: new AbortController() }); // TS2740
    void addon.hash('file', {}, new AbortController().signal); // TS2554
    void addon.hash(new URL('file:///file')); // TS2345
    void main(new AbortController().signal);`,
  '09-sqlite': `
    async function main(): Promise<void> {
      const db: addon.Database = addon.open('file.db', { readonly: true });
      const { changes, lastId } = await db.run('DELETE FROM t WHERE a = ?', ['5']);
      await db.query('SELECT * FROM t', null, ({ columns, rows }) => {
        for (const { cells } of rows) cells.map((cell, i) => columns[i].concat(cell ?? 'NULL'));
      });
      await db.query('SELECT * FROM t', [null], async (page) => page.rows.length);
      await db.define('shout', (text) => text && text.toUpperCase());
      await db.define('later', async (text) => text);
      await db.changes((batch) => batch.map(({ op, table, rowid }) => op === 'insert' && table + rowid.toFixed()));
      await db.changes(null);
      await db.close();
      (changes + lastId).toFixed();
    }
    async function wrong(db: addon.Database): Promise<void> {
      await db.run('SELECT ?', [5]); // TS2322
      await db.define('length', (text) => text?.length); // TS2322
      await db.define('nothing', () => {}); // TS2345
      await db.changes((batch) => batch.filter(({ op }) => op === 'replace')); // TS2367
      addon.open('file.db', { mode: 'r' }); // TS2353
    }
    void main();
    void wrong;`,
  search: `
    async function main(pattern: string, folders: string[], signal?: AbortSignal): Promise<void> {
      const job: addon.Job = addon.makeJob({ pattern: new Uint8Array(8), folders, threads: 2 });
      await job.start((err, match) => {
        if (err) return;
        const { path, line, column, text, first } = match;
        path.repeat(line + column + text.length);
        if (first) job.pause();
      }, signal);
      const { found, searched, bytes }: addon.Progress = job.progress();
      job.resume();
      await job.finished; // TS2339
    }
    addon.makeJob({ pattern: 'text', folders: [], threads: 2 }); // TS2322
    addon.makeJob({ pattern: new Uint8Array(8), threads: 2 }); // TS2345
    const options: addon.SearchOptionsInput = { pattern: new ArrayBuffer(8), folders: ['.'], threads: 2, output: 1 };
    addon.makeJob({ ...options, output: undefined }).start(() => {});
    addon.makeJob({ ...options, count: true }); // TS2353
    void main('a', ['.']);`,
  template: `
    async function main(signal: AbortSignal): Promise<void> {
      await addon.findPrimes(30, (err, prime) => {
        if (err) throw err;
        prime.value.toFixed(prime.thread);
      }, { signal });
    }
    void addon.findPrimes(30, () => {});
    addon.findPrimes({ limit: 30 }, () => {}); // TS2345
    void main(new AbortController().signal);`,
};

const typesOf = (name) =>
  (name === 'template' ? path.join(root, 'cli', 'template', 'index.d.ts') : path.join(root, 'examples', name, 'addon.d.ts'));

const CODE = /\/\/ TS(\d+)$/;

describe('a TypeScript program takes what an example exports, and no more:', function () {
  this.timeout(120000);
  let found;
  const texts = {};

  before(() => {
    for (const [name, program] of Object.entries(programs)) {
      texts[`${name}.d.ts`] = fs.readFileSync(typesOf(name), 'utf8');
      texts[`${name}-program.ts`] = `import * as addon from './${name}';\n${program}`;
    }
    found = compile(texts, { types: ['node'] });
  });

  it('each example has a program here', () => {
    const examples = fs.readdirSync(path.join(root, 'examples')).filter((name) =>
      fs.existsSync(path.join(root, 'examples', name, 'binding.gyp')));
    assert.deepStrictEqual(Object.keys(programs), [...examples, 'template']);
  });

  for (const name of Object.keys(programs)) {
    it(name, () => {
      assert.deepStrictEqual(found[`${name}.d.ts`], []);
      const file = `${name}-program.ts`;
      const expected = texts[file].split('\n').flatMap((line, at) =>
        (CODE.test(line) ? [`line ${at + 1}: TS${line.match(CODE)[1]}`] : []));
      const actual = found[file].map(({ line, code }) => `line ${line}: TS${code}`);
      assert.deepStrictEqual(actual, expected, JSON.stringify(found[file], null, 2));
    });
  }
});
