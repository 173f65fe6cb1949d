/* SPDX-License-Identifier: MIT */

/* What the kinds string and slice bring with them (borrowing.h). */

#include "core/arena.h"
#include "record/borrowing.h"

const struct tsfn__borrowing tsfn__borrowing_text = {
    .open = tsfn__arena_open,
    .close = tsfn__arena_close,
};
