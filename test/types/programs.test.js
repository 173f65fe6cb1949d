// SPDX-License-Identifier: MIT
'use strict';

// What TypeScript, strict, lets a program do with an addon by fixtures/addon.d.ts. A
// line that must be refused ends with the code of the error.

const assert = require('node:assert');
const { compile } = require('./compiler');

const USES = "import * as addon from './addon';\n";

// Title -> program.
const programs = {
  'takes the match where the error is null': `
    addon.search('a', ['b'], (err, match) => {
      if (err) { err.message.trim(); return; }
      const line: number = match.line;
      match.path.trim();
    });`,
  'takes the match where the error was compared with null': `
    addon.search('a', ['b'], (err, match) => {
      if (err === null) match.path.trim();
      else err.stack;
    });`,
  'refuses the match before the error was looked at': `
    addon.search('a', ['b'], (err, match) => {
      match.path; // TS18048
      err.message; // TS18047
    });`,
  'refuses the match where there is an error': `
    addon.search('a', ['b'], (err, match) => {
      if (err) match.path; // TS18048
    });`,
  'takes the match at once in values-only, where there is no error': `
    addon.search_newest((match) => match.line.toFixed());
    addon.search_newest((err: Error | null, match: addon.Match) => {}); // TS2345
    addon.search_newest((match) => match.message); // TS2339`,
  'takes the fields as arguments, by the error': `
    addon.search_as_arguments((err, path, line) => {
      path.trim(); // TS18048
      if (err) return;
      path.trim();
      line.toFixed();
      line.trim(); // TS2339
    });
    addon.search_values((path, line) => { path.trim(); line.toFixed(); });
    addon.search_values((path: string, line: string) => {}); // TS2345`,
  'takes a batch as an Array of objects, or of tuples': `
    addon.search_batches((err, batch) => {
      if (err) return;
      for (const { path, line } of batch) path.repeat(line);
      batch.path; // TS2339
    });
    addon.search_tuples((err, batch) => {
      if (err) return;
      for (const [path, line] of batch) path.repeat(line);
      for (const [path, line, more] of batch) path.repeat(line); // TS2493
    });`,
  'takes columns of numbers as typed arrays, others as Arrays': `
    addon.capture((err, columns, count) => {
      if (err) return;
      const whole: Uint8Array = columns.is_whole;
      const times: BigInt64Array = columns.time;
      const sizes: Float64Array = columns.size;
      const vectors: Float32Array = columns.vector;
      const kinds: string[] = columns.kind;
      const sources: (string | null)[] = columns.source;
      const colors: addon.Color[] = columns.color;
      const x: Float64Array = columns.position.x;
      const ports: Uint16Array[] = columns.ports;
      const weights: (number | null)[] = columns.weight;
      times[count - 1].toString();
      const wrong: string[] = columns.source; // TS2322
      columns.time.map((time) => time + 1); // TS2365
      columns.weight[0].toFixed(); // TS2531
      count.length; // TS2339
    });
    addon.capture_as_arguments((path, line, count) => path[count - 1].repeat(line[0]));`,
  'takes the answer of a callback that is asked, or a promise of it': `
    addon.rank((match) => match.line);
    addon.rank(async (match) => match.line);
    addon.rank((match) => match.path); // TS2322
    addon.rank((match) => {}); // TS2345
    addon.judge((err, match) => ({} as addon.PacketInput));
    addon.judge((err, match) => match); // TS2322
    addon.notify((match) => match.path);`,
  'takes packed columns of text and bytes': `
    addon.capture_packed((err, columns, count) => {
      if (err) return;
      const { data, offsets, validity } = columns.kind;
      const last: Uint8Array = data.subarray(offsets[count - 1], offsets[count]);
      const label: addon.PackedColumn = columns.position.label;
      const comment: addon.PackedColumn = columns.comment;
      const rest: (Uint8Array | null)[] = columns.rest;
      if (validity !== null) validity[0] & 1;
      validity[0]; // TS18047
      columns.kind[0]; // TS7053
    });
    addon.capture_packed_arguments((err, path, line, count) => {
      if (err === null) path.data.subarray(path.offsets[count - 1], line[0]);
    });`,
  'takes a callback without values, with an error or without': `
    addon.tick((err) => { if (err) err.message; });
    addon.tick((err) => err.message); // TS18048
    addon.tick((err?: Error) => {});
    addon.tick(() => {});
    addon.tick((err: Error) => {}); // TS2345
    addon.tick((err: Error | null) => {}); // TS2345
    addon.tick((err: Error | undefined, value: number) => {}); // TS2345
    addon.tock(() => {});
    addon.tock();
    addon.tock(null);
    addon.tock((err: Error) => {}); // TS2345`,
  'takes a callback that was declared by itself': `
    function show(err: Error | null, match?: addon.Match): void {}
    async function wait(err: Error | null, match: addon.Match | undefined): Promise<void> {}
    function wrong(err: Error | null, match: addon.Match): void {}
    addon.search('a', [], show);
    addon.search('a', [], wait);
    addon.search('a', [], wrong); // TS2345`,
  // TypeScript compares the whole tuple of a callback's arguments.
  'takes a callback with all of its parameters or none where it can fail': `
    addon.search('a', [], () => {});
    addon.search('a', [], (...args) => { if (args[0] === null) args[1].line.toFixed(); });
    addon.search('a', [], (err) => {}); // TS2345
    addon.search_values((path) => {});`,
  'reads the code of an error, where it has one': `
    addon.search('a', [], (err, match) => {
      if (err === null) return;
      if (err.code === 'ENOENT') err.message.trim();
      const code: string = err.code; // TS2322
      err.errno; // TS2339
    });
    addon.tick((err) => { if (err?.code === 'TSFN_CLOSING') err.message; });
    addon.search('a', [], (err: NodeJS.ErrnoException | null, match?: addon.Match) => {});`,
  'refuses an argument of another type': `
    addon.search(1, [], () => {}); // TS2345
    addon.search('a', 'b', () => {}); // TS2345
    addon.search('a', [1], () => {}); // TS2322
    addon.search('a', [], {}); // TS2345
    addon.search('a', [], () => {}, {}); // TS2345
    addon.sum(['1']); // TS2322
    addon.sum([1n]); // TS2322
    addon.digest('text', null); // TS2345
    addon.digest([1, 2], null); // TS2345
    addon.merge(addon.open('a'), {}); // TS2345`,
  'refuses an argument that is missing, or one too many': `
    addon.search('a', []); // TS2554
    addon.sum(); // TS2554
    addon.resize(1); // TS2554
    addon.same(); // TS2554
    addon.sum([], 1); // TS2554
    addon.names(1); // TS2554`,
  'lets optional arguments be null, undefined or left out': `
    addon.search('a', [], () => {}, new AbortController().signal);
    addon.search('a', [], () => {}, null);
    addon.resize(undefined, 1);
    addon.resize(null, 1, null, undefined);
    addon.resize(1, 1, undefined, 'px');
    addon.resize(1, undefined); // TS2345
    addon.configure();`,
  'lets optional fields of an argument be left out, not others': `
    addon.configure({ colors: [], at: { x: 1, y: 2, label: null } });
    addon.configure({ threads: undefined, colors: [], at: { x: 1, y: 2, label: null } });
    addon.configure({ threads: null, colors: ['red'], at: { x: 1, y: 2, label: 'a' } });
    addon.configure({ threads: 2, at: { x: 1, y: 2, label: null } }); // TS2345
    addon.configure({ colors: [], at: { x: 1, y: 2 } }); // TS2741
    addon.configure({ colors: [], at: null }); // TS2322
    addon.configure({ colors: [], at: { x: 1, y: 2, label: null }, speed: 1 }); // TS2353`,
  'knows the names of an enum, and when all were asked for': `
    function hue(color: addon.Color): number {
      switch (color) {
        case 'red': return 0;
        case 'green': return 120;
        case 'blue': return 240;
      }
    }
    function partly(color: addon.Color): number { // TS2366
      switch (color) {
        case 'red': return 0;
      }
    }
    hue(addon.mix('red', 'blue'));
    addon.mix('red', 'pink'); // TS2345
    const either: string = 'red' as string;
    addon.mix(either, 'red'); // TS2345`,
  'takes readonly Arrays and typed arrays of numbers': `
    const few: readonly number[] = [1, 2];
    addon.sum(few);
    addon.sum(Float64Array.of(1));
    addon.sum(Uint8Array.of(1));
    addon.total([1, 2n] as const);
    addon.total(BigInt64Array.of(1n));
    addon.total(Float64Array.of(1));
    addon.normalize([0, 0, 1]);
    addon.flags([true] as readonly boolean[]);
    addon.search('a', ['b'] as const, () => {});
    addon.sum(BigInt64Array.of(1n)); // TS2345
    addon.normalize({ length: 3 }); // TS2345`,
  'takes integers of 64 bits as bigint or number, and answers which it is': `
    addon.count(1, 2n);
    addon.count(1n, 2);
    const sum: bigint = addon.total([]);
    const exact: number = addon.count(1, 2);
    addon.total([]) + 1; // TS2365
    addon.count('1', 2); // TS2345`,
  'takes any bytes and answers a Buffer': `
    addon.digest(new ArrayBuffer(1), new DataView(new ArrayBuffer(1)));
    addon.digest(Uint8Array.of(1), null);
    addon.digest(addon.digest(Uint8Array.of(1), null), null).toString('hex');`,
  'takes null where a value may be null, and nowhere else': `
    addon.label(null, 'a');
    addon.label('a', null); // TS2345
    addon.label(undefined, 'a'); // TS2345
    addon.label('a', 'b').trim(); // TS2531
    addon.digest(null, null); // TS2345
    addon.sum(null); // TS2345
    addon.open(null); // TS2345
    addon.names().map((name) => name.trim()); // TS18047`,
  'answers a promise of the result': `
    async function wait() {
      const packet = await addon.receive();
      const time: bigint = packet.time;
      const weight: number | null = packet.weight;
      const nothing: void = await addon.search('a', [], () => {});
      addon.receive().time; // TS2339
      packet.weight.toFixed(); // TS18047
      const notes: string[] = packet.notes;
      const ports: Uint16Array = packet.ports;
    }`,
  'lets a result be an argument again, and an argument be wider': `
    async function again() {
      addon.send(await addon.receive());
      const { time, ports, weight, ...others } = await addon.receive();
      addon.send({ ...others, time: 1, ports: [80] });
      addon.send({ ...others, time: '1', ports: [80] }); // TS2322
      const packet: addon.Packet = { ...others, time: 1, ports, weight }; // TS2322
      const point: addon.Point = addon.move({ x: 1, y: 2, label: null });
    }`,
  'has the methods of an object': `
    async function use() {
      const store = addon.open('a');
      store.put('key', 'value', 1.5);
      store.put('key', 'value');
      const value: string | null = store.get('key');
      const count: number = await store.each((match) => match.path.trim());
      addon.merge(store.new(), [store]);
      await store.close();
      store.get(); // TS2554
      store.put('key', 1); // TS2345
      store.get('key').trim(); // TS2531
      store.remove('key'); // TS2339
    }`,
  'refuses what only looks like an object of the addon': `
    const store = addon.open('a');
    addon.merge(store, [store]);
    addon.merge({ ...store }, []);
    addon.merge({}, []); // TS2345
    addon.merge({ // TS2345
      get: () => null,
      put() {}, each: async () => 1, new: () => store, close: async () => {},
    }, []);
    addon.brand; // TS2339`,
  'has the signature that the author wrote instead': `
    async function use() {
      const red: 'red' = await addon.later('red', 'red');
      addon.later('pink'); // TS2345
      addon.later(); // TS2555
    }`,
  'has a function whose name is a reserved word': `
    addon.delete('file');
    addon.delete(1); // TS2345
    addon.delete_('file'); // TS2551`,
  'exports its types and only what is there': `
    const match: addon.Match = { path: 'a', line: 1 };
    const input: addon.PacketInput | null = null;
    const store: addon.KeyStore = addon.open('a');
    const unknown: unknown = addon.same(1);
    addon.same(1).length; // TS2571
    const unused: addon.Unused | null = null; // TS2694`,
};

const CODE = /\/\/ TS(\d+)$/;
const fileOf = (index) => `program-${index}.ts`;
const titles = Object.keys(programs);

describe('the types of an addon: a program', function () {
  this.timeout(120000);
  let found;

  before(() => {
    const texts = titles.map((title, index) => [fileOf(index), USES + programs[title]]);
    found = compile(Object.fromEntries(texts));
  });

  titles.forEach((title, index) => it(title, () => {
    const lines = (USES + programs[title]).split('\n');
    const expected = lines.flatMap((line, at) => (CODE.test(line) ? [`line ${at + 1}: TS${line.match(CODE)[1]}`] : []));
    const actual = found[fileOf(index)].map(({ line, code }) => `line ${line}: TS${code}`);
    assert.deepStrictEqual([...new Set(actual)], expected, JSON.stringify(found[fileOf(index)], null, 2));
  }));

  it('finds no mistake in the types themselves', () => {
    assert.deepStrictEqual(found['addon.d.ts'], []);
  });
});
