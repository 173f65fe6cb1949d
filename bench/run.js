// SPDX-License-Identifier: MIT
'use strict';

// make bench: runs the scenarios, or those named, on the Node that runs this;
// writes build/bench.json and build/bench.svg and prints a table.
//
//   node bench/run.js [SCENARIO...]
//
// BENCH_ROUNDS   rounds of each case; 11, so that the median is a round's own
// BENCH_QUICK=1  3 rounds and a tenth of the items: to see that it works
// BENCH_BEFORE   a tree of the library, where `make bench` has run: ours beside
//                that one, in the place of the peers

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { withBefore } = require('./lib/before');
const { contest, FAILED } = require('./lib/contest');
const { draw } = require('./lib/picture');
const { makeRows } = require('./lib/rows');
const { formatParams, formatTable } = require('./lib/table');
const { quick } = require('./scenarios/common');
const scenarios = require('./scenarios');

const build = path.join(__dirname, '../build');

function readRounds() {
  const rounds = Number(process.env.BENCH_ROUNDS || (quick ? 3 : 11));
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`BENCH_ROUNDS is a number of rounds, not '${process.env.BENCH_ROUNDS}'`);
}

function choose(names) {
  const unknown = names.find((name) => !scenarios.some((each) => each.name === name));
  if (unknown === undefined) {
    return scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  }
  const known = scenarios.map(({ name }) => name).join(', ');
  throw new Error(`there is no scenario '${unknown}'; there are ${known}`);
}

async function runScenario({ name, cases }, rounds) {
  const rows = [];
  const items = process.env.BENCH_BEFORE ? cases.map(withBefore).filter(({ pairs }) => pairs.length > 0) : cases;
  for (const item of items) {
    const start = Date.now();
    const results = await contest(item, item.rounds ? item.rounds(rounds) : rounds);
    for (const [contender, { state, error }] of Object.entries(results)) {
      if (state === FAILED) console.error(`${contender} failed: ${error}`);
    }
    rows.push(...makeRows(name, item, results, process.version));
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.error(`  ${name} ${formatParams(item.params)} (${seconds} s)`);
  }
  return rows;
}

function describeMachine() {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0].toFixed(1);
  return `${cpu ? cpu.model.trim() : 'unknown'}, ${os.cpus().length} cores, load ${load}`;
}

async function main() {
  const rounds = readRounds();
  const chosen = choose(process.argv.slice(2));
  const date = new Date().toISOString().slice(0, 10);
  const title = `Node ${process.version}, ${describeMachine()}, ${date}, ${rounds} rounds`;
  console.error(title);
  const rows = [];
  for (const scenario of chosen) rows.push(...(await runScenario(scenario, rounds)));
  fs.mkdirSync(build, { recursive: true });
  fs.writeFileSync(path.join(build, 'bench.json'), `${JSON.stringify(rows, null, 2)}\n`);
  fs.writeFileSync(path.join(build, 'bench.svg'), await draw(rows, title));
  console.log(title);
  console.log(formatTable(rows));
  const claims = rows.filter(({ reached }) => reached !== null);
  const kept = claims.filter(({ reached }) => reached);
  console.log(`${kept.length} of ${claims.length} targets reached`);
  if (rows.some(({ ours, peer }) => ours === FAILED || peer === FAILED)) process.exitCode = 1;
  if (quick) console.log('BENCH_QUICK: these figures say that the bench works, not more.');
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
