'use strict';

// This loads the addon that was compiled here, else the binary in prebuilds/ that
// fits this platform.
const addon = require('node-gyp-build')(__dirname);

// A line for each export: `import { findPrimes } from 'my-addon'` finds what is written
// so, and only that.
exports.findPrimes = addon.findPrimes;
