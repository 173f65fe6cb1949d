// SPDX-License-Identifier: MIT
'use strict';

const { open } = require('./build/Release/addon.node');

async function main() {
  const db = open(':memory:');
  await db.run('CREATE TABLE animals (id INTEGER PRIMARY KEY, name TEXT, legs INTEGER)');

  // Each batch of changes, as the database's thread makes them.
  const seen = [];
  await db.changes((changes) => seen.push(...changes));

  // None of these waits for another: the thread keeps their order.
  const insert = 'INSERT INTO animals (name, legs) VALUES (?, ?)';
  const animals = [['ant', '6'], ['crab', '10'], ['hen', '2'], ['spider', '8'], ['worm', null]];
  const inserts = await Promise.all(animals.map((animal) => db.run(insert, animal)));
  console.log('ids:', ...inserts.map(({ lastId }) => lastId));
  const { changes } = await db.run('UPDATE animals SET legs = 0 WHERE legs IS NULL');
  console.log('updated:', changes);

  // SQL calls JavaScript, whose promise is awaited.
  const nouns = { 6: 'insect', 8: 'arachnid', 10: 'crustacean' };
  await db.define('shout', (text) => text.toUpperCase());
  await db.define('kind', async (legs) => nouns[legs] ?? null);
  await db.query(
    'SELECT shout(name) AS name, kind(legs) AS kind FROM animals WHERE legs > ?', ['1'],
    ({ columns, rows }) => {
      console.log(columns.join(' | '));
      for (const { cells } of rows) console.log(cells.join(' | '));
    });

  // What it throws is the statement's error, and so is a mistake in SQL.
  await db.define('pick', () => {
    throw Object.assign(new Error('I cannot choose'), { code: 'ERR_TASTE' });
  });
  const print = (err) => console.log(`${err.code}: ${err.message}`);
  await db.run('DELETE FROM animals WHERE pick(name)').catch(print);
  await db.run('SELECT * FROM plants').catch(print);

  await db.close();
  console.log('changes:', ...seen.map(({ op, rowid }) => `${op} ${rowid}`));
}

main();
