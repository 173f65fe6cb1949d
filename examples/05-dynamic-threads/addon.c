/* SPDX-License-Identifier: MIT */
/* makeTeam(name, each): threads of our own that JavaScript starts and stops
   while they run.

     start()   one more thread; it calls back until it is told to stop
     stop()    tells the thread that runs longest to stop; false: none runs
     end()     tells every thread to stop; what is queued still arrives
     abort()   closes at once; what is queued does not arrive
     closed()  a promise: after end() or abort(), when every thread is joined

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
struct crew {
  char name[32];
  struct roster *roster;
};

/* What the JavaScript object wraps: freed by team_drop. */
struct team {
  tsfn_function
      *fn; /* NULL: it has ended, and the object has no use any more */
  napi_env env;
  napi_ref closed; /* the promise */
};

/* True if a Node-API call went well; else an exception is pending. */
static bool
ok(napi_env env, napi_status status) {
  if (status == napi_ok) return true;
  /* An exception that is pending already stays. */
  tsfn_throw(env, "team", TSFN_FAILURE, "Node-API answered %d", (int)status);
  return false;
}

/* --- the thread ---------------------------------------------------------- */

struct counted {
  uint32_t worker;
  uint32_t count;
};

/* each(worker, count), for a struct. */
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

/* each(team, text), for a string. The name comes from the context. */
static void
call_with_text(napi_env env, napi_value callback, void *context, void *item) {
  const struct crew *crew = context;
  const char *text = item;
  const size_t all = NAPI_AUTO_LENGTH;
  napi_value undefined, arguments[2];
  if (env == NULL) return;
  if (ok(env, napi_get_undefined(env, &undefined)) &&
      ok(env, napi_create_string_utf8(env, crew->name, all, &arguments[0])) &&
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
  const struct crew *crew = context;
  while (roster->first != NULL) {
    struct worker *worker = roster->first;
    roster->first = worker->next;
    pthread_join(worker->thread, NULL);
    free(worker);
  }
  if (env != NULL && roster->closed != NULL) {
    char text[64];
    napi_value value;
    snprintf(text, sizeof text, "%s: %" PRIu32 " threads joined", crew->name,
             roster->count);
    if (ok(env, napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value)))
      ok(env, napi_resolve_deferred(env, roster->closed, value));
  }
  free(roster);
}

static void
free_crew(void *context) {
  free(context);
}

/* --- the JavaScript object ----------------------------------------------- */

TSFN_METHOD(team, start, "One more thread; it calls back until it is stopped.",
            TSFN_NONE, void)
TSFN_METHOD(team, stop, "Stops the thread that runs longest; false: none runs.",
            TSFN_NONE, bool)
TSFN_METHOD(team, end, "Stops every thread; what is queued still arrives.",
            TSFN_NONE, void)
TSFN_METHOD(team, abort, "Ends at once; what is queued does not arrive.",
            TSFN_NONE, void)
TSFN_METHOD(team, closed,
            "Resolves after end() or abort(), when all are joined.", TSFN_NONE,
            promise(nonnull(string)))
#define TEAM(METHOD)                                                           \
  METHOD(team, start)                                                          \
  METHOD(team, stop)                                                           \
  METHOD(team, end)                                                            \
  METHOD(team, abort)                                                          \
  METHOD(team, closed)

static void team_drop(struct team *self);
TSFN_OBJECT(team, "Threads that call back.", TEAM, team_drop)

/* What a method answers becomes an exception, "team.start: ...": TSFN_CLOSING
   after the end. */
static tsfn_status
team_start(napi_env env, struct team *self, team_start_arguments *args) {
  (void)args;
  if (self->fn == NULL) return TSFN_CLOSING;
  struct roster *roster = ((struct crew *)tsfn_context(self->fn))->roster;
  struct worker *worker = calloc(1, sizeof *worker);
  if (worker == NULL) return TSFN_NO_MEMORY;
  worker->fn = self->fn;
  worker->number = roster->count + 1;
  worker->next = roster->first;
  atomic_init(&worker->stop, false);

  /* The use is taken here and not by the thread itself: by the time that it
     runs, the last use might be gone. */
  tsfn_status status = tsfn_acquire(worker->fn);
  if (status != TSFN_OK) {
    free(worker);
    return status;
  }
  if (pthread_create(&worker->thread, NULL, run, worker) != 0) {
    tsfn_release(worker->fn);
    free(worker);
    tsfn_throw(env, "team.start", TSFN_NO_MEMORY, "no thread can be started");
    return TSFN_PENDING_EXCEPTION;
  }
  roster->first = worker;
  roster->count++;
  return TSFN_OK;
}

static tsfn_status
team_stop(napi_env env, struct team *self, team_stop_arguments *args,
          bool *result) {
  (void)env;
  (void)args;
  if (self->fn == NULL) return TSFN_CLOSING;
  const struct crew *crew = tsfn_context(self->fn);
  struct worker *oldest = NULL;
  for (struct worker *w = crew->roster->first; w != NULL; w = w->next)
    if (!atomic_load(&w->stop)) oldest = w;
  if (oldest != NULL) atomic_store(&oldest->stop, true);
  *result = oldest != NULL;
  return TSFN_OK;
}

/* Gives the object's use back. Whoever has none may not touch the function. */
static void
team_release(struct team *self) {
  tsfn_function *fn = self->fn;
  self->fn = NULL;
  tsfn_release(fn);
}

/* Every thread says goodbye and gives its use back; the last use closes the
   function, which delivers what is queued and then finalizes. */
static tsfn_status
team_end(napi_env env, struct team *self, team_end_arguments *args) {
  (void)env;
  (void)args;
  if (self->fn == NULL) return TSFN_CLOSING;
  const struct crew *crew = tsfn_context(self->fn);
  for (struct worker *w = crew->roster->first; w != NULL; w = w->next)
    atomic_store(&w->stop, true);
  team_release(self);
  return TSFN_OK;
}

/* No flag: the threads learn it from their next call, or from the one in which
   they wait. Abort takes no use, so the object's is given back all the same. */
static tsfn_status
team_abort(napi_env env, struct team *self, team_abort_arguments *args) {
  (void)env;
  (void)args;
  if (self->fn == NULL) return TSFN_CLOSING;
  tsfn_abort(self->fn);
  team_release(self);
  return TSFN_OK;
}

static napi_value
team_closed(napi_env env, struct team *self, team_closed_arguments *args) {
  napi_value closed;
  (void)args;
  return ok(env, napi_get_reference_value(env, self->closed, &closed)) ? closed
                                                                       : NULL;
}

/* The object was collected, or its environment ends. If nobody said end() or
   abort(), the threads still run. */
static void
team_drop(struct team *self) {
  if (self->fn != NULL) {
    tsfn_abort(self->fn);
    team_release(self);
  }
  if (self->closed != NULL) napi_delete_reference(self->env, self->closed);
  free(self);
}

/* --- makeTeam() ---------------------------------------------------------- */

/* The kinds cannot tell how three kinds of calls call `each`, so the signature
   is written here. */
#define MAKE_TEAM(ARGUMENT)                                                    \
  ARGUMENT(nonnull(string), name) ARGUMENT(bare_callback, each)
TSFN_EXPORT_AS(makeTeam, "Makes a team, which has no threads yet.", MAKE_TEAM,
               object(team),
               "(\n"
               "  name: string,\n"
               "  each: (...args: [] | [worker: number, count: number] |\n"
               "    [team: string, text: string]) => void,\n"
               "): Team")

/* Makes the function, with what it frees at its end. */
static tsfn_status
make_function(napi_env env, const makeTeam_arguments *args, struct team *team) {
  struct crew *crew = calloc(1, sizeof *crew);
  struct roster *roster = calloc(1, sizeof *roster);
  tsfn_status status = TSFN_NO_MEMORY;
  if (crew != NULL && roster != NULL) {
    snprintf(crew->name, sizeof crew->name, "%s", args->name);
    crew->roster = roster;
    tsfn_options options = {
        .name = "team",
        .errors = TSFN_VALUES_ONLY, /* tsfn_call: each(), without err */
        .max_queue_size = 8,
        .context = crew,
        .free_context = free_crew,
        .finalize = finalize,
        .finalize_data = roster,
    };
    status = tsfn_create(env, args->each, &options, &team->fn);
  }
  if (status != TSFN_OK) {
    free(roster);
    free(crew);
  }
  return status;
}

static bool
make_promise(napi_env env, struct team *team) {
  const struct crew *crew = tsfn_context(team->fn);
  napi_value closed;
  team->env = env;
  return ok(env, napi_create_promise(env, &crew->roster->closed, &closed)) &&
         ok(env, napi_create_reference(env, closed, 1, &team->closed));
}

static tsfn_status
makeTeam(napi_env env, makeTeam_arguments *args, struct team **result) {
  struct team *team = calloc(1, sizeof *team);
  if (team == NULL) return TSFN_NO_MEMORY;
  tsfn_status status = make_function(env, args, team);
  if (status == TSFN_OK && !make_promise(env, team))
    status = TSFN_PENDING_EXCEPTION;
  if (status == TSFN_OK)
    *result = team; /* the object's from here on */
  else
    team_drop(team);
  return status;
}

#define EXPORTS(EXPORT) EXPORT(makeTeam)
TSFN_MODULE(EXPORTS)
