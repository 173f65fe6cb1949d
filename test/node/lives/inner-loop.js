// SPDX-License-Identifier: MIT
'use strict';

// The lives of inner-loop.test.js: see test/support/lives.js.

const { addon } = require('../../support/build');
const inner = require(addon('inner'));

const say = (text) => console.log(text);
const onExit = () => process.on('exit', () => say('finished'));

function runUntil(isDone) {
  while (!isDone()) inner.runLoop();
}

exports.others = (microtasks) => {
  let heard = 0;
  onExit();
  const other = inner.create((error, { number }) => {
    say(`other ${number}`);
    heard = number;
    if (number === 2) inner.release(other);
  }, microtasks);
  const outer = inner.create(() => {
    say('outer begins');
    inner.call(other, 1);
    runUntil(() => heard === 1);
    inner.callElsewhere(other, 2);
    runUntil(() => heard === 2);
    say('outer ends');
    inner.release(outer);
  }, microtasks);
  inner.call(outer, 0);
};

exports.itself = (microtasks) => {
  onExit();
  const fn = inner.create((error, { number }) => {
    say(`${number} begins`);
    if (number === 1) inner.callElsewhere(fn, 2);
    let turns = 0;
    runUntil(() => ++turns > 50);
    say(`${number} ends`);
    if (number === 2) inner.release(fn);
  }, microtasks);
  inner.call(fn, 1);
};

exports.deep = (microtasks) => {
  let ended = 3;
  onExit();
  const functions = [0, 1, 2].map((depth) => inner.create(() => {
    say(`${depth} begins`);
    if (depth < 2) {
      inner.callElsewhere(functions[depth + 1], 0);
      runUntil(() => ended === depth + 1);
    }
    say(`${depth} ends`);
    ended = depth;
    inner.release(functions[depth]);
  }, microtasks));
  inner.call(functions[0], 0);
};

// A callback, or a tick behind it, runs the loop, in which another's record is
// delivered; and one of the two throws.
exports.throws = (who) => {
  let heard = false;
  onExit();
  const reports = (name) => ({ message }) => say(`${name} reports ${message}`);
  const inside = inner.create(() => {
    heard = true;
    inner.release(inside);
    if (who === 'inside') throw new Error('inside');
  }, 0, reports('inside'));
  const outside = inner.create(() => {
    const run = () => { inner.call(inside, 1); runUntil(() => heard); };
    inner.release(outside);
    if (who === 'inside') process.nextTick(run);
    else run();
    if (who === 'outside') throw new Error('outside');
  }, 0, reports('outside'));
  inner.call(outside, 0);
};
