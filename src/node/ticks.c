/* SPDX-License-Identifier: MIT */
#include "node/ticks.h"

#include "node/exception.h"
#include "node/host.h"
#include "node/reference.h"
#include "os/os.h"

bool
tsfn__ticks_find(const struct tsfn__realm *realm, struct tsfn__ticks *out) {
  out->receiver = tsfn__reference_get(realm->env, realm->process);
  out->function = tsfn__reference_get(realm->env, realm->tick);
  out->frame = NULL;
  out->moved = NULL;
  return out->receiver != NULL && out->function != NULL;
}

/* --- with a frame -------------------------------------------------------- */

/* JavaScript cannot ask for the frame that it runs in. But an AsyncResource
   keeps the frame that it was made in, under a symbol; so `current` makes one
   and reads it. Its type is empty, so that the host calls no hook of
   async_hooks for it. While the program has such hooks, the host refuses an
   empty type. From then on `current` answers an object that is like no other,
   and each call gets a crossing of its own. */
static const char source[] =
    "(function (AsyncResource, process, tick, moved) {\n"
    "'use strict';\n"
    "const options = { requireManualDestroy: true };\n"
    "let key;\n"
    "const current = () => {\n"
    "  if (key === undefined) return {};\n"
    "  try { return new AsyncResource('', options)[key]; }\n"
    "  catch { key = undefined; return {}; }\n"
    "};\n"
    "try {\n"
    "  key = Object.getOwnPropertySymbols(new AsyncResource('', options))\n"
    "    .find(({ description }) => description === 'context_frame');\n"
    "} catch {}\n"
    "const turn = (frame) => {\n"
    "  tick.call(process);\n"
    "  if (current() === frame) return true;\n"
    "  moved[0] = 1;\n"
    "  return false;\n"
    "};\n"
    "return [current, turn];\n"
    "})";

/* The realm's part. */
struct frames {
  struct tsfn__part part; /* first: it is cast back to this */
  napi_ref current;       /* () => frame; NULL: it could not be made */
  napi_ref turn;          /* (frame) => whether it is the context still */
  int32_t *moved;         /* turn sets it to 1 where the context has changed */
};

/* Answers true also where the functions could not be made. Both references are
   NULL then, and the ticks are run without a frame. */
TSFN__OS_COLD static bool
open_frames(struct tsfn__part *part, struct tsfn__realm *realm) {
  struct frames *self = (struct frames *)part;
  napi_env env = realm->env;
  struct tsfn__ticks ticks;
  napi_value with[4], pair, current, turn, ignored;
  bool is_made = tsfn__ticks_find(realm, &ticks) &&
                 tsfn__host_async_resource(env, &with[0]);
  if (is_made) {
    with[1] = ticks.receiver;
    with[2] = ticks.function;
    is_made = tsfn__host_words(env, 1, &self->moved, &with[3]) &&
              tsfn__host_call_source(env, source, 4, with, &pair) &&
              napi_get_element(env, pair, 0, &current) == napi_ok &&
              napi_get_element(env, pair, 1, &turn) == napi_ok &&
              tsfn__reference_make(env, turn, &self->turn) &&
              tsfn__reference_make(env, current, &self->current);
  }
  if (!is_made) (void)tsfn__exception_take(env, &ignored);
  return true;
}

TSFN__OS_COLD static void
close_frames(struct tsfn__part *part, napi_env env) {
  struct frames *self = (struct frames *)part;
  tsfn__reference_drop(env, &self->current);
  tsfn__reference_drop(env, &self->turn);
}

static const struct tsfn__part_ops frames_ops = {sizeof(struct frames),
                                                 open_frames, close_frames};

bool
tsfn__ticks_find_with_frame(struct tsfn__realm *realm,
                            struct tsfn__ticks *out) {
  napi_env env = realm->env;
  napi_value ignored;
  if (!tsfn__ticks_find(realm, out)) return false;
  struct frames *self = (struct frames *)tsfn__realm_part(realm, &frames_ops);
  napi_value current =
      self == NULL ? NULL : tsfn__reference_get(env, self->current);
  if (current == NULL) return true;
  napi_value turn = tsfn__reference_get(env, self->turn);
  if (napi_call_function(env, out->receiver, current, 0, NULL, &out->frame) ==
      napi_ok) {
    out->function = turn;
    out->moved = self->moved;
    *self->moved = 0;
  } else {
    out->frame = NULL;
    (void)tsfn__exception_take(env, &ignored);
  }
  return true;
}

/* --- running them -------------------------------------------------------- */

enum tsfn__ticks_end
tsfn__ticks_run(const struct tsfn__ticks *self, napi_env env) {
  napi_status status =
      napi_call_function(env, self->receiver, self->function,
                         self->frame != NULL, &self->frame, NULL);
  if (status != napi_ok) return tsfn__ticks_report(env);
  return self->frame == NULL || *self->moved == 0 ? TSFN__TICKS_RAN
                                                  : TSFN__TICKS_RAN_ELSEWHERE;
}

enum tsfn__ticks_end
tsfn__ticks_report(napi_env env) {
  napi_value error;
  if (!tsfn__exception_take(env, &error)) return TSFN__TICKS_CANNOT_RUN;
  /* A tick's exception is reported inside of the crossing, unlike a callback's.
     The host's stack of async ids still has the tick's, which only a report
     takes off; moved there, it makes the host end the process when the crossing
     ends. */
  tsfn__exception_hand_over(env, error);
  return TSFN__TICKS_THREW;
}
