/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MODE_H
#define TSFN__MODE_H

/* A delivery mode: how several items of one function share a call. It is what
   options.delivery points to, so the linker brings the modes that an addon
   names and no other. No mode at all is one item, one call from C.

     TSFN_EACH of records  record/each.c      a loop in JavaScript calls
     TSFN_BATCH            record/list.c      one call with an array
     TSFN_COLUMNS          record/columns.c   one call with typed arrays
     TSFN_PACKED_COLUMNS   record/packed.c    the same, text and bytes packed
     TSFN_LATEST           crossing/latest.c  the newest only

   deliver.c asks the table in each crossing; function/ opens it, and the outlet
   releases it. Loop thread, all of it. What a mode keeps
   from one drain to the next is outlet->mode_state, which only that mode reads.
   */

#include <stdbool.h>
#include <stdint.h>

#include "core/queue.h"
#include "crossing/item.h"

struct tsfn_delivery {
  const char *name;

  /* It delivers records only; tsfn_create refuses it for other functions. */
  bool wants_record;

  /* It honours options.reuse_columns; tsfn_create refuses that option without
     it. */
  bool reuses_columns;

  /* A drain may deliver what has come since it began. False: it makes one call
     with what was taken. */
  bool takes_more;

  /* The most items of a drain where the author gives no options.budget_items.
     0: TSFN__BUDGET_ITEMS. */
  uint32_t budget_items;

  /* The function was made, and no item has come yet. Cannot fail. NULL: there
     is nothing to do. */
  void (*open)(struct tsfn__outlet *outlet);

  /* Whether `give` is to deliver what stands first in the queue; else the first
     items are given one by one. `run` is what peek shows, not empty. */
  bool (*takes)(const struct tsfn__giving *giving, const struct tsfn__run *run);

  /* Gives one or more items from the head of the queue, and completes them. The
     caller's run is out of date afterwards. Any answer but DELIVERED ends the
     crossing. */
  enum tsfn__outcome (*give)(struct tsfn__giving *giving);

  /* The function ends: gives back what mode_state keeps. JavaScript need not be
     able to run. NULL: the mode keeps nothing. */
  void (*release)(struct tsfn__outlet *outlet);
};

#endif
