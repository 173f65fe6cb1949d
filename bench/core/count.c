/* SPDX-License-Identifier: MIT */

/* What tools/counts.js runs under callgrind: an operation of the core, `count`
   times, in a function of its own whose instructions are counted.

     count OPERATION COUNT     prints how often it was done

   One thread, and memory from a list of blocks that are never given back: the
   figures are the core's, not malloc's. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/channel.h"

/* --- a host that has nothing to do --------------------------------------- */

static void
ignore_wake(struct tsfn__channel *channel) {
  (void)channel;
}

static size_t items_at_once;

/* As src/crossing/deliver.c does it: a peek for a scope of items, which
   end one by one or together. */
#define PEEKED 16u

static void
deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  struct tsfn__run run;
  (void)budget;
  while ((run = tsfn__queue_peek(&channel->queue)).count != 0) {
    if (items_at_once == 1 && run.count > PEEKED) run.count = PEEKED;
    size_t left = run.count;
    size_t count = left < items_at_once ? left : items_at_once;
    for (; left >= count && left != 0; left -= count) {
      tsfn__channel_complete(channel, &run, count, TSFN_COMPLETION_DELIVERED);
      run.slots += count * channel->queue.blocks.slot_size;
      run.kinds += count;
    }
  }
}

static void
ignore_complete(struct tsfn__channel *channel, const struct tsfn__run *run,
                tsfn_completion how) {
  (void)channel;
  (void)run;
  (void)how;
}

static const struct tsfn__channel_ops ops = {
    ignore_wake, deliver,     ignore_complete, ignore_wake,
    ignore_wake, ignore_wake, ignore_wake};

/* --- memory -------------------------------------------------------------- */

#define KEPT_MAX 64u

static struct {
  void *memory[KEPT_MAX];
  size_t sizes[KEPT_MAX];
  size_t count;
} kept;

static void *
allocate(void *hint, size_t size) {
  (void)hint;
  for (size_t i = 0; i < kept.count; i++) {
    if (kept.sizes[i] != size) continue;
    void *memory = kept.memory[i];
    kept.count--;
    kept.memory[i] = kept.memory[kept.count];
    kept.sizes[i] = kept.sizes[kept.count];
    return memory;
  }
  return malloc(size);
}

static void
release(void *hint, void *memory, size_t size) {
  (void)hint;
  if (kept.count == KEPT_MAX) {
    free(memory);
    return;
  }
  kept.memory[kept.count] = memory;
  kept.sizes[kept.count++] = size;
}

static const tsfn_allocator allocator = {allocate, release, NULL};

/* --- operations ---------------------------------------------------------- */

/* The counted function's own loop is a few instructions of each. DISTINCT: not
   merged with a function that does the same and is not counted. */
#define COUNTED __attribute__((noinline)) void
#define DISTINCT __asm__ volatile("")

static struct tsfn__channel channel;
static uint64_t value;

#define RUN 256u
static uint64_t values[RUN];

/* tools/counts.js names it to callgrind. */
COUNTED counted_push(size_t count);
COUNTED counted_send(size_t count);
COUNTED counted_drain(void);

static void fill(size_t count);

/* As a call does: what a push does not take, once a block, a send does. */
COUNTED
counted_push(size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!tsfn__channel_push(&channel, &value, sizeof value, 1)) fill(1);
}

COUNTED
counted_send(size_t count) {
  for (size_t i = 0; i < count;) {
    struct tsfn__message message = {values, sizeof value, 1, 1, NULL};
    size_t accepted;
    message.count = items_at_once;
    if (tsfn__channel_send(&channel, &message, 0, &accepted) != TSFN_OK)
      abort();
    i += accepted;
  }
}

static inline void
drain(void) {
  struct tsfn__budget budget;
  memset(&budget, 0, sizeof budget);
  budget.items = 1;
  if (tsfn__channel_drain(&channel, &budget) == TSFN__DRAIN_FINAL) abort();
}

COUNTED
counted_drain(void) {
  DISTINCT;
  drain();
}

/* Where sending is not what is counted. */
static void
fill(size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct tsfn__message message = {&value, sizeof value, 1, 1, NULL};
    size_t accepted;
    if (tsfn__channel_send(&channel, &message, 0, &accepted) != TSFN_OK)
      abort();
  }
}

#define TURN 4096u /* items of a large drain */

static const struct {
  const char *name;
  uint64_t bound;
  size_t at_once; /* items of a send, or of a completion */
  size_t turn;    /* items between two drains */
  bool counts_drain;
  bool is_shared; /* as if several threads sent */
  void (*send)(size_t count);
} operations[] = {
    {"call", 0, TURN, TURN, false, false, counted_push},
    {"call-shared", 0, TURN, TURN, false, true, counted_push},
    {"call-bounded", TURN, 1, TURN, false, false, counted_send},
    {"call-many", TURN, RUN, TURN, false, false, counted_send},
    {"item", 0, 1, TURN, true, false, fill},
    {"item-in-run", 0, TURN, TURN, true, false, fill},
    {"crossing", 0, 1, 1, true, false, fill},
};

int
main(int argc, char **argv) {
  size_t count = argc == 3 ? (size_t)strtoull(argv[2], NULL, 10) : 0, done;
  /* As it is in a process that has been busy. */
  (void)tsfn__os_barrier_init();
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    if (argc != 3 || strcmp(argv[1], operations[i].name) != 0) continue;
    items_at_once = operations[i].at_once;
    if (!tsfn__channel_init(&channel, &ops, &allocator, sizeof value,
                            operations[i].bound, 1))
      abort();
    if (operations[i].is_shared) {
      tsfn__owner_share(&channel.queue.owner, tsfn__os_thread_self());
      channel.loop_thread = 0; /* it adds nothing; we do */
    }
    /* The short first block, and one in the next: every operation then begins
       at the same place in a block. */
    fill(17);
    while (!tsfn__queue_is_drained(&channel.queue))
      drain();
    for (done = 0; done < count; done += operations[i].turn) {
      operations[i].send(operations[i].turn);
      if (operations[i].counts_drain)
        counted_drain();
      else
        drain();
    }
    printf("%zu\n", done);
    return 0;
  }
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    puts(operations[i].name);
  return argc == 1 ? 0 : 2;
}
