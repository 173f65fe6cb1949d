// SPDX-License-Identifier: MIT
'use strict';

const assert = require('node:assert');
const { runCode, describe: say } = require('../support/child');
const { exampleOf, lacking } = require('../support/example');
const { lacks, reasons: { RUNS_ON } } = require('../support/host');
const { rounds } = require('../support/scale');
const { skip } = require('../support/skip');

const { addon: file, ask, runExample } = exampleOf('09-sqlite');

const helpers = `
  const open = (...args) => addon.open(':memory:', ...args);
  const reason = (promise) => promise.then(
    (value) => ['fulfilled', value ?? null], ({ name, code, message }) => [name, code ?? null, message]);
  const later = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  // A statement with the numbers up to count, or for ever.
  const numbers = (count, what = 'x') => 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c'
    + (count ? ' WHERE x < ' + count : '') + ') SELECT ' + what + ' FROM c';
  const all = async (db, sql, params = null) => {
    const found = [];
    await db.query(sql, params, ({ rows }) => { for (const { cells } of rows) found.push(cells); });
    return found;
  };
`;
const tell = (code) => ask(helpers + code);

const CLOSING = ['Error', 'TSFN_CLOSING', 'the function is closing or closed'];

describe('examples/09-sqlite: a thread owns a database', function () {
  this.timeout(60000);

  before(function () {
    const missing = lacking('09-sqlite');
    if (missing) skip(this, missing);
  });

  it('prints rows, what SQL has asked JavaScript, errors and changes', async () => {
    assert.deepStrictEqual(await runExample(), [
      'ids: 1 2 3 4 5',
      'updated: 1',
      'name | kind',
      'ANT | insect',
      'CRAB | crustacean',
      'HEN | ',
      'SPIDER | arachnid',
      'ERR_TASTE: I cannot choose',
      'SQLITE_ERROR: no such table: plants',
      'changes: insert 1 insert 2 insert 3 insert 4 insert 5 update 5',
    ]);
  });

  it('runs statements, and says what they have changed', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      const found = [];
      for (const sql of [
        'CREATE TABLE t (a)', "INSERT INTO t VALUES ('x'), ('y')", 'UPDATE t SET a = NULL', 'SELECT * FROM t',
        'DELETE FROM t WHERE 0', 'DELETE FROM t', '',
      ]) found.push(Object.values(await db.run(sql)));
      answer(found);`), [[0, 0], [2, 2], [2, 2], [0, 2], [0, 2], [2, 2], [0, 2]]);
  });

  it('binds parameters, and refuses what is none', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      const wrong = [];
      for (const params of [[5], [undefined], ['\\0'], 'text'])
        try { db.run('SELECT ?', params); } catch (err) { wrong.push(err.message.split(': ').slice(0, 2).join(': ')); }
      answer([
        await all(db, 'SELECT ?, ?, ?2 || 1, ?', ['a', 'ä\\'; --', null]),
        await all(db, 'SELECT ?, ?'),
        await reason(db.run('SELECT ?', ['a', 'b'])),
        await reason(db.query('', ['a'], () => {})),
        wrong,
      ]);`), [
      [['a', "ä'; --", "ä'; --1", null]],
      [[null, null]],
      ['Error', 'SQLITE_RANGE', 'column index out of range'],
      ['fulfilled', null],
      ['database.run: params[0]', 'database.run: params[0]', 'database.run: params[0]', 'database.run: params'],
    ]);
  });

  it('sends rows page by page, each after the one before has been taken', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      const take = async (sql) => {
        const sizes = [];
        let open = 0;
        let most = 0;
        await db.query(sql, null, async ({ columns, rows }) => {
          most = Math.max(most, ++open);
          sizes.push(rows.length);
          await later(1);
          open--;
        });
        return [most, sizes];
      };
      const found = [];
      for (const count of [1, 256, 257, 1000]) found.push(await take(numbers(count)));
      found.push(await take('SELECT 1 WHERE 0'));
      answer(found);`), [
      [1, [1]], [1, [256]], [1, [256, 1]], [1, [256, 256, 256, 232]], [1, [0]],
    ]);
  });

  it('sends many rows, each as it is', async () => {
    const count = rounds(100000);
    assert.deepStrictEqual(await tell(`
      const db = open();
      const found = await all(db, numbers(${count}, "x, 'text ' || x, NULL"));
      answer([found.length, found.every(([x, text, none], i) =>
        x === String(i + 1) && text === 'text ' + x && none === null)]);`), [count, true]);
  });

  it('has the columns, texts with a NUL and blobs as text', async () => {
    assert.deepStrictEqual(await tell(`
      let page;
      await open().query("SELECT 'a' || char(0) || 'b' AS one, x'61ff' AS two, 1.5, '' AS four", null,
        (found) => { page = found; });
      answer(page);`), { columns: ['one', 'two', '1.5', 'four'], rows: [{ cells: ['a\0b', 'a\ufffd', '1.5', ''] }] });
  });

  it('rejects with the code and the message of SQLite', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      const found = [];
      await db.run('CREATE TABLE t (a UNIQUE)');
      await db.run('INSERT INTO t VALUES (1)');
      for (const sql of ['SELEC 1', 'SELECT * FROM nowhere', 'INSERT INTO t VALUES (1)', 'SELECT 1 LIMIT ?'])
        found.push(await reason(db.run(sql, sql.includes('?') ? ['a'] : [])));
      found.push(await reason(db.query("SELECT json('{')", null, () => { throw new Error('called'); })));
      found.push(await reason(db.define('n'.repeat(300), () => null)));
      try { addon.open('/nowhere/at/all'); } catch (err) { found.push([err.name, err.code, err.message]); }
      try { addon.open('/nowhere.db', { readonly: true }); } catch (err) { found.push([err.name, err.code, err.message]); }
      answer(found);`), [
      ['Error', 'SQLITE_ERROR', 'near "SELEC": syntax error'],
      ['Error', 'SQLITE_ERROR', 'no such table: nowhere'],
      ['Error', 'SQLITE_CONSTRAINT', 'UNIQUE constraint failed: t.a'],
      ['Error', 'SQLITE_MISMATCH', 'datatype mismatch'],
      ['Error', 'SQLITE_ERROR', 'malformed JSON'],
      ['Error', 'SQLITE_MISUSE', 'bad parameter or other API misuse'],
      ['Error', 'SQLITE_CANTOPEN', 'unable to open database file'],
      ['Error', 'SQLITE_CANTOPEN', 'unable to open database file'],
    ]);
  });

  it('rejects with what the callback of a query throws, and reads no further', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      let calls = 0;
      const enough = async () => { calls++; throw Object.assign(new RangeError('enough'), { code: 'E_ENOUGH' }); };
      answer([await reason(db.query(numbers(0), null, enough)), calls, await all(db, 'SELECT 1')]);`), [
      ['RangeError', 'E_ENOUGH', 'enough'], 1, [['1']],
    ]);
  });

  it('calls JavaScript from SQL: what it returns, what it promises, what it throws', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      await db.define('shout', (text) => text && text.toUpperCase());
      await db.define('slow', async (text) => { await later(5); return text + '!'; });
      await db.define('bad', () => { throw Object.assign(new TypeError('no taste'), { code: 'ERR_TASTE' }); });
      await db.define('worse', async () => { throw new Error('no taste at all'); });
      await db.define('number', () => 5);
      const before = await all(db, 'SELECT shout(?)', ['a']);
      await db.define('shout', () => 'another');
      answer([
        before,
        await all(db, numbers(3, 'slow(x), shout(x)')),
        await reason(db.run('SELECT bad(1)')),
        await reason(db.query(numbers(0, 'worse(x)'), null, () => {})),
        (await reason(db.run('SELECT number(1)'))).slice(0, 2),
        await reason(db.run('SELECT 1')),
      ]);`), [
      [['A']],
      [['1!', 'another'], ['2!', 'another'], ['3!', 'another']],
      ['TypeError', 'ERR_TASTE', 'no taste'],
      ['Error', null, 'no taste at all'],
      ['TypeError', 'ERR_INVALID_ARG_TYPE'],
      ['fulfilled', { changes: 0, lastId: 0 }],
    ]);
  });

  it('tells of changes in their order, to the newest callback', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      const count = 10000;
      const seen = [[], []];
      const batches = [];
      db.run('CREATE TABLE t (a)');
      db.changes((batch) => { batches.push(batch.length); seen[0].push(...batch); });
      await db.run('INSERT INTO t ' + numbers(count));
      db.run('UPDATE t SET a = 0 WHERE rowid = 5');
      db.changes((batch) => seen[1].push(...batch));
      db.run('DELETE FROM t WHERE rowid = 7');
      db.changes(null);
      db.run('DELETE FROM t');
      await db.run('SELECT 1');
      await db.close();
      while (seen[1].length < 1) await later(1);
      const [first, second] = seen;
      const { op, table, rowid } = first[count];
      answer([
        first.length, first.slice(0, count).every((each, i) => each.op === 'insert' && each.rowid === i + 1),
        op, table, rowid, second, batches.length < count,
      ]);`), [10001, true, 'update', 't', 5, [{ op: 'delete', table: 't', rowid: 7 }], true]);
  });

  it('keeps the order of all calls', async () => {
    assert.deepStrictEqual(await tell(`
      const db = open();
      const settled = [];
      db.run('CREATE TABLE t (a)');
      for (let i = 0; i < 1000; i++) {
        const text = String(i);
        if (i % 3 === 0) db.define('now', () => text);
        db.run('INSERT INTO t VALUES (now(1) || ?)', [' ' + text]).then(() => settled.push(i));
      }
      const rows = await all(db, 'SELECT a FROM t ORDER BY rowid');
      answer([
        rows.length, rows.every(([text], i) => text === (i - i % 3) + ' ' + i),
        settled.every((number, i) => number === i),
      ]);`), [1000, true, true]);
  });

  it('closes under load: what waits and what runs is rejected, and so are later calls', async () => {
    assert.deepStrictEqual(await tell(`
      const never = () => new Promise(() => {});
      const running = {
        'a statement': (db) => db.run(numbers(0)),
        'a function': (db) => { db.define('never', never); return db.run('SELECT never(1)'); },
        'a page': (db) => db.query(numbers(0), null, never),
        'a page behind a function': (db) => {
          db.define('same', (text) => text);
          return db.query(numbers(0, 'same(x)'), null, never);
        },
      };
      const found = [];
      for (const begin of Object.values(running)) {
        const db = open();
        const first = reason(begin(db));
        const rest = [];
        for (let i = 0; i < 100; i++)
          for (const promise of [
            db.run('SELECT ?', ['a']), db.query('SELECT ?', ['a'], () => {}), db.define('f' + i, () => null), db.changes(() => {}),
          ]) rest.push(reason(promise));
        await later(30);
        const closed = reason(db.close());
        const [, code] = await reason(db.run('SELECT 1'));
        let again;
        try { db.close(); } catch (err) { again = err.code; }
        const reasons = await Promise.all(rest);
        found.push([await first, reasons.every(([, each]) => each === 'TSFN_CLOSING'), await closed, code, again]);
      }
      answer(found);`), Array(4).fill([CLOSING, true, ['fulfilled', null], 'TSFN_CLOSING', 'TSFN_CLOSING']));
  });

  it('answers what was posted before the object was collected, and lets the process end', async () => {
    const { code, stdout, stderr, ...rest } = await runCode(`${helpers}
      const addon = require(process.argv[1]);
      let db = open();
      const promises = Array.from({ length: 100 }, (_, i) => db.run('SELECT ?', [String(i)]));
      db.define('f', () => null);
      db.changes(() => {});
      db = null;
      gc();
      Promise.all(promises).then(() => { globalThis.idle = open(); console.log('done'); });`, [file], { execArgv: ['--expose-gc'] });
    assert.deepStrictEqual([code, stdout, stderr], [0, 'done\n', ''], say({ code, stdout, stderr, ...rest }));
  });

  it('waits for the lock of another connection, not longer than it was told', async () => {
    assert.deepStrictEqual(await tell(`
      const fs = require('node:fs');
      const path = require('node:path');
      const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'tsfn sqlite-'));
      const name = path.join(folder, 'a.db');
      const [one, two, three] = [addon.open(name), addon.open(name, { timeout: 20000 }), addon.open(name)];
      await one.run('CREATE TABLE t (a)');
      await one.run('BEGIN IMMEDIATE');
      const waiting = reason(two.run('INSERT INTO t VALUES (1)'));
      const found = [await reason(three.run('INSERT INTO t VALUES (1)'))];
      await one.run('COMMIT');
      found.push(await waiting);
      await one.run('BEGIN IMMEDIATE');
      const stopped = reason(two.run('INSERT INTO t VALUES (1)'));
      await later(20);
      for (const each of [two, one, three]) await each.close();
      found.push((await stopped)[1]);
      fs.rmSync(folder, { recursive: true });
      answer(found);`), [
      ['Error', 'SQLITE_BUSY', 'database is locked'], ['fulfilled', { changes: 1, lastId: 1 }], 'TSFN_CLOSING',
    ]);
  });

  it('ends with workers that are terminated, or exit, while statements run', async () => {
    const count = Math.max(12, rounds(120));
    assert.strictEqual(await tell(`
      const { Worker } = require('node:worker_threads');
      const { once } = require('node:events');
      for (let i = 0; i < ${count}; i++) {
        const worker = new Worker(\`
          const { parentPort, workerData: { file, round } } = require('node:worker_threads');
          process.on('unhandledRejection', () => {}); // of what close() rejects
          const db = require(file).open(':memory:');
          const numbers = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT ';
          let calls = 0;
          const reply = (text) => {
            if (++calls === 3) parentPort.postMessage('now');
            return round % 2 ? text : new Promise((resolve) => { if (calls < 50) setTimeout(resolve, 1, text); });
          };
          db.define('reply', reply);
          db.run('CREATE TABLE t (a)');
          db.changes(() => {});
          const ways = [
            () => db.run('INSERT INTO t ' + numbers + 'reply(x) FROM c'),
            () => db.query(numbers + 'x FROM c', null, () => reply(null)),
            () => { db.run('SELECT reply(1), reply(1), reply(1)'); return db.run(numbers + 'count(*) FROM c'); },
          ];
          ways[round % 3]();
          for (let n = 0; n < 100; n++) {
            db.run('SELECT reply(1)');
            db.query('SELECT 1', null, reply);
            db.define('f' + n, reply);
          }
          if (round % 4 === 3) setTimeout(() => process.exit(0), 20);
          if (round % 4 === 2) setTimeout(() => db.close(), 5);
        \`, { eval: true, workerData: { file: process.argv[1], round: i } });
        worker.on('error', (err) => { console.log(err); process.exit(1); });
        const exit = once(worker, 'exit');
        await Promise.race([once(worker, 'message'), exit]);
        await worker.terminate();
        await exit;
      }
      answer('ended');`), 'ended');
  });

  lacks({ 'bun deno': RUNS_ON }, it)('ends by process.exit() while statements run', async () => {
    for (const sql of ['SELECT never(1)', 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c']) {
      const result = await runCode(`
        const db = require(process.argv[1]).open(':memory:');
        db.define('never', () => new Promise(() => {}));
        db.run(${JSON.stringify(sql)});
        for (let n = 0; n < 100; n++) db.run('SELECT 1');
        setTimeout(() => process.exit(3), 30);`, [file]);
      assert.deepStrictEqual([result.code, result.stderr], [3, ''], say(result));
    }
  });
});
