/* SPDX-License-Identifier: MIT */
#include "addon.h"

ADDON(tsfn_call(fn, &fn, sizeof fn, TSFN_NONBLOCKING), .call_js = call_js,
      .item_size = sizeof fn, .signal = arguments[1])
