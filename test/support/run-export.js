// SPDX-License-Identifier: MIT
'use strict';

// node run-export.js FILE NAME [ARGUMENT...]: calls what FILE exports by that
// name, with the arguments, which are JSON.

const [, , file, name, ...texts] = process.argv;
require(file)[name](...texts.map((text) => JSON.parse(text)));
