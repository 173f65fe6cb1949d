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
#include "node/reference.h"
#include "record/record.h"
#include "record/runner.h"

/* Tickets of a run at the most: entering costs little beside so many calls. */
#define RUN_MAX 256u

/* Calls between two times that C answers: asking costs as much as 2 calls. */
#define GROUP_MAX 32u

/* What the script has kept of one call, as a number. */
enum sort { SORT_NUMBER, SORT_UNDEFINED, SORT_FALSE, SORT_TRUE };

/* `kept` has two numbers for each call: the sort, and a number's value. */
struct reply {
  double sort;
  double number;
};

/* Makes `keep` of the script (record/script.h). */
static const char source[] = "(function (kept, take) {\n"
                             "'use strict';\n"
                             "return (i, threw, value) => {\n"
                             "if (threw) take(i, true, value);\n"
                             "else if (typeof value === 'number') {\n"
                             "kept[2 * i] = 0; kept[2 * i + 1] = value;\n"
                             "}\n"
                             "else if (value === undefined) kept[2 * i] = 1;\n"
                             "else if (value === false) kept[2 * i] = 2;\n"
                             "else if (value === true) kept[2 * i] = 3;\n"
                             "else take(i, false, value);\n"
                             "};\n"
                             "})";

/* A function that is asked much. */
struct replies {
  struct tsfn__attachment attachment; /* first: it is cast back to this */
  struct tsfn__sink sink;
  tsfn_function *function;
  struct tsfn__runner *runner; /* NULL: the tickets cannot go this way */
  const struct reply *kept;    /* JavaScript's; the runner's `keep` has it */
  unsigned char *slots;        /* copies of the run's items */
  size_t slots_size;           /* bytes */

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
   JavaScript cannot run. */
static bool
answer_kept(tsfn_ticket *ticket, napi_env env, const struct reply *kept) {
  napi_value value = NULL;
  napi_status status;
  if (ticket->is_in_hand || answer_at_once(ticket, kept)) return true;
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
  if (has_thrown)
    (void)tsfn__ticket_answer_thrown(ticket, env, arguments[2], TSFN_FAILURE);
  else
    (void)tsfn__ticket_answer(ticket, &self->function->outlet, arguments[2]);
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
  self->slots_size = RUN_MAX * stride_of(outlet);
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

/* Collects the tickets that stand first in the queue, and copies their items.
   Other boxes end the run. */
static void
collect(struct replies *self, const struct tsfn__giving *giving,
        const struct tsfn__run *run) {
  size_t stride = stride_of(giving->outlet);
  size_t most = run->count < RUN_MAX ? run->count : RUN_MAX;
  const struct tsfn__box_ops *ops = tsfn__item_box(run->slots)->ops;
  if (most > giving->budget->items) most = giving->budget->items;
  self->count = self->claimed = self->answered = 0;
  for (size_t i = 0; i < most; i++) {
    struct tsfn__box *box = tsfn__item_box(run->slots + i * stride);
    if (box->ops != ops) break;
    tsfn_ticket *ticket = (tsfn_ticket *)box;
    self->tickets[self->count++] = ticket;
    memcpy(self->slots + i * stride, tsfn__ticket_slot(ticket),
           tsfn__record_slot_size(ticket->item_type));
  }
}

/* Answers what was called for, and completes it. The call that was under way
   when the script ended without returning is answered by what was thrown, which
   the script itself may have: it was out of stack. */
static enum tsfn__outcome
end_run(struct replies *self, const struct tsfn__giving *giving,
        const struct tsfn__runner_end *end) {
  napi_env env = giving->env;
  napi_value ignored;
  bool can_run = answer_all(self, env, (uint32_t)end->done);
  if (can_run && end->is_interrupted) {
    tsfn_ticket *ticket = self->tickets[end->done];
    self->answered +=
        ticket->is_in_hand ||
        tsfn__ticket_answer_thrown(ticket, env, NULL, TSFN_FAILURE);
  }
  (void)tsfn__exception_take(env, &ignored);
  tsfn__runs_complete(giving, self->answered, TSFN_COMPLETION_DELIVERED);
  if (end->outcome != TSFN__OUTCOME_DELIVERED)
    can_run = can_run && tsfn__host_can_run(env);
  return can_run ? TSFN__OUTCOME_DELIVERED : TSFN__OUTCOME_CANNOT_RUN;
}

/* The first ticket goes by itself where it was withdrawn, and where some item
   of the run could not be converted. */
static enum tsfn__outcome
give_tickets(struct tsfn__giving *giving) {
  struct tsfn__outlet *outlet = giving->outlet;
  struct tsfn__run run = tsfn__queue_peek(&outlet->channel.queue);
  struct replies *self = find_replies(outlet);
  if (self == NULL) self = make_replies(giving);
  if (self == NULL || self->runner == NULL)
    return tsfn__runs_give_first(giving);
  collect(self, giving, &run);
  struct tsfn__run items = {self->slots, NULL, self->count};
  items.count = tsfn__runner_fit(self->runner, &items);
  self->count = (uint32_t)items.count;
  if (!tsfn__ticket_claim(self->tickets[0]))
    return tsfn__runs_give_first(giving);
  struct tsfn__runner_end end = tsfn__runner_run(self->runner, giving, &items);
  return end.has_begun ? end_run(self, giving, &end)
                       : tsfn__runs_give_first(giving);
}

const tsfn_delivery tsfn__replies_together = {
    .name = "asks", .takes = takes_tickets, .give = give_tickets};
