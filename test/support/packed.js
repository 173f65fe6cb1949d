// SPDX-License-Identifier: MIT
'use strict';

// Value i of a column of TSFN_PACKED_COLUMNS, as include/tsfn.h tells: its bytes,
// or null.
function valueOf({ data, offsets, validity }, i) {
  if (validity !== null && (validity[i >> 3] & (1 << (i & 7))) === 0) return null;
  return data.subarray(offsets[i], offsets[i + 1]);
}

module.exports = { valueOf };
