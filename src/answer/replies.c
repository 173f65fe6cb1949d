/* SPDX-License-Identifier: MIT */
#include "answer/replies.h"

#include <stdint.h>
#include <string.h>

#include "answer/ticket.h"
#include "core/memory.h"
#include "crossing/runs.h"
#include "function/function.h"
#include "node/exception.h"
#include "node/host.h"
#include "record/record.h"
#include "record/runner.h"

/* The most tickets of a run: entering the script costs little beside 256
   calls. */
#define RUN_MAX 256u

/* The most calls that the script makes before C answers them. To ask C costs as
   much as 2 fast calls; but a callback that turns slow holds back the answers
   to those before it. */
#define GROUP_MAX 8u

/* What the script has kept of one call, as a number. TAKEN: nothing, since C
   has got it; where the ticket is not answered, JavaScript cannot run. */
enum sort { SORT_NUMBER, SORT_UNDEFINED, SORT_FALSE, SORT_TRUE, SORT_TAKEN };

/* `kept` has two numbers for each call: the sort, and a number's value. */
struct reply {
  double sort;
  double number;
};

/* Makes `keep` of the script (record/script.h). */
static const char source[] =
    "(function (kept, take) {\n"
    "'use strict';\n"
    "return (i, threw, value) => {\n"
    "if (!threw) {\n"
    "if (typeof value === 'number') {\n"
    "kept[2 * i] = 0; kept[2 * i + 1] = value; return;\n"
    "}\n"
    "if (value === undefined) { kept[2 * i] = 1; return; }\n"
    "if (value === false) { kept[2 * i] = 2; return; }\n"
    "if (value === true) { kept[2 * i] = 3; return; }\n"
    "}\n"
    "kept[2 * i] = 4; take(i, threw, value);\n"
    "};\n"
    "})";

/* What a function has that many tickets have asked at once. */
struct replies {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  struct tsfn__sink sink;
  tsfn_function *function;
  struct tsfn__runner *runner; /* NULL: the tickets cannot go this way */
  struct reply *kept;          /* JavaScript's; the runner's `keep` has it */
  unsigned char *slots;        /* copies of the run's items */
  size_t slots_size;           /* bytes: for as many as a run may ever have */
  uint32_t run_max;            /* tickets of the next run at the most */

  /* Of the run: `answered` <= `claimed` <= `count`. */
  tsfn_ticket *tickets[RUN_MAX];
  uint32_t count;
  uint32_t claimed;
  uint32_t answered; /* those before it; some behind it may be, too */
};

static size_t
stride_of(const struct tsfn__outlet *outlet) {
  return tsfn__queue_slot_size(&outlet->channel.queue);
}

/* --- answering ----------------------------------------------------------- */

/* Answers by what was kept, where the reply's kind takes that as it is. */
static bool
answer_at_once(tsfn_ticket *ticket, const struct reply *kept) {
  const tsfn_field *field = &ticket->reply_type->fields[0];
  enum sort sort = (enum sort)kept->sort;
  bool is_taken = !tsfn__ticket_has_reply(ticket);
  if (!is_taken && sort == SORT_NUMBER) {
    is_taken = tsfn__record_from_number(field, kept->number, ticket->reply);
  } else if (!is_taken && sort != SORT_UNDEFINED &&
             field->kind == TSFN_KIND_bool) {
    *(bool *)ticket->reply = sort == SORT_TRUE;
    is_taken = true;
  }
  if (is_taken) tsfn__ticket_settle(ticket, TSFN_OK);
  return is_taken;
}

/* Answers by what was kept; a value that the reply's kind does not take is
   answered by an error, or converted where the kind has null for it. False:
   JavaScript cannot run, and could not when C got the value. */
static bool
answer_kept(tsfn_ticket *ticket, napi_env env, const struct reply *kept) {
  napi_value value = NULL;
  napi_status status;
  if (ticket->is_in_hand) return true;
  if ((enum sort)kept->sort == SORT_TAKEN) return false;
  if (answer_at_once(ticket, kept)) return true;
  switch ((enum sort)kept->sort) {
  case SORT_NUMBER:
    status = napi_create_double(env, kept->number, &value);
    break;
  case SORT_UNDEFINED:
    status = napi_get_undefined(env, &value);
    break;
  default:
    status = napi_get_boolean(env, kept->sort == SORT_TRUE, &value);
    break;
  }
  return status == napi_ok
             ? tsfn__ticket_answer_plain(ticket, env, value)
             : tsfn__ticket_answer_thrown(ticket, env, NULL, TSFN_FAILURE);
}

/* Answers the tickets before `end`, which have had their call. False:
   JavaScript cannot run, and `answered` is where it ended. */
static bool
answer_all(struct replies *self, napi_env env, uint32_t end) {
  while (self->answered < end && answer_kept(self->tickets[self->answered], env,
                                             &self->kept[self->answered]))
    self->answered++;
  return self->answered == end;
}

/* The sink's operation. A ticket is claimed before its call, but not long
   before, so that one that was withdrawn is not called for. */
static uint32_t
reach(struct tsfn__sink *sink, uint32_t index, uint32_t limit) {
  struct replies *self =
      (struct replies *)(void *)((char *)sink - offsetof(struct replies, sink));
  if (!answer_all(self, self->function->outlet.realm->env, index)) return index;
  if (limit > self->count) limit = self->count;
  if (limit > index + GROUP_MAX) limit = index + GROUP_MAX;
  while (self->claimed < limit &&
         tsfn__ticket_claim(self->tickets[self->claimed]))
    self->claimed++;
  return self->claimed < limit ? self->claimed : limit;
}

/* take(i, threw, value): what was returned or thrown, and is not kept. */
static napi_value
take_result(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  uint32_t index;
  bool has_thrown;
  void *data;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, &data) != napi_ok ||
      napi_get_value_uint32(env, arguments[0], &index) != napi_ok ||
      napi_get_value_bool(env, arguments[1], &has_thrown) != napi_ok)
    return NULL;
  struct replies *self = data;
  tsfn_ticket *ticket = self->tickets[index];
  struct tsfn__outlet *outlet = &self->function->outlet;
  bool can_run =
      has_thrown
          ? tsfn__ticket_answer_thrown(ticket, env, arguments[2], TSFN_FAILURE)
          : tsfn__ticket_answer(ticket, outlet, arguments[2]);
  if (!can_run && outlet->running != NULL)
    outlet->running->stop(outlet->running);
  return NULL;
}

/* --- a function's runner ------------------------------------------------- */

static void
free_replies(struct tsfn__attachment *attachment) {
  struct replies *self = (struct replies *)attachment;
  const struct tsfn__outlet *outlet = &self->function->outlet;
  const tsfn_allocator *allocator = &outlet->shape.allocator;
  if (self->runner != NULL)
    tsfn__runner_destroy(self->runner, outlet->realm->env);
  tsfn__memory_release(allocator, self->slots, self->slots_size);
  tsfn__memory_release(allocator, self, sizeof *self);
}

static const struct tsfn__attachment_ops replies_ops = {.free = free_replies};

static struct replies *
find_replies(struct tsfn__outlet *outlet) {
  const tsfn_function *function = tsfn__function_of(&outlet->channel);
  return (struct replies *)tsfn__attachments_find(&function->attachments,
                                                  &replies_ops);
}

/* Makes `keep`, and the memory that it shares with C. */
static bool
make_keep(struct replies *self, napi_env env, napi_value *keep) {
  napi_value buffer, arguments[2];
  void *memory;
  if (napi_create_arraybuffer(env, RUN_MAX * sizeof(struct reply), &memory,
                              &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_float64_array, 2 * RUN_MAX, buffer, 0,
                             &arguments[0]) != napi_ok ||
      napi_create_function(env, "tsfn", NAPI_AUTO_LENGTH, take_result, self,
                           &arguments[1]) != napi_ok)
    return false;
  self->kept = memory;
  return tsfn__host_call_source(env, source, 2, arguments, keep);
}

/* Tickets that a run may ever have: it ends where its block does. */
static uint32_t
most_of_run(const struct tsfn__outlet *outlet) {
  size_t slots = tsfn__blocks_slots(&outlet->channel.queue.blocks);
  return slots < RUN_MAX ? (uint32_t)slots : RUN_MAX;
}

/* Makes what the function needs for it. Where a step fails the runner stays
   NULL, and it is not tried again. NULL: out of memory. */
TSFN__OS_COLD static struct replies *
make_replies(const struct tsfn__giving *giving) {
  struct tsfn__outlet *outlet = giving->outlet;
  tsfn_function *function = tsfn__function_of(&outlet->channel);
  napi_value keep, ignored;
  struct replies *self =
      tsfn__function_attach(function, &replies_ops, sizeof *self);
  if (self == NULL) return NULL;
  self->function = function;
  self->sink.reach = reach;
  self->run_max = most_of_run(outlet);
  self->slots_size = self->run_max * stride_of(outlet);
  self->slots =
      tsfn__memory_allocate(&outlet->shape.allocator, self->slots_size);
  if (self->slots != NULL && make_keep(self, giving->env, &keep))
    self->runner = tsfn__runner_make(giving, &self->sink, keep);
  (void)tsfn__exception_take(giving->env, &ignored);
  return self;
}

/* --- a run --------------------------------------------------------------- */

static bool
takes_tickets(const struct tsfn__giving *giving, const struct tsfn__run *run) {
  struct tsfn__outlet *outlet = giving->outlet;
  if (run->count < TSFN__RUNNER_RUN_MIN_TO_ENTER ||
      outlet->microtasks == TSFN_MICROTASKS_PER_CALL)
    return false;
  const struct replies *self = find_replies(outlet);
  return self != NULL ? self->runner != NULL
                      : run->count >= tsfn__runner_least_to_make(outlet);
}

static tsfn_ticket *
ticket_at(const struct tsfn__giving *giving, const struct tsfn__run *run,
          size_t index) {
  return (tsfn_ticket *)tsfn__item_box(run->slots +
                                       index * stride_of(giving->outlet));
}

/* Tickets at the head of the run, `most` at the most, that were withdrawn, or
   were not. Other boxes end it. */
static size_t
count_first(const struct tsfn__giving *giving, const struct tsfn__run *run,
            size_t most, bool is_withdrawn) {
  const struct tsfn__box_ops *ops = tsfn__item_box(run->slots)->ops;
  size_t count = 0;
  if (most > run->count) most = run->count;
  while (count < most) {
    const tsfn_ticket *ticket = ticket_at(giving, run, count);
    if (ticket->box.ops != ops ||
        tsfn__future_is_withdrawn(&ticket->future) != is_withdrawn)
      break;
    count++;
  }
  return count;
}

/* Begins a run of the first `count` tickets, whose items are copied. */
static void
collect(struct replies *self, const struct tsfn__giving *giving,
        const struct tsfn__run *run, size_t count) {
  size_t stride = stride_of(giving->outlet);
  self->count = (uint32_t)count;
  self->claimed = self->answered = 0;
  memset(self->kept, 0, count * sizeof *self->kept);
  for (size_t i = 0; i < count; i++) {
    self->tickets[i] = ticket_at(giving, run, i);
    memcpy(self->slots + i * stride, tsfn__ticket_slot(self->tickets[i]),
           tsfn__record_slot_size(self->tickets[i]->item_type));
  }
}

/* Answers what was called for, and completes it. The call that was under way
   when the script ended without returning is answered by what was thrown, which
   the script itself may have: it was out of stack. */
static enum tsfn__outcome
end_run(struct replies *self, const struct tsfn__giving *giving,
        const struct tsfn__runner_end *end) {
  napi_env env = giving->env;
  napi_value thrown = NULL;
  (void)tsfn__exception_take(env, &thrown);
  bool can_run = answer_all(self, env, (uint32_t)end->done);
  if (can_run && end->is_interrupted) {
    tsfn_ticket *ticket = self->tickets[end->done];
    can_run = ticket->is_in_hand ||
              (self->kept[end->done].sort != SORT_TAKEN &&
               tsfn__ticket_answer_thrown(ticket, env, thrown, TSFN_FAILURE));
    self->answered += can_run;
  }
  self->run_max = tsfn__runner_next_run(
      self->run_max, self->answered, self->count, most_of_run(giving->outlet));
  tsfn__runs_complete(giving, self->answered, TSFN_COMPLETION_DELIVERED);
  if (end->outcome != TSFN__OUTCOME_DELIVERED)
    can_run = can_run && tsfn__host_can_run(env);
  return can_run ? TSFN__OUTCOME_DELIVERED : TSFN__OUTCOME_CANNOT_RUN;
}

/* Those that were withdrawn go one by one, and too few to enter the script for;
   so does the first one where some item of the run could not be converted. */
static enum tsfn__outcome
give_tickets(struct tsfn__giving *giving) {
  struct tsfn__outlet *outlet = giving->outlet;
  struct tsfn__run run = tsfn__queue_peek(&outlet->channel.queue);
  struct replies *self = find_replies(outlet);
  if (self == NULL) self = make_replies(giving);
  if (self == NULL || self->runner == NULL)
    return tsfn__runs_give_first(giving);
  size_t most = self->run_max < giving->budget->items ? self->run_max
                                                      : giving->budget->items;
  size_t withdrawn = count_first(giving, &run, most, true);
  if (withdrawn != 0) return tsfn__give_some(giving, &run, withdrawn);
  size_t count = count_first(giving, &run, most, false);
  if (count < TSFN__RUNNER_RUN_MIN_TO_ENTER)
    return tsfn__give_some(giving, &run, count != 0 ? count : 1);
  collect(self, giving, &run, count);
  struct tsfn__run items = {self->slots, NULL, count};
  items.count = tsfn__runner_fit(self->runner, &items);
  self->count = (uint32_t)items.count;
  struct tsfn__runner_end end = tsfn__runner_run(self->runner, giving, &items);
  return end.has_begun ? end_run(self, giving, &end)
                       : tsfn__runs_give_first(giving);
}

const tsfn_delivery tsfn__replies_together = {
    .name = "asks", .takes = takes_tickets, .give = give_tickets};
