// SPDX-License-Identifier: MIT
'use strict';

// As ping, between two threads that have nothing but an eventfd.

const { load } = require('../lib/libraries');
const { NotBuilt, median } = require('./functions');
const { PAUSE } = require('./ping');

function prepare({ count }) {
  if (process.platform !== 'linux') throw new NotBuilt('eventfd is Linux');
  const { floor } = load('eventfd');
  return { sample: () => ({ ns: median(floor(count, PAUSE)) }), finish: () => {} };
}

module.exports = { prepare };
