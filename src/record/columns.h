/* SPDX-License-Identifier: MIT */
#ifndef TSFN__COLUMNS_H
#define TSFN__COLUMNS_H

/* One call with columns, for the two modes that make it: TSFN_COLUMNS, and
   TSFN_PACKED_COLUMNS, which packs some of them (packed.c). Loop thread, inside
   of a crossing. */

#include "crossing/give.h"
#include "record/column.h"

/* How a mode makes columns of its own. */
struct tsfn__packing {
  bool (*takes)(const tsfn_field *field);

  /* Makes the column of the first `count` records of the queue. On a failure an
     exception may be pending. */
  napi_status (*pack)(const struct tsfn__giving *giving,
                      const struct tsfn__column *column, size_t count,
                      napi_value *out);
};

/* Calls the callback with the columns of the first `count` records, and with
   their number. `packing` NULL: none is packed. A record that cannot be
   converted fails all of them, since they share the call. */
enum tsfn__outcome tsfn__columns_call(struct tsfn__giving *giving, size_t count,
                                      const struct tsfn__packing *packing);

/* tsfn_delivery.release of both modes. */
void tsfn__columns_release(struct tsfn__outlet *outlet);

#endif
