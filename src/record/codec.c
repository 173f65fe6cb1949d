/* SPDX-License-Identifier: MIT */

/* The table that every tsfn_record points to: the memory half of a record, its
   JavaScript value, and the mode of TSFN_EACH. It is on top of the other
   modules, which do not know it, so that an object of theirs brings no other.
   The modes but TSFN_EACH are the author's to name. */

#include "crossing/codec.h"

#include "record/each.h"
#include "record/record.h"

const struct tsfn__codec tsfn__record_codec = {
    .check = tsfn__record_check,
    .same = tsfn__record_same,
    .is_plain = tsfn__record_is_plain,
    .slot_size = tsfn__record_slot_size,
    .open_copies = tsfn__record_open_copies,
    .close_copies = tsfn__record_close_copies,
    .gather = tsfn__record_gather,
    .place = tsfn__record_place,
    .discard = tsfn__record_discard,
    .push = tsfn__record_push,
    .destroy = tsfn__record_destroy,
    .each = &tsfn__delivery_each,
};
