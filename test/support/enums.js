// SPDX-License-Identifier: MIT
'use strict';

// The enumerators of tsfn_options by name, as C has them (enums.c): for instance
// { delivery: { EACH: 'EACH', ... } }. Test addons take the name as the option.

const { addon } = require('./build');

module.exports = require(addon('driver')).enums;
