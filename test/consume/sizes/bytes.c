/* SPDX-License-Identifier: MIT */
#include "addon.h"

#define SAMPLE(FIELD) FIELD(bytes, data)
TSFN_RECORD(sample, SAMPLE)
ADDON(sample_call(fn, &(sample){{"hello", 5}}, TSFN_NONBLOCKING),
      .record = sample_record(), .delivery = TSFN_EACH)
