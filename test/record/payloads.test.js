// SPDX-License-Identifier: MIT
'use strict';

// Bytes of every size class, in each mode: each must arrive once, in order, with
// every byte as it was sent.

const assert = require('node:assert');
const { addon } = require('../support/build');
const { dice } = require('../support/dice');
const { delivery, passing } = require('../support/enums');
const { lacks, reasons: { MARK, MEMORY } } = require('../support/host');
const { livesIn } = require('../support/lives');
const { valueOf } = require('../support/packed');
const { until, untilWithoutTurns } = require('../support/turn');

const lives = livesIn(require.resolve('./lives/payloads'));
const native = require(addon('payloads', 'record'));

const NONE = -1;
const SLAB = 65536; // src/record/slab.c
const SHARED = 8192;

// Around each limit of the library's, and two that no slab takes.
const classes = [NONE, 0, 1, 7, 8, 9, 16, 31, 56, 63, 64, 65, 72, 255, 256, 257, 1024, 4096, SHARED - 1, SHARED, SHARED + 1,
  SLAB - 1, SLAB, SLAB + 1];
const repeat = (list, count) => Array.from({ length: count }, (_, i) => list[i % list.length]);

function mixture(seed, count) {
  const roll = dice(seed);
  return Array.from({ length: count }, () => {
    if (roll(30) === 0) return classes[roll(classes.length)];
    return roll([16, 80, 600, 3000][roll(4)]) - 1;
  });
}

function patternOf(i, size) {
  const bytes = new Uint8Array(size);
  for (let k = 0; k < size; k++) bytes[k] = 7 * i + 13 * k + 1;
  return bytes;
}

function checkBytes(data, i, size, { prototype } = Uint8Array) {
  if (size === NONE) {
    assert.strictEqual(data, null);
    return;
  }
  assert.strictEqual(Object.getPrototypeOf(data), prototype);
  assert.strictEqual(data.length, size, `item ${i}`);
  assert.strictEqual(Buffer.compare(data, patternOf(i, size)), 0, `item ${i} of ${size} bytes`);
}

// [[data, i], ...] of what a callback got.
const itemsOf = {
  EACH: (item) => [[item.data, item.i]],
  LATEST: (item) => [[item.data, item.i]],
  BATCH: (items) => items.map(({ data, i }) => [data, i]),
  PACKED_COLUMNS: ({ data: column, i }, count) => Array.from({ length: count }, (_, k) => [valueOf(column, k), i[k]]),
  COLUMNS: (columns, count) => Array.from({ length: count }, (_, k) => [columns.data[k], columns.i[k]]),
};

// What the callback throws fails the test.
const defaults = { bound: 0, onError: (error) => { throw error; } };

// Sends the sizes and hands all that arrives to `see`; answers the report.
async function send(sizes, options, see) {
  const handle = native.start((...values) => {
    for (const [data, i] of itemsOf[options.delivery](...values)) see(data, i, handle);
  }, { ...defaults, sizes, ...options });
  native.release(handle);
  await until(() => native.report(handle).isFinalized);
  return native.report(handle);
}

const DELIVERED = 'TSFN_COMPLETION_DELIVERED';
const completions = (report) => Object.entries(report)
  .filter(([name]) => name.startsWith('TSFN_COMPLETION_')).reduce((sum, [, count]) => sum + count, 0);

function checkBooks(report) {
  assert.strictEqual(completions(report), report.accepted);
  assert.strictEqual(report.memory, 0, 'the function has given all of its memory back');
}

describe('bytes', () => {
  for (const mode of Object.keys(delivery)) {
    for (const bound of [0, 3, 1024]) {
      const with_ = { delivery: mode, bound };

      it(`arrive whole, in order, once: TSFN_${mode}, bound ${bound}`, async () => {
        const sizes = repeat(classes, 1000);
        const kept = [];
        const report = await send(sizes, with_, (data, i) => kept.push([data, i]));
        kept.forEach(([data, i]) => checkBytes(data, i, sizes[i]));
        const order = kept.map(([, i]) => i);
        if (mode === 'LATEST') assert.deepStrictEqual(order, [...order].sort((a, b) => a - b));
        else assert.deepStrictEqual(order, sizes.map((_, i) => i));
        assert.strictEqual(order.at(-1), sizes.length - 1);
        assert.strictEqual(report.accepted, sizes.length);
        assert.strictEqual(report[DELIVERED], order.length);
        checkBooks(report);
      });
    }

    it(`arrive whole in any mixture: TSFN_${mode}`, async () => {
      for (let seed = 1; seed <= 5; seed++) {
        const sizes = mixture(seed, 3000);
        const report = await send(sizes, { delivery: mode, bound: [0, 64][seed % 2] }, (data, i) => checkBytes(data, i, sizes[i]));
        checkBooks(report);
      }
    });

    it(`are what they were when they are written to: TSFN_${mode}`, async () => {
      const sizes = repeat([40, 100, 3000], 900);
      const report = await send(sizes, { delivery: mode }, (data, i) => {
        checkBytes(data, i, sizes[i]);
        data.fill(0);
      });
      checkBooks(report);
    });

    it(`end once, and are not lost, where the callback throws: TSFN_${mode}`, async () => {
      const sizes = repeat(classes, 600);
      let thrown = 0;
      const report = await send(sizes, { delivery: mode, onError: () => { thrown++; } }, (data, i) => {
        checkBytes(data, i, sizes[i]);
        if (i % 50 === 0 || mode === 'LATEST') throw new Error('told');
      });
      assert.ok(thrown > 0);
      checkBooks(report);
    });

    it(`end once where the callback aborts: TSFN_${mode}`, async () => {
      const sizes = repeat(classes, 3000);
      let handle;
      let isAborted = false;
      handle = native.start((...values) => {
        for (const [data, i] of itemsOf[mode](...values)) checkBytes(data, i, sizes[i]);
        if (isAborted) return;
        isAborted = true;
        native.abort(handle);
      }, { ...defaults, delivery: mode, bound: 100, sizes });
      await until(() => native.report(handle).isFinalized);
      native.release(handle);
      checkBooks(native.report(handle));
    });
  }

  it('arrive as arguments', async () => {
    const sizes = repeat(classes, 500);
    const got = [];
    const handle = native.start((data, i) => got.push([data, i]), { ...defaults, passing: passing.AS_ARGUMENTS, sizes });
    native.release(handle);
    await until(() => native.report(handle).isFinalized);
    got.forEach(([data, i]) => checkBytes(data, i, sizes[i]));
    assert.strictEqual(got.length, sizes.length);
  });

  it('begin at a multiple of 8, so that any typed array can be laid over them', async () => {
    const sizes = mixture(7, 2000);
    await send(sizes, { delivery: 'EACH' }, (data) => {
      if (data !== null) assert.strictEqual(data.byteOffset % 8, 0);
    });
  });

  it('keep 64 KiB alive at the most, beside their own', async () => {
    const sizes = repeat([5000, 100, SHARED], 900);
    await send(sizes, { delivery: 'EACH' }, (data) => {
      if (data !== null) assert.ok(data.buffer.byteLength <= Math.max(SLAB, data.length));
    });
  });

  it('show nothing but items in the buffer that they share', async () => {
    const sizes = repeat([5, 11, 3], 900);
    const seen = [];
    await send(sizes, { delivery: 'EACH' }, (data) => seen.push(data));
    for (const data of seen.slice(0, 202)) {
      const all = new Uint8Array(data.buffer);
      const own = new Set();
      for (const other of seen) {
        if (other.buffer !== data.buffer) continue;
        for (let k = 0; k < other.length; k++) own.add(other.byteOffset + k);
      }
      all.forEach((byte, k) => assert.ok(own.has(k) || byte === 0));
    }
  });

  // Whether structuredClone transfers it: postMessage of a worker is the same.
  const transfer = (data) => {
    try {
      structuredClone(data.buffer, { transfer: [data.buffer] });
    } catch (error) {
      assert.match(error.name, /^(DataCloneError|TypeError)$/); // Deno's is the latter
    }
    return data.buffer.byteLength === 0;
  };

  for (const mode of ['EACH', 'BATCH', 'COLUMNS']) {
    lacks({ 'node<20': MARK }, it)(`stay where the buffer of another is transferred: TSFN_${mode}`, async () => {
      const sizes = repeat([20, 9000, 200], 400);
      const seen = [];
      const moved = new Set();
      await send(sizes, { delivery: mode }, (data, i) => {
        seen.push(data);
        if (i % 7 === 0 && transfer(data)) moved.add(i);
      });
      seen.forEach((data, i) => {
        if (!moved.has(i)) checkBytes(data, i, sizes[i]);
        if (i % 7 === 0 && sizes[i] === 9000) assert.ok(moved.has(i), 'those that share nothing may be');
      });
    });

    it(`can be copied to another thread: TSFN_${mode}`, async () => {
      const sizes = repeat([20, 9000, 200], 300);
      await send(sizes, { delivery: mode }, (data, i) => checkBytes(structuredClone(data), i, sizes[i]));
    });

    it(`have a buffer each with options.own_buffers, which may be transferred: TSFN_${mode}`, async () => {
      const sizes = repeat([0, 1, 20, 9000, 200], 400);
      const seen = [];
      await send(sizes, { delivery: mode, own: true }, (data, i) => {
        checkBytes(data, i, sizes[i]);
        assert.strictEqual(data.buffer.byteLength, sizes[i]);
        seen.push(data);
      });
      const moved = seen.filter((_, i) => i % 2 === 0).map((data) => structuredClone(data.buffer, { transfer: [data.buffer] }));
      moved.forEach((buffer, k) => checkBytes(new Uint8Array(buffer), 2 * k, sizes[2 * k]));
      seen.forEach((data, i) => {
        if (i % 2 === 0) assert.strictEqual(data.length, 0);
        else checkBytes(data, i, sizes[i]);
      });
    });
  }

  it('arrive whatever the program has put in the place of built-in functions', async () => {
    assert.deepStrictEqual(await lives.linesOf('patched'), ['true', 'true']);
  });

  it('arrive where the host can mark nothing', async () => {
    assert.deepStrictEqual(await lives.linesOf('unmarked'), ['true', 'true']);
  });

  for (const mode of Object.keys(delivery)) {
    for (const options of [{}, { buffers: true }, { own: true }]) {
      const how = Object.keys(options).map((name) => `, ${name}`).join();
      lacks({ deno: MEMORY }, it)(`are collected when nobody has them: TSFN_${mode}${how}`, async () => {
        const args = [{ delivery: mode, ...options }];
        assert.deepStrictEqual(await lives.linesOf('collected', { args, execArgv: ['--expose-gc'] }), ['collected']);
      });
    }
  }

  it('outlive the worker that got them', async () => {
    const lines = await lives.linesOf('outlived');
    assert.deepStrictEqual(lines, ['5,64,300,9000', [5, 64, 300, 9000]
      .map((size, i) => patternOf(i, size).reduce((sum, byte) => sum + byte, 0)).join()]);
  });
});

describe('buffers', () => {
  const buffers = true;

  for (const mode of ['EACH', 'BATCH', 'COLUMNS', 'LATEST']) {
    for (const own of [false, true]) {
      it(`arrive whole, in order, once, as Buffers: TSFN_${mode}${own ? ', each with its own memory' : ''}`, async () => {
        const sizes = repeat(classes, 1000);
        const kept = [];
        const report = await send(sizes, { delivery: mode, bound: 64, buffers, own }, (data, i) => kept.push([data, i]));
        for (const [data, i] of kept) {
          checkBytes(data, i, sizes[i], Buffer);
          if (own && data !== null) assert.strictEqual(data.buffer.byteLength, sizes[i]);
        }
        if (mode !== 'LATEST') assert.deepStrictEqual(kept.map(([, i]) => i), sizes.map((_, i) => i));
        checkBooks(report);
      });
    }
  }

  it('are to assert and to Node what Buffer.from makes', async () => {
    const sizes = repeat([20, 300, 9000], 300);
    await send(sizes, { delivery: 'EACH', buffers }, (data, i) => {
      const made = Buffer.from(patternOf(i, sizes[i]));
      assert.ok(Buffer.isBuffer(data));
      assert.deepStrictEqual(data, made);
      assert.strictEqual(data.toString('latin1'), made.toString('latin1'));
      assert.strictEqual(data.readUInt16BE(4), made.readUInt16BE(4));
    });
  });

  it('share as bytes do, and keep 64 KiB alive at the most', async () => {
    const sizes = repeat([5000, 100, SHARED], 900);
    const seen = new Set();
    const handle = native.start(({ data }) => {
      assert.ok(data.buffer.byteLength <= SLAB);
      assert.strictEqual(data.byteOffset % 8, 0);
      seen.add(data.buffer);
    }, { ...defaults, delivery: 'EACH', buffers, sizes });
    native.release(handle);
    untilWithoutTurns(() => native.report(handle).accepted === sizes.length); // so that several are delivered together
    await until(() => native.report(handle).isFinalized);
    assert.ok(seen.size < sizes.length / 2, `${seen.size} buffers`);
  });

  it('arrive as Buffers where the program has replaced Buffer before', async () => {
    assert.deepStrictEqual(await lives.linesOf('patchedBuffer'), ['true', 'true']);
  });

  it('arrive where the program has frozen Buffer', async () => {
    assert.deepStrictEqual(await lives.linesOf('frozenBuffer'), ['true']);
  });
});
