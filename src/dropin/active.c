/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "os/os.h"
#include "tsfn/dropin.h"

bool
tsfn__dropin_is_here(const tsfn__dropin_address *addresses, size_t count) {
  static const char anchor;
  for (size_t i = 0; i < count; i++) {
    const void *address;
    memcpy(&address, &addresses[i], sizeof address);
    if (!tsfn__os_is_beside(&anchor, address)) return false;
  }
  return true;
}
