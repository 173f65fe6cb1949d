/* SPDX-License-Identifier: MIT */
#ifndef TSFN__MODE_H
#define TSFN__MODE_H

/* A delivery mode: how several items of one function share a call. It is what
   options.delivery points to, so the linker brings the modes that an addon
   names and no other. No mode at all is one item, one call from C.

     TSFN_EACH of records  record/each.c      a loop in JavaScript calls
     TSFN_BATCH            record/list.c      one call with an array
     TSFN_COLUMNS          record/columns.c   one call with typed arrays
     TSFN_LATEST           crossing/latest.c  the newest only

   Loop thread, all of it. What a mode keeps from one drain to the next is
   outlet->mode_state, which only that mode reads. */

#include <stdbool.h>
#include <stdint.h>

#include "core/queue.h"
#include "crossing/item.h"

struct tsfn_delivery {
  const char *name;

  /* It delivers records; tsfn_create refuses it for other functions. */
  bool wants_record;

  /* It honours options.reuse_columns. */
  bool reuses_columns;

  /* What has come since a drain began goes with the drain. */
  bool takes_more;

  /* A drain's most items where the author gives none; 0: TSFN__BUDGET_ITEMS. */
  uint32_t budget_items;

  /* The function was made. NULL: there is nothing to do. */
  void (*open)(struct tsfn__outlet *outlet);

  /* Whether what stands first in the queue is for `give`; else it is given one
     by one. `run` is what peek shows, not empty. */
  bool (*takes)(const struct tsfn__giving *giving, const struct tsfn__run *run);

  /* Gives and completes one or more items from the head of the queue. Any
     answer but DELIVERED ends the crossing. */
  enum tsfn__outcome (*give)(struct tsfn__giving *giving);

  /* The function was aborted, perhaps from inside of `give`: no further
     callback is called. NULL: there is nothing to do. */
  void (*stop)(struct tsfn__outlet *outlet);

  /* The function ends: gives back what mode_state keeps. NULL: nothing. */
  void (*release)(struct tsfn__outlet *outlet);
};

#endif
