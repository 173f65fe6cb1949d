/* SPDX-License-Identifier: MIT */
#ifndef TSFN__EVENTS_H
#define TSFN__EVENTS_H

/* Events of the process object. All addons of an environment that link the
   library share one listener for each event, so that ten of them do not make
   the host warn of a leak: the first one makes it, and whoever leaves last
   takes it off. realm.c and environment.c listen while the realm is open. Loop
   thread; what the program puts in the place of process.on and
   process.removeListener runs inside.

   `callback` is called without arguments. What it answers is used for
   'beforeExit' alone: true asks to be called once more, with true, as soon as
   the loop goes on after all. */

#include <node_api.h>

/* Has the host call `callback` with `data` at each `event`, until *leave is
   handed to leave. Where the host refuses *leave is NULL, and nothing is ever
   called; no exception is left. */
void tsfn__events_listen(napi_env env, const char *event,
                         napi_callback callback, void *data, napi_ref *leave);

/* Ends that; *leave becomes NULL, and NULL is no failure. Where JavaScript
   cannot run the listener stays, and its environment never runs it again. */
void tsfn__events_leave(napi_env env, napi_ref *leave);

#endif
