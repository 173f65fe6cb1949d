/* SPDX-License-Identifier: MIT */

/* Contract 9: whoever waits for an answer hears, once. ask.c with a real
   channel and a fake host: a loop thread that answers at once, later or never,
   and that closes, aborts or shuts down at any moment, against one asker that
   waits, waits for a while, or leaves. */

#include "tsfn/ask.h"

#include "../core/crew.h"
#include "answer/await.h"
#include "answer/replies.h"
#include "answer/thrown.h"
#include "core/memory.h"
#include "crossing/give.h"
#include "function/function.h"
#include "node/exception.h"
#include "node/host.h"
#include "node/thread.h"
#include "record/record.h"

#define QUESTION(FIELD) FIELD(u32, id)
TSFN_RECORD(question, QUESTION)
TSFN_ASK(question, i32)

/* --- what the loop thread does ------------------------------------------- */

enum answering { AT_ONCE, LATER, NEVER, THROWS, REJECTS, CANNOT_RUN, WAYS };
enum ending {
  BY_RELEASE,
  BY_ABORT,
  BY_LOOP_ABORT,
  BY_SHUTDOWN,
  BY_ORPHAN,
  ENDS
};
enum leaving { STAYS, IS_HASTY, LEAVES, LEAVINGS };

static struct {
  tsfn_function function;
  enum answering answering;
  enum ending ending;
  struct tsfn__awaiter *awaiters[64];
  uint32_t ids[64]; /* of the awaiters */
  size_t awaited;
  uint32_t id; /* of the item that is given */
  bool is_pending;
  bool is_loop; /* what tsfn__thread_is_loop answers the asker */
  atomic_bool is_woken, is_final, shall_end;
  atomic_uint completed[TSFN_COMPLETION_COUNT];
  atomic_uint records; /* that were placed and not destroyed */
} loop;

static int some;

static napi_env
some_env(void) {
  return (napi_env)(void *)&some;
}

/* --- fakes: records ------------------------------------------------------ */

const tsfn_delivery tsfn__replies_together; /* each ticket by itself */
const struct tsfn__codec tsfn__record_codec;

bool
tsfn__record_same(const tsfn_record *a, const tsfn_record *b) {
  return a == b;
}

bool
tsfn__record_is_plain(const tsfn_record *type) {
  return type == NULL;
}

size_t
tsfn__record_slot_size(const tsfn_record *type) {
  return type->size;
}

tsfn_status
tsfn__record_gather(const tsfn_record *type, const tsfn_allocator *allocator,
                    const void *item, void **copies) {
  (void)type, (void)allocator;
  *copies = NULL;
  return ((const question *)item)->id == UINT32_MAX ? TSFN_INVALID : TSFN_OK;
}

void
tsfn__record_place(const tsfn_record *type, void *slot, const void *item,
                   void *copies) {
  (void)copies;
  memcpy(slot, item, type->size);
  atomic_fetch_add(&loop.records, 1);
}

void
tsfn__record_discard(const tsfn_record *type, const tsfn_allocator *allocator,
                     void *copies) {
  (void)type, (void)allocator, (void)copies;
  atomic_fetch_sub(&loop.records, 1); /* of a ticket that was not accepted */
}

void
tsfn__record_destroy(const tsfn_record *type, const tsfn_allocator *allocator,
                     void *slot) {
  (void)type, (void)allocator, (void)slot;
  atomic_fetch_sub(&loop.records, 1);
}

/* A reply is the question's id and one. */
tsfn_status
tsfn__record_from_values(napi_env env, const tsfn_record *type,
                         const napi_value *values, void *out) {
  (void)env, (void)type;
  *(int32_t *)out = (int32_t)(uintptr_t)values[0];
  return TSFN_OK;
}

void
tsfn_record_clear(const tsfn_record *type, void *record) {
  memset(record, 0, type->size);
}

/* --- fakes: JavaScript --------------------------------------------------- */

napi_status
tsfn__give_fill_record(const struct tsfn__giving *self, void *slot,
                       tsfn_arguments *out) {
  (void)self, (void)out;
  loop.id = ((question *)slot)->id;
  return napi_ok;
}

napi_status
napi_call_function(napi_env env, napi_value receiver, napi_value function,
                   size_t count, const napi_value *values, napi_value *result) {
  (void)env, (void)receiver, (void)function, (void)count, (void)values;
  *result = (napi_value)(uintptr_t)(loop.id + 1);
  loop.is_pending = loop.answering == THROWS;
  if (loop.answering == CANNOT_RUN) return napi_generic_failure;
  return loop.is_pending ? napi_pending_exception : napi_ok;
}

bool
tsfn__host_can_run(napi_env env) {
  (void)env;
  return loop.answering != CANNOT_RUN;
}

bool
tsfn__exception_is_pending(napi_env env) {
  (void)env;
  return loop.is_pending;
}

/* What is taken is nobody's to look at. */
napi_value
tsfn__exception_take_or(napi_env env, tsfn_status status, const char *message) {
  (void)env, (void)status, (void)message;
  loop.is_pending = false;
  return NULL;
}

void
tsfn__thrown_read(napi_env env, napi_value thrown, tsfn_error *out) {
  (void)env, (void)thrown;
  memset(out, 0, sizeof *out);
}

/* Each reply may be one. */
napi_status
napi_typeof(napi_env env, napi_value value, napi_valuetype *result) {
  (void)env, (void)value;
  *result = napi_object;
  return napi_ok;
}

enum tsfn__await_end
tsfn__await(struct tsfn__outlet *outlet, napi_value value,
            struct tsfn__awaiter *awaiter) {
  (void)outlet, (void)value;
  if (loop.answering != LATER && loop.answering != NEVER &&
      loop.answering != REJECTS)
    return TSFN__AWAIT_PLAIN;
  CHECK(loop.awaited < 64);
  loop.ids[loop.awaited] = loop.id;
  loop.awaiters[loop.awaited++] = awaiter;
  return TSFN__AWAIT_WAITS;
}

static void
settle_all(napi_env env) {
  while (loop.awaited > 0) {
    size_t last = --loop.awaited;
    napi_value value = (napi_value)(uintptr_t)(loop.ids[last] + 1);
    struct tsfn__awaiter *awaiter = loop.awaiters[last];
    awaiter->settled(awaiter, env, loop.answering == REJECTS, value);
  }
}

void
tsfn__outlet_tell(const struct tsfn__outlet *self, tsfn_call_js call_js,
                  struct tsfn__item item, tsfn_completion how, bool is_shown) {
  (void)self, (void)call_js, (void)item, (void)is_shown;
  atomic_fetch_add(&loop.completed[how], 1);
}

bool
tsfn__thread_is_loop(void) {
  return loop.is_loop;
}

/* --- the fake host ------------------------------------------------------- */

static void
on_wake(struct tsfn__channel *channel) {
  (void)channel;
  atomic_store(&loop.is_woken, true);
}

static tsfn_completion
completion_of(enum tsfn__outcome outcome) {
  switch (outcome) {
  case TSFN__OUTCOME_DELIVERED:
    return TSFN_COMPLETION_DELIVERED;
  case TSFN__OUTCOME_WITHDRAWN:
    return TSFN_COMPLETION_WITHDRAWN;
  case TSFN__OUTCOME_CANNOT_RUN:
    return TSFN_COMPLETION_CANNOT_RUN_JS;
  default:
    CHECK(!"an outcome that no ask has");
  }
  return TSFN_COMPLETION_THREW;
}

static void
on_deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  struct tsfn__outlet *outlet = tsfn__outlet_of(channel);
  struct tsfn__giving giving = {.env = some_env(), .outlet = outlet};
  (void)budget;
  for (;;) {
    struct tsfn__run run = tsfn__queue_peek(&channel->queue);
    if (run.count == 0 || tsfn__lifecycle_is_stopped(&channel->lifecycle))
      return;
    struct tsfn__box *box = tsfn__item_box(run.slots);
    enum tsfn__outcome outcome = box->ops->give(&giving, box);
    tsfn__channel_complete(channel, &run, 1, completion_of(outcome));
    if (outcome == TSFN__OUTCOME_CANNOT_RUN)
      tsfn__channel_orphan(channel, TSFN_COMPLETION_CANNOT_RUN_JS);
  }
}

static void
on_complete(struct tsfn__channel *channel, const struct tsfn__run *run,
            tsfn_completion how) {
  bool is_shown = how == TSFN_COMPLETION_DELIVERED;
  for (size_t i = 0; i < run->count; i++) {
    struct tsfn__box *box =
        tsfn__item_box(run->slots + i * tsfn__queue_slot_size(&channel->queue));
    box->ops->end(tsfn__outlet_of(channel), box, how, is_shown);
  }
}

static void
on_closed(struct tsfn__channel *channel) {
  (void)channel;
}

/* As the attachment of await.c: nothing is awaited behind it. */
static void
on_drained(struct tsfn__channel *channel) {
  (void)channel;
  settle_all(NULL);
}

static void
on_destroy(struct tsfn__channel *channel) {
  tsfn__channel_deinit(channel);
}

static const struct tsfn__channel_ops ops = {on_wake,   on_deliver, on_complete,
                                             on_closed, on_drained, on_closed,
                                             on_destroy};

static void
new_function(size_t uses) {
  static const struct tsfn__codec no_codec;
  struct tsfn__outlet *outlet = &loop.function.outlet;
  static struct tsfn__realm realm;
  memset(&loop.function, 0, sizeof loop.function);
  realm.env = some_env();
  outlet->realm = &realm;
  outlet->shape.record = question_record();
  outlet->shape.codec = &no_codec;
  outlet->shape.item_size = sizeof(question);
  outlet->shape.allocator = tsfn__memory_default;
  loop.awaited = 0;
  loop.is_pending = false;
  loop.is_loop = false;
  atomic_store(&loop.is_woken, false);
  atomic_store(&loop.is_final, false);
  atomic_store(&loop.shall_end, false);
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    atomic_store(&loop.completed[i], 0);
  CHECK(tsfn__channel_init(&outlet->channel, &ops, &tsfn__memory_default, 8, 0,
                           uses));
}

static struct tsfn__channel *
channel(void) {
  return &loop.function.outlet.channel;
}

/* One turn. */
static void
turn(void) {
  struct tsfn__budget budget;
  if (!atomic_exchange(&loop.is_woken, false)) return;
  tsfn__budget_init(&budget, tsfn__os_now(), 100, UINT64_C(1000000000));
  enum tsfn__drain end = tsfn__channel_drain(channel(), &budget);
  if (end == TSFN__DRAIN_MORE) atomic_store(&loop.is_woken, true);
  if (end == TSFN__DRAIN_FINAL) atomic_store(&loop.is_final, true);
}

/* Gives the last use back, and lets the function end. */
static void
end_by_release(void) {
  CHECK_EQ(tsfn__channel_release(channel()), TSFN_OK);
  turn();
  CHECK(atomic_load(&loop.is_final));
}

/* --- one thread ---------------------------------------------------------- */

TEST(tickets, "tickets are answered in any order, and each by its own item") {
  tsfn_ticket *tickets[3];
  question items[3] = {{10}, {20}, {30}};
  int32_t reply;
  tsfn_error error;
  size_t accepted;
  new_function(1);
  loop.answering = AT_ONCE;
  CHECK_EQ(question_ask_many(&loop.function, items, 3, TSFN_NONBLOCKING,
                             tickets, &accepted),
           TSFN_OK);
  CHECK_EQ(accepted, 3);
  CHECK_EQ(question_ask_wait(tickets[2], &reply, &error, TSFN_NONBLOCKING),
           TSFN_TIMED_OUT);
  turn();
  for (size_t i = 3; i-- > 0;) {
    CHECK_EQ(question_ask_wait(tickets[i], &reply, &error, TSFN_NONBLOCKING),
             TSFN_OK);
    CHECK_EQ(reply, (int32_t)items[i].id + 1);
    CHECK_EQ(question_ask_wait(tickets[i], &reply, &error, TSFN_NONBLOCKING),
             TSFN_INVALID);
    tsfn_ask_drop(tickets[i]);
  }
  CHECK_EQ(loop.completed[TSFN_COMPLETION_DELIVERED], 3);
  CHECK_EQ(loop.records, 0);
  end_by_release();
}

TEST(withdrawn, "an item that was left before its turn is not given") {
  tsfn_ticket *ticket;
  question item = {10};
  new_function(1);
  loop.answering = CANNOT_RUN; /* which would be seen */
  CHECK_EQ(question_ask_start(&loop.function, &item, TSFN_NONBLOCKING, &ticket),
           TSFN_OK);
  tsfn_ask_drop(ticket);
  turn();
  CHECK_EQ(loop.completed[TSFN_COMPLETION_WITHDRAWN], 1);
  CHECK_EQ(loop.records, 0);
  CHECK(!tsfn_is_closing(&loop.function));
  end_by_release();
}

TEST(late_answer, "an answer after the asker left is freed") {
  tsfn_ticket *ticket;
  question item = {10};
  new_function(1);
  loop.answering = LATER;
  question_ask_start(&loop.function, &item, TSFN_NONBLOCKING, &ticket);
  turn();
  CHECK_EQ(loop.awaited, 1);
  tsfn_ask_drop(ticket);
  settle_all(some_env());
  CHECK_EQ(loop.completed[TSFN_COMPLETION_DELIVERED], 1);
  end_by_release();
}

TEST(prefix, "of many items those before a wrong one are asked") {
  tsfn_ticket *tickets[3];
  question items[3] = {{1}, {UINT32_MAX}, {3}};
  size_t accepted;
  new_function(1);
  loop.answering = AT_ONCE;
  CHECK_EQ(question_ask_many(&loop.function, items, 3, TSFN_NONBLOCKING,
                             tickets, &accepted),
           TSFN_INVALID);
  CHECK_EQ(accepted, 1);
  CHECK(tickets[1] == NULL && tickets[2] == NULL);
  turn();
  tsfn_ask_drop(tickets[0]);
  end_by_release();
}

TEST(closed, "nothing is asked of a function that is closing") {
  tsfn_ticket *ticket;
  question item = {1};
  int32_t reply = 7;
  new_function(1);
  CHECK_EQ(tsfn__channel_abort(channel()), TSFN_OK);
  CHECK_EQ(question_ask_start(&loop.function, &item, TSFN_NONBLOCKING, &ticket),
           TSFN_CLOSING);
  CHECK(ticket == NULL);
  CHECK_EQ(question_ask(&loop.function, &item, &reply, NULL, TSFN_BLOCKING),
           TSFN_CLOSING);
  CHECK_EQ(reply, 0);
  end_by_release();
}

TEST(loop_thread, "a loop thread may not wait, but it may look") {
  tsfn_ticket *ticket;
  question item = {1};
  int32_t reply;
  new_function(1);
  loop.is_loop = true;
  loop.answering = AT_ONCE;
  CHECK_EQ(question_ask(&loop.function, &item, &reply, NULL, TSFN_BLOCKING),
           TSFN_WOULD_DEADLOCK);
  CHECK_EQ(question_ask_start(&loop.function, &item, TSFN_BLOCKING, &ticket),
           TSFN_OK);
  CHECK_EQ(question_ask_wait(ticket, &reply, NULL, tsfn_ms(1)),
           TSFN_WOULD_DEADLOCK);
  CHECK_EQ(question_ask_wait(ticket, &reply, NULL, TSFN_NONBLOCKING),
           TSFN_TIMED_OUT);
  turn();
  CHECK_EQ(question_ask_wait(ticket, &reply, NULL, TSFN_BLOCKING), TSFN_OK);
  tsfn_ask_drop(ticket);
  end_by_release();
}

/* --- two threads --------------------------------------------------------- */

static struct dice dice = {UINT64_C(0x9e3779b97f4a7c15)};

static struct {
  enum leaving leaving;
  uint64_t asks;         /* of the asker, before it releases its use */
  uint64_t turns;        /* of the loop thread, before it ends the function */
  uint64_t microseconds; /* how long a hasty asker waits, at the most */
} plan;

/* Whether the asker may hear this. */
static bool
may_hear(tsfn_status status) {
  bool is_ended = loop.ending != BY_RELEASE;
  switch (status) {
  case TSFN_OK:
    return loop.answering == AT_ONCE || loop.answering == LATER;
  case TSFN_THREW:
    return loop.answering == THROWS || loop.answering == REJECTS;
  case TSFN_CLOSING:
    return is_ended || loop.answering == CANNOT_RUN;
  case TSFN_TIMED_OUT:
    return plan.leaving == IS_HASTY;
  default:
    return false;
  }
}

static tsfn_status
ask_once(uint32_t id) {
  question item = {id};
  tsfn_ticket *ticket;
  tsfn_error error;
  int32_t reply;
  tsfn_status status;
  if (plan.leaving == STAYS) {
    status = question_ask(&loop.function, &item, &reply, &error, TSFN_BLOCKING);
  } else {
    status =
        question_ask_start(&loop.function, &item, TSFN_NONBLOCKING, &ticket);
    if (status != TSFN_OK) return status;
    if (plan.leaving == IS_HASTY)
      status = question_ask_wait(ticket, &reply, &error, tsfn_ms(id % 2));
    else
      reply = (int32_t)id + 1;
    tsfn_ask_drop(ticket);
  }
  if (status == TSFN_OK) CHECK_EQ(reply, (int32_t)id + 1);
  return status;
}

static void
run_asker(void) {
  for (uint32_t i = 0; i < plan.asks; i++) {
    tsfn_status status = ask_once(i);
    if (plan.leaving != LEAVES || status != TSFN_OK) CHECK(may_hear(status));
    if (status == TSFN_CLOSING) break;
  }
  if (loop.ending == BY_ABORT) tsfn__channel_abort(channel());
  tsfn__channel_release(channel());
}

/* Ends the function as the round says, while the asker may be anywhere. */
static void
end_function(void) {
  if (loop.ending == BY_LOOP_ABORT) tsfn__channel_abort(channel());
  if (loop.ending == BY_ORPHAN)
    tsfn__channel_orphan(channel(), TSFN_COMPLETION_CANNOT_RUN_JS);
  if (loop.ending != BY_SHUTDOWN) return;
  tsfn__channel_shutdown(channel(), TSFN_COMPLETION_ENV_GONE);
  atomic_store(&loop.is_final, true);
}

/* The loop thread has a use of its own until it ends the function, so that the
   handle stays. */
static void
run_loop(void) {
  for (uint64_t turns = 0; turns <= plan.turns || !atomic_load(&loop.is_final);
       turns++) {
    turn();
    if (turns % 3 == 2 && loop.answering != NEVER) settle_all(some_env());
    if (turns == plan.turns) {
      end_function();
      tsfn__channel_release(channel());
    }
    tsfn__os_yield();
  }
}

static void
run_side(void *subject, int index) {
  (void)subject;
  if (index == 0)
    run_loop();
  else
    run_asker();
}

static void
play_round(enum ending ending, enum answering answering, enum leaving leaving) {
  static struct crew crew;
  loop.ending = ending;
  loop.answering = answering;
  plan.leaving = leaving;
  plan.asks = 1 + dice_roll(&dice, 8);
  plan.turns = dice_roll(&dice, 40);
  new_function(2);
  channel()->loop_thread = 1; /* nobody's: the crew's thread is not known yet */
  crew_start(&crew, 2, run_side, NULL);
  crew_join(&crew);
  CHECK_EQ(loop.records, 0);
  CHECK_EQ(loop.awaited, 0);
}

/* An asker that stays, and whose answer never comes, is ended by an end of the
   function only; where the round has none it would wait for ever. */
static bool
would_wait(enum ending ending, enum answering answering, enum leaving leaving) {
  return answering == NEVER && leaving == STAYS &&
         (ending == BY_RELEASE || ending == BY_ABORT);
}

static void
play(enum ending ending) {
  int rounds = (int)test_scaled(60);
  for (int round = 0; round < rounds; round++)
    for (int answering = 0; answering < WAYS; answering++)
      for (int leaving = 0; leaving < LEAVINGS; leaving++)
        if (!would_wait(ending, (enum answering)answering,
                        (enum leaving)leaving))
          play_round(ending, (enum answering)answering, (enum leaving)leaving);
}

TEST(c9_release,
     "each asker hears, and the function ends by its last release") {
  play(BY_RELEASE);
}

TEST(c9_abort, "each asker hears, and another thread aborts") {
  play(BY_ABORT);
}

TEST(c9_loop_abort, "each asker hears where the loop thread aborts") {
  play(BY_LOOP_ABORT);
}

TEST(c9_shutdown, "each asker hears where the environment ends") {
  play(BY_SHUTDOWN);
}

TEST(c9_orphan, "each asker hears where JavaScript cannot run any more") {
  play(BY_ORPHAN);
}

TEST_MAIN()
