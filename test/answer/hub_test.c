/* SPDX-License-Identifier: MIT */

/* The stack of settled promises, with a function and an environment that are
   fakes: each node is finished once, by whoever is bound to. */

#include "answer/hub.h"

#include "../core/crew.h"
#include "node/environment.h"
#include "node/exception.h"

/* --- the fakes ----------------------------------------------------------- */

static atomic_bool is_closed;
static atomic_long uses;
static atomic_long waiting; /* items that were accepted, and not run */
static atomic_long calls;
static atomic_bool has_no_memory;
static atomic_bool runs_behind_call; /* and than its return */
static atomic_bool runs_in_call; /* the loop thread is faster than the call */
static tsfn_options given;

static void run_items(void);
static struct tsfn__realm *no_realm;

/* Some address, for which the fakes do not look at. */
static napi_env
some_env(void) {
  return (napi_env)(void *)&given;
}

tsfn_status
tsfn_create(napi_env env, napi_value callback, const tsfn_options *options,
            tsfn_function **out) {
  (void)env, (void)callback;
  given = *options;
  *out = (tsfn_function *)(void *)&given;
  atomic_fetch_add(&uses, 1);
  return TSFN_OK;
}

tsfn_status
tsfn_acquire(tsfn_function *fn) {
  (void)fn;
  if (atomic_load(&is_closed)) return TSFN_CLOSING;
  atomic_fetch_add(&uses, 1);
  return TSFN_OK;
}

tsfn_status
tsfn_release(tsfn_function *fn) {
  (void)fn;
  atomic_fetch_sub(&uses, 1);
  return TSFN_OK;
}

tsfn_status
tsfn_call_pointer(tsfn_function *fn, void *pointer, tsfn_wait wait) {
  (void)fn, (void)pointer, (void)wait;
  if (atomic_exchange(&runs_in_call, false)) run_items();
  if (atomic_exchange(&has_no_memory, false)) return TSFN_NO_MEMORY;
  if (atomic_load(&is_closed)) return TSFN_CLOSING;
  atomic_fetch_add(&calls, 1);
  atomic_fetch_add(&waiting, 1);
  if (atomic_exchange(&runs_behind_call, false)) {
    run_items();
    CHECK(atomic_load(&uses) > 0); /* the call goes on */
  }
  return TSFN_OK;
}

struct tsfn__realm *
tsfn__environment_realm(napi_env env) {
  (void)env;
  return no_realm;
}

struct tsfn__part *
tsfn__realm_part(struct tsfn__realm *self, const struct tsfn__part_ops *ops) {
  (void)self, (void)ops;
  return NULL;
}

tsfn_status
tsfn__exception_throw(napi_env env, const char *name, tsfn_status status,
                      const char *format, ...) {
  (void)env, (void)name, (void)format;
  return status;
}

napi_status
napi_open_handle_scope(napi_env env, napi_handle_scope *scope) {
  (void)env;
  *scope = (napi_handle_scope)(void *)&given;
  return napi_ok;
}

napi_status
napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  (void)env, (void)scope;
  return napi_ok;
}

bool
tsfn__exception_take(napi_env env, napi_value *error) {
  (void)env, (void)error;
  return false;
}

bool
tsfn_is_closing(const tsfn_function *fn) {
  (void)fn;
  return atomic_load(&is_closed);
}

/* Runs the items that were accepted, on this thread, which is the loop's. */
static void
run_items(void) {
  while (atomic_load(&waiting) > 0) {
    bool can_run = !atomic_load(&is_closed);
    given.call_js(can_run ? some_env() : NULL, NULL, given.context, NULL);
    atomic_fetch_sub(&waiting, 1);
  }
}

/* --- nodes --------------------------------------------------------------- */

struct note {
  struct tsfn__hub_node node; /* first: it is cast back to this */
  atomic_int finished;
  atomic_bool had_env;
  int number;
};

static int last_number;

static void
finish_note(struct tsfn__hub_node *node, napi_env env) {
  struct note *self = (struct note *)node;
  atomic_store(&self->had_env, env != NULL);
  atomic_fetch_add(&self->finished, 1);
  if (env != NULL) last_number = self->number;
}

static struct tsfn__hub *
new_hub(void) {
  struct tsfn__hub *hub;
  atomic_store(&is_closed, false);
  atomic_store(&uses, 0);
  atomic_store(&waiting, 0);
  atomic_store(&calls, 0);
  CHECK_EQ(tsfn__hub_get(some_env(), &hub), TSFN_OK);
  return hub;
}

/* Ends the hub as the function would: the use of its creation is given back. */
static void
end_hub(struct tsfn__hub *hub) {
  tsfn__hub_release(hub);
  CHECK_EQ(atomic_load(&uses), 0);
  given.finalize(NULL, given.finalize_data, given.context);
  given.free_context(given.context);
}

static void
push(struct tsfn__hub *hub, struct note *note, int number) {
  note->node.finish = finish_note;
  note->number = number;
  atomic_fetch_add(&uses, 1);
  tsfn__hub_push(hub, &note->node);
}

TEST(one_wake, "what is pushed before the loop has its turn takes one item") {
  static struct note notes[100];
  struct tsfn__hub *hub = new_hub();
  for (int i = 0; i < 100; i++)
    push(hub, &notes[i], i);
  CHECK_EQ(atomic_load(&calls), 1);
  run_items();
  for (int i = 0; i < 100; i++)
    CHECK(notes[i].finished == 1 && notes[i].had_env);
  CHECK_EQ(last_number, 99);
  end_hub(hub);
}

TEST(some_at_once, "many take several items, so that the loop can turn") {
  static struct note notes[2500];
  struct tsfn__hub *hub = new_hub();
  for (int i = 0; i < 2500; i++)
    push(hub, &notes[i], i);
  CHECK_EQ(atomic_load(&calls), 1);
  run_items();
  CHECK_EQ(atomic_load(&calls), 3);
  for (int i = 0; i < 2500; i++)
    CHECK_EQ(notes[i].finished, 1);
  CHECK_EQ(last_number, 2499);
  end_hub(hub);
}

TEST(behind_the_call, "nodes are not taken before their pusher has called") {
  static struct note notes[1100];
  struct note last = {.number = 7};
  struct tsfn__hub *hub = new_hub();
  for (int i = 0; i < 1100; i++)
    push(hub, &notes[i], i);
  /* The first item finishes a thousand, and sends another one for the rest. */
  given.call_js(some_env(), NULL, given.context, NULL);
  atomic_fetch_sub(&waiting, 1);
  CHECK_EQ(atomic_load(&waiting), 1);
  /* That one runs between the push and the call of the next node. */
  atomic_store(&runs_in_call, true);
  push(hub, &last, 7);
  CHECK_EQ(notes[1099].finished, 1);
  CHECK_EQ(last.finished, 0);
  run_items();
  CHECK_EQ(last.finished, 1);
  end_hub(hub);
}

TEST(before_the_return, "the hub is there until the call has returned") {
  struct note note = {.number = 1};
  struct tsfn__hub *hub = new_hub();
  tsfn__hub_release(hub); /* but for the node's use nobody has one */
  atomic_store(&runs_behind_call, true);
  push(hub, &note, 1);
  CHECK_EQ(note.finished, 1);
  CHECK_EQ(atomic_load(&uses), 0);
  given.finalize(NULL, given.finalize_data, given.context);
  given.free_context(given.context);
}

TEST(refused, "who is refused finishes what was pushed, without an env") {
  static struct note notes[3];
  struct tsfn__hub *hub = new_hub();
  CHECK(!tsfn__hub_is_closed(hub));
  push(hub, &notes[0], 0);
  atomic_store(&is_closed, true);
  CHECK(tsfn__hub_is_closed(hub));
  push(hub, &notes[1], 1); /* behind one that an item was accepted for */
  CHECK_EQ(notes[1].finished, 0);
  run_items();
  push(hub, &notes[2], 2);
  for (int i = 0; i < 3; i++)
    CHECK(notes[i].finished == 1 && !notes[i].had_env);
  end_hub(hub);
}

TEST(no_memory, "an item without memory is tried again") {
  struct note note = {.number = 1};
  struct tsfn__hub *hub = new_hub();
  atomic_store(&has_no_memory, true);
  push(hub, &note, 1);
  run_items();
  CHECK(note.finished == 1 && note.had_env);
  end_hub(hub);
}

/* --- threads ------------------------------------------------------------- */

#define THREADS 3
#define NOTES 300

static struct note raced[THREADS][NOTES];
static struct tsfn__hub *raced_hub;
static atomic_int ended;

/* The last of the crew is the loop thread, which closes after some turns. */
static void
push_or_run(void *subject, int index) {
  const int *turns_to_close = subject;
  if (index < THREADS) {
    for (int i = 0; i < NOTES; i++)
      push(raced_hub, &raced[index][i], i);
    atomic_fetch_add(&ended, 1);
    return;
  }
  for (int turns = 0; atomic_load(&ended) < THREADS; turns++) {
    run_items();
    if (turns == *turns_to_close) atomic_store(&is_closed, true);
    tsfn__os_yield();
  }
}

TEST(c10_close_while_pushed,
     "each is finished once, whenever the close comes") {
  for (int round = 0; round < (int)test_scaled(60); round++) {
    static struct crew crew;
    int turns_to_close = round * 3;
    memset(raced, 0, sizeof raced);
    atomic_store(&ended, 0);
    raced_hub = new_hub();
    crew_start(&crew, THREADS + 1, push_or_run, &turns_to_close);
    crew_join(&crew);
    run_items();
    for (int t = 0; t < THREADS; t++)
      for (int i = 0; i < NOTES; i++)
        CHECK_EQ(raced[t][i].finished, 1);
    end_hub(raced_hub);
  }
}

TEST_MAIN()
