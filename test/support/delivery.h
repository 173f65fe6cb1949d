/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_DELIVERY_H
#define TSFN_TEST_DELIVERY_H

/* options.delivery by number, for tests in JavaScript: a delivery is the
   address of a table, which JavaScript cannot name. */

#include <stdint.h>
#include <stdlib.h>

#include <tsfn.h>

static inline const tsfn_delivery *
delivery_of(uint32_t number) {
  switch (number) {
  case 0:
    return TSFN_EACH;
  case 1:
    return TSFN_BATCH;
  case 2:
    return TSFN_COLUMNS;
  case 3:
    return TSFN_LATEST;
  default:
    abort();
  }
}

#endif
