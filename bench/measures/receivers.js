// SPDX-License-Identifier: MIT
'use strict';

// The callbacks of the scenarios. A receiver counts down the items it awaits
// and sums what they carry, so that a sample whose items were lost, doubled or
// changed fails instead of being fast. Each call makes fresh closures.

const { AsyncLocalStorage } = require('node:async_hooks');
const { FILLER, totalLength } = require('./capture');

// Records that a callback keeps: the newest so many. A record that nobody keeps
// is never allocated once the JIT sees that.
const KEPT = 1024;

// The sum of 0 .. count - 1, of each producer.
const sumOfNumbers = ({ producers, count }) => (producers * count * (count - 1)) / 2;

function receiver(makeCallback, expected) {
  const state = { left: 0, sum: 0, done: null };
  return {
    callback: makeCallback(state),
    expect: (job, done) => {
      state.left = job.producers * job.count;
      state.sum = 0;
      state.done = done;
    },
    check: (job) => {
      const wanted = expected(job);
      if (state.left !== 0 || state.sum !== wanted) {
        throw new Error(`items are wrong: ${state.left} left, sum ${state.sum} for ${wanted}`);
      }
    },
  };
}

const numbers = () =>
  receiver(
    (state) => (value) => {
      state.sum += value;
      if (--state.left === 0) state.done();
    },
    sumOfNumbers,
  );

// Callbacks that have nothing in common but their sum.
const OTHERS = [
  (state) => (number) => {
    state.sum += number;
    if (--state.left === 0) state.done();
  },
  (state) => {
    let highest = 0;
    return (value) => {
      if (value > highest) highest = value;
      state.sum = state.sum + value;
      if (--state.left === 0) state.done(highest);
    };
  },
  (state) => {
    const table = new Float64Array(64);
    return (value) => {
      table[value & 63] += 1;
      state.sum += value;
      if (--state.left === 0) state.done();
    };
  },
  (state) => {
    let odd = 0;
    return (value) => {
      odd += value & 1;
      state.sum += value;
      if (--state.left === 0) state.done(odd);
    };
  },
];

const other = (index) => receiver(OTHERS[index % OTHERS.length], sumOfNumbers);

const records = () =>
  receiver((state) => {
    const kept = new Array(KEPT).fill(null);
    return (record) => {
      kept[state.left & (KEPT - 1)] = record;
      state.sum += record.x;
      if (--state.left === 0) state.done(kept);
    };
  }, sumOfNumbers);

const strings = () =>
  receiver(
    (state) => {
      const kept = new Array(KEPT).fill(null);
      return (record) => {
        kept[state.left & (KEPT - 1)] = record;
        state.sum += record.path.length + record.text.length;
        if (--state.left === 0) state.done(kept);
      };
    },
    ({ producers, count, size }) => producers * count * 2 * size,
  );

const sumOfBytes = ({ producers, count, size }) => producers * count * size;

const bytes = () =>
  receiver(
    (state) => (data) => {
      state.sum += data.byteLength;
      if (--state.left === 0) state.done();
    },
    sumOfBytes,
  );

// Packets of which the newest are kept.
const KEPT_BYTES = 256;

const keptBytes = () =>
  receiver((state) => {
    const kept = new Array(KEPT_BYTES).fill(null);
    return (data) => {
      kept[state.left & (KEPT_BYTES - 1)] = data;
      state.sum += data.byteLength;
      if (--state.left === 0) state.done(kept);
    };
  }, sumOfBytes);

const packets = () =>
  receiver(
    (state) => {
      const kept = new Array(KEPT_BYTES).fill(null);
      return (packet) => {
        kept[state.left & (KEPT_BYTES - 1)] = packet;
        if (packet.length === packet.bytes.length) state.sum += packet.length;
        if (--state.left === 0) state.done(kept);
      };
    },
    ({ count }) => totalLength(count),
  );

// Every packet is looked at: its first byte too.
const packetColumns = () =>
  receiver(
    (state) => ({ length, bytes }, count) => {
      for (let i = 0; i < count; i++) {
        if (bytes[i].length === length[i] && bytes[i][0] === FILLER) state.sum += length[i];
      }
      if ((state.left -= count) === 0) state.done();
    },
    ({ count }) => totalLength(count),
  );

const packedPackets = () =>
  receiver(
    (state) => ({ length, bytes: { data, offsets } }, count) => {
      for (let i = 0; i < count; i++) {
        const at = offsets[i];
        if (offsets[i + 1] - at === length[i] && data[at] === FILLER) state.sum += length[i];
      }
      if ((state.left -= count) === 0) state.done();
    },
    ({ count }) => totalLength(count),
  );

const columns = () =>
  receiver(
    (state) =>
      ({ value }, count) => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += value[i];
        state.sum += sum;
        if ((state.left -= count) === 0) state.done();
      },
    sumOfNumbers,
  );

// As numbers, and each item must see the store of where the function was
// created; `lost` counts those that do not. The host's own loses it from
// Node 24 on, so only who is held to it fails.
function stores() {
  const storage = new AsyncLocalStorage();
  const store = {};
  let lost = 0;
  const self = receiver(
    (state) => (value) => {
      if (storage.getStore() !== store) lost++;
      state.sum += value;
      if (--state.left === 0) state.done();
    },
    sumOfNumbers,
  );
  const { check } = self;
  self.create = (create) => storage.run(store, create);
  self.check = (job) => {
    check(job);
    const isOurs = ['ours', 'dropin'].includes(job.library);
    if (lost > 0 && isOurs) throw new Error(`${lost} items lost their store`);
  };
  self.notes = () => ({ lost });
  return self;
}

module.exports = { numbers, other, records, strings, bytes, keptBytes, packets, packetColumns, packedPackets, columns, stores };
