/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DROPIN_GRAVES_H
#define TSFN__DROPIN_GRAVES_H

/* Handles that outlive their function. A call that hears napi_closing has lost
   its use by that, and addons call once more all the same, from a thread that
   did not stop at a worker's end. So the handle of a function that ended with
   its environment keeps its memory, 1.5 KB, without what belonged to it: each
   call finds it closed. The 1,024 that ended last are kept. */

#include "function/function.h"

/* Any thread: instead of tsfn__function_free. A function that ended otherwise
   is freed. */
void tsfn__dropin_bury(tsfn_function *function);

#endif
