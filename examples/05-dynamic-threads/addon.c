/* SPDX-License-Identifier: MIT */
/* new Team(name, callback): threads of our own that JavaScript starts and stops
   while they run.

     start()   one more thread; it calls back until it is told to stop
     stop()    tells the thread that runs longest to stop; false: none runs
     end()     tells every thread to stop; what is queued still arrives
     abort()   closes at once; what is queued does not arrive
     closed    a promise: after end() or abort(), when every thread is joined

   Whoever may call the function holds a use of it: the JavaScript object the
   one that tsfn_create took, until end() or abort(); each thread one that
   start() acquired for it, until the thread releases it. */

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tsfn.h>

/* One thread. Everything but `stop` is set before it starts. */
struct worker {
  struct worker *next;
  tsfn_function *fn;
  pthread_t thread;
  uint32_t number;
  atomic_bool stop; /* our own flag: JavaScript sets it, the thread reads it */
};

/* The finalizer's data, loop thread only: freed by finalize. */
struct roster {
  struct worker *first; /* the newest */
  uint32_t count;
  napi_deferred closed;
};

/* The context: freed by free_context, after the last use. */
struct team {
  char name[32];
  struct roster *roster;
};

/* True if a Node-API call went well; else an exception is pending that says
   what was wrong. */
static bool
ok(napi_env env, napi_status status) {
  const napi_extended_error_info *info;
  bool pending = false;
  if (status == napi_ok) return true;
  if (napi_get_last_error_info(env, &info) == napi_ok &&
      napi_is_exception_pending(env, &pending) == napi_ok && !pending)
    napi_throw_error(env, NULL,
                     info->error_message ? info->error_message : "it failed");
  return false;
}

/* --- the thread ---------------------------------------------------------- */

struct counted {
  uint32_t worker;
  uint32_t count;
};

/* callback(worker, count), for a struct. */
static void
call_with_counted(napi_env env, napi_value callback, void *context,
                  void *item) {
  const struct counted *counted = item;
  napi_value undefined, arguments[2];
  (void)context;
  if (env == NULL) return; /* JavaScript cannot run, and nothing is to free. */
  if (ok(env, napi_get_undefined(env, &undefined)) &&
      ok(env, napi_create_uint32(env, counted->worker, &arguments[0])) &&
      ok(env, napi_create_uint32(env, counted->count, &arguments[1])))
    ok(env, napi_call_function(env, undefined, callback, 2, arguments, NULL));
}

/* callback(team, text), for a string. The name comes from the context. */
static void
call_with_text(napi_env env, napi_value callback, void *context, void *item) {
  const struct team *team = context;
  const char *text = item;
  const size_t all = NAPI_AUTO_LENGTH;
  napi_value undefined, arguments[2];
  if (env == NULL) return;
  if (ok(env, napi_get_undefined(env, &undefined)) &&
      ok(env, napi_create_string_utf8(env, team->name, all, &arguments[0])) &&
      ok(env, napi_create_string_utf8(env, text, all, &arguments[1])))
    ok(env, napi_call_function(env, undefined, callback, 2, arguments, NULL));
}

/* Says that it is there (no arguments), counts (a struct) until it is told to
   stop, says goodbye (a string). The queue is bounded, so a thread that is
   faster than JavaScript waits in its call. A function that is closing ends the
   loop too: abort() and the end of the environment need no flag. */
static void *
run(void *data) {
  struct worker *self = data;
  struct counted item = {.worker = self->number, .count = 0};
  tsfn_status status = tsfn_call(self->fn, NULL, 0, TSFN_BLOCKING);
  while (status == TSFN_OK && !atomic_load(&self->stop)) {
    item.count++;
    status = tsfn_call_with(self->fn, call_with_counted, &item, sizeof item,
                            TSFN_BLOCKING);
  }
  if (status == TSFN_OK) {
    char text[32];
    snprintf(text, sizeof text, "thread %" PRIu32 " stops", self->number);
    status = tsfn_call_with(self->fn, call_with_text, text, strlen(text) + 1,
                            TSFN_BLOCKING);
  }
  /* Whatever the calls answered, the use is ours to give back. */
  tsfn_release(self->fn);
  return NULL;
}

/* --- the end: finalize, then free_context -------------------------------- */

/* Loop thread, once, after the last callback. Every thread has been told to
   stop, or its calls answer TSFN_CLOSING: so joining does not wait for long. */
static void
finalize(napi_env env, void *data, void *context) {
  struct roster *roster = data;
  const struct team *team = context;
  while (roster->first != NULL) {
    struct worker *worker = roster->first;
    roster->first = worker->next;
    pthread_join(worker->thread, NULL);
    free(worker);
  }
  if (env != NULL && roster->closed != NULL) {
    char text[64];
    napi_value value;
    snprintf(text, sizeof text, "%s: %" PRIu32 " threads joined", team->name,
             roster->count);
    if (ok(env, napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value)))
      ok(env, napi_resolve_deferred(env, roster->closed, value));
  }
  free(roster);
}

static void
free_team(void *context) {
  free(context);
}

/* --- the JavaScript object ----------------------------------------------- */

/* Marks our objects, so that no other's is ever taken for one. */
static const napi_type_tag team_tag = {0x6f1d3a5be0c84f27, 0x9b42d7c1850ae36f};

/* The object was collected and nobody said end() or abort(). */
static void
drop_team(napi_env env, void *data, void *hint) {
  tsfn_function *fn = data;
  (void)env;
  (void)hint;
  tsfn_abort(fn);
  tsfn_release(fn);
}

/* The team's function, or NULL and an exception. `unwrap` is napi_unwrap or
   napi_remove_wrap: with the latter the object's use becomes the caller's. */
static tsfn_function *
get_function(napi_env env, napi_callback_info info,
             napi_status (*unwrap)(napi_env, napi_value, void **)) {
  napi_value self;
  void *fn;
  bool is_team = false;
  if (!ok(env, napi_get_cb_info(env, info, NULL, NULL, &self, NULL)))
    return NULL;
  if (napi_check_object_type_tag(env, self, &team_tag, &is_team) != napi_ok ||
      !is_team) {
    napi_throw_type_error(env, NULL, "this is not a Team");
    return NULL;
  }
  if (unwrap(env, self, &fn) != napi_ok) {
    napi_throw_error(env, NULL, "the team has ended");
    return NULL;
  }
  return fn;
}

/* From here on every failure ends in tsfn_release, and finalize and
   free_context do the rest. */
static napi_value
make_team(napi_env env, napi_value self, tsfn_function *fn) {
  struct team *team = tsfn_context(fn);
  napi_value closed;
  if (ok(env, napi_create_promise(env, &team->roster->closed, &closed)) &&
      ok(env, napi_set_named_property(env, self, "closed", closed)) &&
      ok(env, napi_type_tag_object(env, self, &team_tag)) &&
      ok(env, napi_wrap(env, self, fn, drop_team, NULL, NULL)))
    return self;
  tsfn_release(fn);
  return NULL;
}

static napi_value
construct(napi_env env, napi_callback_info info) {
  napi_value self, new_target, arguments[2];
  size_t count = 2;
  char name[sizeof((struct team *)0)->name];
  if (!ok(env, napi_get_cb_info(env, info, &count, arguments, &self, NULL)) ||
      !ok(env, napi_get_new_target(env, info, &new_target)))
    return NULL;
  if (new_target == NULL) {
    napi_throw_type_error(env, NULL, "Team is a class: use new");
    return NULL;
  }
  if (napi_get_value_string_utf8(env, arguments[0], name, sizeof name, NULL) !=
      napi_ok) {
    napi_throw_type_error(env, NULL, "new Team: name is not a string");
    return NULL;
  }

  struct team *team = calloc(1, sizeof *team);
  struct roster *roster = calloc(1, sizeof *roster);
  tsfn_function *fn = NULL;
  if (team == NULL || roster == NULL) {
    napi_throw_error(env, NULL, "new Team: out of memory");
  } else {
    memcpy(team->name, name, sizeof name);
    team->roster = roster;
    tsfn_options options = {
        .name = "team",
        .errors = TSFN_VALUES_ONLY, /* tsfn_call: callback(), without err */
        .max_queue_size = 8,
        .context = team,
        .free_context = free_team,
        .finalize = finalize,
        .finalize_data = roster,
    };
    tsfn_create(env, arguments[1], &options, &fn);
  }
  if (fn == NULL) {
    free(roster);
    free(team);
    return NULL;
  }
  return make_team(env, self, fn);
}

static napi_value
start(napi_env env, napi_callback_info info) {
  tsfn_function *fn = get_function(env, info, napi_unwrap);
  if (fn == NULL) return NULL;
  struct roster *roster = ((struct team *)tsfn_context(fn))->roster;
  struct worker *worker = calloc(1, sizeof *worker);
  if (worker == NULL) {
    napi_throw_error(env, NULL, "start: out of memory");
    return NULL;
  }
  worker->fn = fn;
  worker->number = roster->count + 1;
  worker->next = roster->first;
  atomic_init(&worker->stop, false);

  /* The use is taken here and not by the thread itself: by the time that it
     runs, the last use might be gone. */
  tsfn_status status = tsfn_acquire(fn);
  if (status != TSFN_OK) {
    napi_throw_error(env, tsfn_status_name(status),
                     tsfn_status_message(status));
    free(worker);
    return NULL;
  }
  if (pthread_create(&worker->thread, NULL, run, worker) != 0) {
    napi_throw_error(env, NULL, "start: no thread can be made");
    tsfn_release(fn);
    free(worker);
    return NULL;
  }
  roster->first = worker;
  roster->count++;
  return NULL;
}

static napi_value
stop(napi_env env, napi_callback_info info) {
  tsfn_function *fn = get_function(env, info, napi_unwrap);
  if (fn == NULL) return NULL;
  const struct team *team = tsfn_context(fn);
  struct worker *oldest = NULL;
  for (struct worker *w = team->roster->first; w != NULL; w = w->next)
    if (!atomic_load(&w->stop)) oldest = w;
  if (oldest != NULL) atomic_store(&oldest->stop, true);
  napi_value stopped;
  return ok(env, napi_get_boolean(env, oldest != NULL, &stopped)) ? stopped
                                                                  : NULL;
}

/* Every thread says goodbye and gives its use back; the last use closes the
   function, which delivers what is queued and then finalizes. */
static napi_value
end(napi_env env, napi_callback_info info) {
  tsfn_function *fn = get_function(env, info, napi_remove_wrap);
  if (fn == NULL) return NULL;
  const struct team *team = tsfn_context(fn);
  for (struct worker *w = team->roster->first; w != NULL; w = w->next)
    atomic_store(&w->stop, true);
  tsfn_release(fn);
  return NULL;
}

/* No flag: the threads learn it from their next call, or from the one in which
   they wait. Abort takes no use, so the object's is given back all the same. */
static napi_value
abort_team(napi_env env, napi_callback_info info) {
  tsfn_function *fn = get_function(env, info, napi_remove_wrap);
  if (fn == NULL) return NULL;
  tsfn_abort(fn);
  tsfn_release(fn);
  return NULL;
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor methods[] = {
      {.utf8name = "start", .method = start},
      {.utf8name = "stop", .method = stop},
      {.utf8name = "end", .method = end},
      {.utf8name = "abort", .method = abort_team},
  };
  napi_value team;
  if (ok(env,
         napi_define_class(env, "Team", NAPI_AUTO_LENGTH, construct, NULL,
                           sizeof methods / sizeof *methods, methods, &team)))
    ok(env, napi_set_named_property(env, exports, "Team", team));
  return exports;
}
