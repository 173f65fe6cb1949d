/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_FAKE_HOST_H
#define TSFN_TEST_FAKE_HOST_H

/* The least host that a channel can have. It judges while it serves: an item
   completed twice or out of order, a finalizer before the last completion, a
   wake too many, a use of what was destroyed: each ends the test.

   The test's thread is the loop thread and calls host_turn; or host_run gives
   the channel a loop thread of its own, which ends when the channel is final.

   An item is 8 bytes: producer << 40 | number, numbered from 0 by producer, in
   the order in which the producer's items were accepted. */

#include "../support/ledger.h"
#include "../support/test.h"
#include "core/channel.h"
#include "crew.h"

#define HOST_SHIFT 40
#define HOST_PRODUCERS 64

struct host {
  struct tsfn__channel channel; /* the first: ops get its address */
  struct ledger ledger;

  /* Set by the test before the channel is used. */
  uint32_t budget_items;
  uint64_t budget_time;
  void (*on_item)(struct host *host, uint64_t item);
  void (*on_finalize)(struct host *host);
  void (*on_closed)(struct host *host);
  void (*on_drained)(struct host *host);
  bool is_lazy; /* see tsfn__channel_make_lazy */
  bool holds;   /* deliver does nothing; also written by the loop's thread */

  /* What happened. */
  atomic_uint wakes;
  atomic_bool is_woken;  /* and not drained since */
  atomic_bool is_closed; /* ops->closed was called and has returned */
  atomic_bool is_drained;
  atomic_bool is_final;
  atomic_bool is_destroyed;
  uint64_t next[HOST_PRODUCERS]; /* loop thread */
  atomic_uint_fast64_t completed[TSFN_COMPLETION_COUNT];
  atomic_uint_fast64_t sent; /* by host_produce */

  /* The loop's thread. */
  struct tsfn__os_mutex lock;
  struct tsfn__os_condition come;
  bool shall_stop; /* under the lock: shut down, as the environment does */
  atomic_bool is_running;
  tsfn__os_thread loop;
  uint64_t bound;
  size_t uses;
};

/* --- the operations ------------------------------------------------------ */

static inline struct host *
host_of(struct tsfn__channel *channel) {
  struct host *host = (struct host *)channel;
  CHECK(!atomic_load(&host->is_destroyed));
  return host;
}

static inline void
host_wake(struct tsfn__channel *channel) {
  struct host *host = host_of(channel);
  atomic_fetch_add(&host->wakes, 1);
  tsfn__os_mutex_lock(&host->lock);
  CHECK(!atomic_exchange(&host->is_woken, true));
  tsfn__os_condition_signal(&host->come);
  tsfn__os_mutex_unlock(&host->lock);
}

static inline void
host_deliver(struct tsfn__channel *channel, struct tsfn__budget *budget) {
  struct host *host = host_of(channel);
  CHECK(!atomic_load(&host->is_final));
  while (!host->holds && !tsfn__budget_is_spent(budget) &&
         !tsfn__lifecycle_is_stopped(&channel->lifecycle)) {
    struct tsfn__run run = tsfn__queue_peek(&channel->queue);
    if (run.count == 0) return;
    uint64_t item;
    memcpy(&item, run.slots, sizeof item);
    if (host->on_item != NULL) host->on_item(host, item);
    tsfn__channel_complete(channel, &run, 1, TSFN_COMPLETION_DELIVERED);
    tsfn__budget_spend(budget);
  }
}

static inline void
host_complete_one(struct host *host, const unsigned char *slot,
                  unsigned char kind, tsfn_completion how) {
  uint64_t item;
  memcpy(&item, slot, sizeof item);
  uint64_t producer = item >> HOST_SHIFT;
  CHECK(!atomic_load(&host->is_final));
  CHECK(producer < HOST_PRODUCERS);
  CHECK_EQ(kind, producer + 1);
  /* Each number once, none left out, none before its turn. */
  CHECK_EQ(item & ((UINT64_C(1) << HOST_SHIFT) - 1), host->next[producer]);
  host->next[producer]++;
  atomic_fetch_add(&host->completed[how], 1);
}

static inline void
host_complete(struct tsfn__channel *channel, const struct tsfn__run *run,
              tsfn_completion how) {
  for (size_t i = 0; i < run->count; i++)
    host_complete_one(host_of(channel),
                      run->slots + i * channel->queue.blocks.slot_size,
                      run->kinds[i], how);
}

static inline uint64_t
host_completions(struct host *host) {
  uint64_t sum = 0;
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    sum += atomic_load(&host->completed[i]);
  return sum;
}

static inline void
host_closed(struct tsfn__channel *channel) {
  struct host *host = host_of(channel);
  CHECK(tsfn__queue_is_closed(&channel->queue));
  CHECK(!atomic_load(&host->is_final));
  if (host->on_closed != NULL) host->on_closed(host);
  CHECK(!atomic_load(&host->is_final));
  CHECK(!atomic_exchange(&host->is_closed, true));
}

static inline void
host_drained(struct tsfn__channel *channel) {
  struct host *host = host_of(channel);
  CHECK(atomic_load(&host->is_closed));
  CHECK(!atomic_exchange(&host->is_drained, true));
  CHECK_EQ(host_completions(host), tsfn__queue_accepted(&channel->queue));
  if (host->on_drained != NULL) host->on_drained(host);
}

static inline void
host_finalize(struct tsfn__channel *channel) {
  struct host *host = host_of(channel);
  CHECK(atomic_load(&host->is_drained));
  CHECK(!atomic_exchange(&host->is_final, true));
  CHECK(tsfn__queue_is_closed(&channel->queue));
  CHECK_EQ(host_completions(host), tsfn__queue_accepted(&channel->queue));
  if (host->on_finalize != NULL) host->on_finalize(host);
}

static inline void
host_destroy(struct tsfn__channel *channel) {
  struct host *host = host_of(channel);
  CHECK(atomic_load(&host->is_final));
  CHECK_EQ(tsfn__lifecycle_uses(&channel->lifecycle), 0);
  for (int i = 0; i < TSFN_COMPLETION_COUNT; i++)
    CHECK_EQ(atomic_load(&channel->completed[i]),
             atomic_load(&host->completed[i]));
  tsfn__channel_deinit(channel);
  /* What is touched after this shows. */
  memset((void *)channel, 0xdd, sizeof *channel);
  CHECK_EQ(atomic_load(&host->ledger.live), 0);
  CHECK(!atomic_exchange(&host->is_destroyed, true));
}

static const struct tsfn__channel_ops host_ops = {
    host_wake,    host_deliver,  host_complete, host_closed,
    host_drained, host_finalize, host_destroy};

/* --- the test's thread is the loop thread -------------------------------- */

static inline void
host_prepare(struct host *self, uint64_t bound, size_t uses) {
  memset((void *)self, 0, sizeof *self);
  ledger_init(&self->ledger);
  self->budget_items = 1000;
  self->budget_time = UINT64_C(1000000000);
  self->bound = bound;
  self->uses = uses;
  CHECK(tsfn__os_mutex_init(&self->lock));
  CHECK(tsfn__os_condition_init(&self->come));
}

static inline void
host_open(struct host *self) {
  CHECK(tsfn__channel_init(&self->channel, &host_ops, &self->ledger.allocator,
                           8, self->bound, self->uses));
  if (self->is_lazy) tsfn__channel_make_lazy(&self->channel);
}

static inline void
host_init(struct host *self, uint64_t bound, size_t uses) {
  host_prepare(self, bound, uses);
  host_open(self);
}

/* The end of a test: everything must have come to its end before. */
static inline void
host_check_gone(struct host *self) {
  CHECK(atomic_load(&self->is_final));
  CHECK(atomic_load(&self->is_destroyed));
  CHECK_EQ(atomic_load(&self->ledger.live), 0);
  tsfn__os_condition_destroy(&self->come);
  tsfn__os_mutex_destroy(&self->lock);
}

static inline enum tsfn__drain
host_drain(struct host *self) {
  struct tsfn__budget budget;
  tsfn__budget_init(&budget, tsfn__os_now(), self->budget_items,
                    self->budget_time);
  return tsfn__channel_drain(&self->channel, &budget);
}

/* One turn of the loop, if there was a wake: drains until IDLE or FINAL. */
static inline enum tsfn__drain
host_turn(struct host *self) {
  if (!atomic_exchange(&self->is_woken, false)) return TSFN__DRAIN_IDLE;
  enum tsfn__drain result;
  do
    result = host_drain(self);
  while (result == TSFN__DRAIN_MORE);
  return result;
}

/* --- a loop thread of its own -------------------------------------------- */

static inline void
host_loop(void *data) {
  struct host *self = data;
  host_open(self);
  atomic_store(&self->is_running, true);
  enum tsfn__drain last = TSFN__DRAIN_IDLE;
  while (last != TSFN__DRAIN_FINAL) {
    tsfn__os_mutex_lock(&self->lock);
    while (last == TSFN__DRAIN_IDLE && !self->shall_stop &&
           !atomic_load(&self->is_woken))
      tsfn__os_condition_wait(&self->come, &self->lock, TSFN__OS_FOREVER);
    bool stops = self->shall_stop;
    if (last == TSFN__DRAIN_IDLE) atomic_store(&self->is_woken, false);
    tsfn__os_mutex_unlock(&self->lock);
    if (stops) {
      tsfn__channel_shutdown(&self->channel, TSFN_COMPLETION_ENV_GONE);
      return;
    }
    last = host_drain(self);
  }
}

static inline void
host_run(struct host *self) {
  CHECK(tsfn__os_thread_start(&self->loop, 0, host_loop, self));
  WAIT_UNTIL(atomic_load(&self->is_running));
}

/* Returns at once: the loop's thread shuts the channel down. */
static inline void
host_stop(struct host *self) {
  tsfn__os_mutex_lock(&self->lock);
  self->shall_stop = true;
  tsfn__os_condition_signal(&self->come);
  tsfn__os_mutex_unlock(&self->lock);
}

static inline void
host_join(struct host *self) {
  tsfn__os_thread_join(self->loop);
}

/* --- producers ----------------------------------------------------------- */

static inline void
host_place(const struct tsfn__message *message, size_t index, void *slot) {
  const unsigned char *items = message->items;
  memcpy(slot, items + index * message->size, 8);
}

/* The deadline of a send that may wait this long; UINT64_MAX: without end. */
static inline uint64_t
host_deadline(uint64_t milliseconds) {
  if (milliseconds == 0) return TSFN__NO_WAIT;
  if (milliseconds == UINT64_MAX) return TSFN__OS_FOREVER;
  return tsfn__os_now() + milliseconds * 1000000u;
}

/* Sends `count` <= 64 items, the first of them number `number`. Every way to
   send has its turn: a push, bytes, a place operation. */
static inline tsfn_status
host_send(struct host *self, unsigned producer, uint64_t number, size_t count,
          uint64_t milliseconds, size_t *accepted) {
  uint64_t items[64];
  CHECK(count <= 64);
  for (size_t i = 0; i < count; i++)
    items[i] = (uint64_t)producer << HOST_SHIFT | (number + i);
  unsigned char kind = (unsigned char)(producer + 1);
  struct tsfn__message message = {items, 8, count, kind,
                                  number % 3 == 1 ? host_place : NULL};
  *accepted = 1;
  if (count == 1 && number % 3 != 0 &&
      tsfn__channel_push(&self->channel, items, 8, kind))
    return TSFN_OK;
  return tsfn__channel_send(&self->channel, &message,
                            host_deadline(milliseconds), accepted);
}

/* One item, not blocking. */
static inline tsfn_status
host_send_one(struct host *self, unsigned producer, uint64_t number) {
  size_t accepted = 99;
  tsfn_status status = host_send(self, producer, number, 1, 0, &accepted);
  CHECK_EQ(accepted, status == TSFN_OK);
  return status;
}

#endif
