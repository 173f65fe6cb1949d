'use strict';

// This loads the addon that was compiled here, else the binary in prebuilds/ that
// fits this platform.
module.exports = require('node-gyp-build')(__dirname);
