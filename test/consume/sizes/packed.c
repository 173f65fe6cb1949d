/* SPDX-License-Identifier: MIT */
#include "addon.h"

#define SAMPLE(FIELD) FIELD(u32, number)
TSFN_RECORD(sample, SAMPLE)
ADDON(sample_call(fn, &(sample){7}, TSFN_NONBLOCKING),
      .record = sample_record(), .delivery = TSFN_PACKED_COLUMNS)
