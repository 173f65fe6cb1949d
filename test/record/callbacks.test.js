// SPDX-License-Identifier: MIT
'use strict';

// docs/callbacks.md, row by row: what a row says is evaluated as JavaScript and
// compared with what arrives. A row that the page lacks fails as well.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { addon, root } = require('../support/build');
const {
  codeOf, errorsByName, evaluate, readCalls, rowOf, tableOf, tablesOf,
} = require('../support/callbacks');
const { delivery: deliveries, errors: strategies, passing: passings } = require('../support/enums');
const { turn, uncaught, until } = require('../support/driver');

const { send, ended } = require(addon('callbacks', 'record'));

const { EACH, COLUMNS, PACKED_COLUMNS, LATEST, BATCH } = deliveries;
const { ERROR_FIRST, VALUES_ONLY } = strategies;
const { AS_OBJECT, AS_ARGUMENTS } = passings;

const thrown = new TypeError('thrown by the callback');

// --- what arrives ------------------------------------------------------------------

// Each call of the callback and of on_error and each uncaughtException, in order.
async function callsOf({ what, throws, withOnError, ...options }) {
  const calls = [];
  const before = ended();
  const callback = (...args) => {
    calls.push(['callback', ...args]);
    if (throws) throw thrown;
  };
  const onError = withOnError ? (...args) => calls.push(['onError', ...args]) : undefined;
  const errors = await uncaught(async () => {
    send('callback' in options ? options.callback : callback, { what, onError, ...options });
    await until(() => ended() > before);
    await turn();
  });
  return [...calls, ...errors.map((error) => ['uncaughtException', error])];
}

const kindsOfHeader = () => {
  const header = fs.readFileSync(path.join(root, 'include', 'tsfn', 'record_macros.h'), 'utf8');
  const [, body] = header.match(/typedef enum tsfn_kind \{([\s\S]*?)\} tsfn_kind;/);
  // Those that follow are of exported functions only, and no record has them.
  const [sent] = body.split('TSFN_KIND_callback');
  return [...sent.matchAll(/TSFN_KIND_(\w+)/g)].map(([, kind]) => kind);
};

// --- the rows ----------------------------------------------------------------------

const ways = Object.keys(deliveries).flatMap((delivery) =>
  Object.keys(passings).map((passing) => ({ delivery, passing })));

describe('docs/callbacks.md: records', () => {
  const rows = tableOf('Records');

  for (const { delivery, passing } of ways) {
    for (const errors of Object.keys(strategies)) {
      it(`tells what two matches are with TSFN_${delivery}, TSFN_${passing} and TSFN_${errors}`, async () => {
        const [cell] = rowOf(rows, delivery, passing, errors);
        assert.deepStrictEqual(await callsOf({ what: 'matches', delivery, passing, errors }), readCalls(cell));
      });
    }
  }

  // Those go by a loop in JavaScript, the two above by calls from C. An array's
  // records are compared, since a call has not all of them.
  for (const delivery of [EACH, BATCH]) {
    it(`tells what 300 times two matches are with TSFN_${delivery}`, async () => {
      for (const passing of Object.keys(passings)) {
        for (const errors of Object.keys(strategies)) {
          const flat = (calls) => (delivery === EACH ? calls
            : calls.flatMap((args) => args.at(-1).map((record) => [...args.slice(0, -1), record])));
          const wanted = flat(readCalls(rowOf(rows, delivery, passing, errors)[0]));
          const found = flat(await callsOf({ what: 'many matches', delivery, passing, errors }));
          assert.deepStrictEqual(found, Array(300).fill(wanted).flat());
        }
      }
    });
  }

  it('has a row for each of these ways, and no other', () => {
    assert.strictEqual(rows.length, ways.length * Object.keys(strategies).length);
  });
});

describe('docs/callbacks.md: fields of other kinds', () => {
  const rows = tableOf('Fields of other kinds');

  for (const { delivery, passing } of ways) {
    it(`tells what a note is with TSFN_${delivery} and TSFN_${passing}`, async () => {
      const [cell] = rowOf(rows, delivery, passing);
      const [[name, none, ...values], ...rest] = readCalls(cell);
      assert.deepStrictEqual([none, rest], [null, []]);
      const options = { what: 'note', delivery, passing };
      assert.deepStrictEqual(await callsOf({ ...options, errors: ERROR_FIRST }), [[name, null, ...values]]);
      assert.deepStrictEqual(await callsOf({ ...options, errors: VALUES_ONLY }), [[name, ...values]]);
    });
  }

  it('has a row for each of these ways, and no other', () => {
    assert.strictEqual(rows.length, ways.length);
  });
});

describe('docs/callbacks.md: every kind', () => {
  const rows = tableOf('Every kind');

  // Column i of what two samples are: the fields come in the order of the rows.
  async function fieldOf(i, delivery) {
    const calls = await callsOf({ what: 'samples', delivery, passing: AS_ARGUMENTS, errors: VALUES_ONLY });
    const one = (call) => call[1 + i];
    return delivery === BATCH ? calls[0][1].map((fields) => fields[i]) : calls.map(one);
  }

  rows.forEach(([kind, alone, columns, packed], i) => {
    it(`tells what fields of kind ${codeOf(kind)} are`, async () => {
      const values = codeOf(alone).map((code) => evaluate(code));
      const column = evaluate(codeOf(columns)[0]);
      assert.strictEqual(values.length, 2);
      assert.deepStrictEqual(await fieldOf(i, EACH), values);
      assert.deepStrictEqual(await fieldOf(i, BATCH), values);
      assert.deepStrictEqual(await fieldOf(i, LATEST), values.slice(1));
      assert.deepStrictEqual(await fieldOf(i, COLUMNS), [column]);
      assert.deepStrictEqual(await fieldOf(i, PACKED_COLUMNS), [packed === 'the same' ? column : evaluate(codeOf(packed)[0])]);
    });
  });

  it('has a row for each kind that there is, and no other', async () => {
    const kinds = rows.map(([kind]) => codeOf(kind)[0].match(/^\w+/)[0]);
    // A nonnull is no kind of its own to C, and a kind of another one has several rows.
    assert.deepStrictEqual([...new Set(kinds)].sort(), [...kindsOfHeader(), 'nonnull'].sort());
    const [[, ...fields]] = await callsOf({ what: 'samples', delivery: EACH, passing: AS_ARGUMENTS, errors: VALUES_ONLY });
    assert.strictEqual(fields.length, rows.length);
  });
});

describe('docs/callbacks.md: errors', () => {
  const rows = tablesOf('Errors')[1];
  const every = ways.map((way) => ({ what: 'error', ...way }));
  // A convert is no record, so that some deliveries refuse it.
  const converted = (what) => ways.filter(({ delivery }) => [EACH, LATEST].includes(delivery)).map((way) => ({ what, ...way }));
  const events = {
    '`tsfn_call_error(fn, "E_GONE", "it is gone", wait)`': every,
    'the convert answers `TSFN_NO_MEMORY`': converted('convert fails'),
    'the convert throws': converted('convert throws'),
    'the callback throws': ways.map((way) => ({ what: 'match', throws: true, ...way })),
  };

  for (const [event, sent] of Object.entries(events)) {
    for (const errors of Object.keys(strategies)) {
      it(`tells what comes of it with TSFN_${errors} when ${event.replaceAll('`', '')}`, async () => {
        const cells = rowOf(rows, event, errors);
        for (const options of sent) {
          for (const [i, withOnError] of [false, true].entries()) {
            const calls = await callsOf({ errors, withOnError, ...options });
            // The call that throws is the item's.
            assert.deepStrictEqual(options.throws ? calls.slice(1) : calls, readCalls(cells[i]), JSON.stringify(options));
            assert.strictEqual(calls.length, options.throws ? 2 : 1);
          }
        }
      });
    }
  }

  it('has a row for each of these, and no other', () => {
    assert.strictEqual(rows.length, Object.keys(events).length * Object.keys(strategies).length);
    assert.deepStrictEqual(errorsByName.thrown, thrown);
  });
});

describe('docs/callbacks.md: an error between two records', () => {
  const rows = tableOf('An error between two records');

  for (const delivery of Object.keys(deliveries)) {
    it(`tells that it keeps its place with TSFN_${delivery}`, async () => {
      const [cell] = rowOf(rows, delivery);
      const options = { what: 'error between', delivery, passing: AS_OBJECT, errors: ERROR_FIRST };
      assert.deepStrictEqual(await callsOf(options), readCalls(cell));
    });
  }
});

describe('docs/callbacks.md: functions without a record', () => {
  const rows = tableOf('Functions without a record');
  const kinds = {
    'no `record`, `convert` or `call_js`': 'no values',
    'a `convert` that pushes `\'a\'` and `1`': 'convert',
    'a `convert` that pushes nothing': 'convert nothing',
    'a `call_js` that calls `callback(\'a\', 1)`': 'call_js',
  };

  for (const [kind, what] of Object.entries(kinds)) {
    it(`tells what a function with ${kind.replaceAll('`', '')} calls`, async () => {
      const [, ...cells] = rowOf(rows, kind);
      for (const [i, errors] of [ERROR_FIRST, VALUES_ONLY].entries()) {
        for (const delivery of [EACH, LATEST]) {
          for (const passing of Object.keys(passings)) {
            assert.deepStrictEqual(await callsOf({ what, delivery, passing, errors }), readCalls(cells[i]));
          }
        }
      }
    });

    it(`tells that TSFN_BATCH and columns refuse ${kind.replaceAll('`', '')}`, () => {
      for (const delivery of [BATCH, COLUMNS, PACKED_COLUMNS]) {
        assert.throws(() => send(() => {}, { what, delivery }), { code: 'TSFN_INVALID' });
      }
    });
  }

  it('tells that an error does not go to call_js', async () => {
    const what = 'call_js error';
    const { error } = errorsByName;
    assert.deepStrictEqual(await callsOf({ what, errors: ERROR_FIRST }), [['callback', error]]);
    assert.deepStrictEqual(await callsOf({ what, errors: VALUES_ONLY, withOnError: true }), [['onError', error]]);
  });

  it('tells that without a callback an error goes to on_error', async () => {
    const options = { what: 'call_js error', errors: ERROR_FIRST, callback: undefined };
    const { error } = errorsByName;
    assert.deepStrictEqual(await callsOf({ ...options, withOnError: true }), [['onError', error]]);
    assert.deepStrictEqual(await callsOf(options), [['uncaughtException', error]]);
  });

  it('has a row for each of these, and no other', () => {
    assert.strictEqual(rows.length, Object.keys(kinds).length);
  });
});
