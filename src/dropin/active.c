/* SPDX-License-Identifier: MIT */

/* What tsfn_dropin_active asks (tsfn/dropin.h). The addon's source gives the
   addresses that its names are bound to. This is an object of its own, so that
   a linker takes it from the library only for an addon that asks. Any thread;
   never blocks. */

#include <string.h>

#include "own.h"

/* Whether an address is one of the layer's own functions. */
static bool
is_own(tsfn__dropin_address address) {
  for (size_t i = 0; i < TSFN__DROPIN_COUNT; i++)
    if (address == tsfn__dropin_own[i]) return true;
  return false;
}

/* Two questions, and neither alone is enough. An address in this image may be a
   stub that the linker made to reach the host's function. An address equal to
   the layer's own may be outside of this image, where the loader has bound both
   references to the host's.

   A variable of this file is in the image that the layer was linked into.
   memcpy stands for a conversion that C does not have, from a function's
   address to that of an object. */
bool
tsfn__dropin_is_here(const tsfn__dropin_address *addresses, size_t count) {
  static const char anchor;
  for (size_t i = 0; i < count; i++) {
    const void *address;
    memcpy(&address, &addresses[i], sizeof address);
    if (!is_own(addresses[i]) || !tsfn__os_is_beside(&anchor, address))
      return false;
  }
  return true;
}
