/* SPDX-License-Identifier: MIT */

/* What the kinds string and slice bring with them (kind_ops.h). */

#include "core/arena.h"
#include "record/kind_ops.h"

const struct tsfn__kind_ops tsfn__text_kind = {
    .open = tsfn__arena_open,
    .close = tsfn__arena_close,
};
