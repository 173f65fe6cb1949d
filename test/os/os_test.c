/* SPDX-License-Identifier: MIT */
#include "os/os.h"

#include <stdatomic.h>

#include "../support/stack.h"
#include "../support/test.h"

#define MILLISECOND UINT64_C(1000000)

TEST(clock_never_goes_back, "the clock is monotonic, and moves") {
  uint64_t first = tsfn__os_now();
  uint64_t last = first;
  while (last < first + 5 * MILLISECOND) {
    uint64_t now = tsfn__os_now();
    CHECK(now >= last);
    last = now;
  }
}

struct shared {
  struct tsfn__os_mutex lock;
  struct tsfn__os_condition changed;
  int value; /* under the lock */
  atomic_uintptr_t self;
};

static void
shared_init(struct shared *shared) {
  CHECK(tsfn__os_mutex_init(&shared->lock));
  CHECK(tsfn__os_condition_init(&shared->changed));
  shared->value = 0;
  atomic_init(&shared->self, 0);
}

static void
shared_destroy(struct shared *shared) {
  tsfn__os_condition_destroy(&shared->changed);
  tsfn__os_mutex_destroy(&shared->lock);
}

TEST(wait_times_out, "a wait ends at its deadline, not before") {
  struct shared shared;
  shared_init(&shared);
  uint64_t deadline = tsfn__os_now() + 30 * MILLISECOND;
  tsfn__os_mutex_lock(&shared.lock);
  while (tsfn__os_condition_wait(&shared.changed, &shared.lock, deadline)) {}
  tsfn__os_mutex_unlock(&shared.lock);
  CHECK(tsfn__os_now() >= deadline);
  shared_destroy(&shared);
}

TEST(passed_deadline, "a deadline that has passed is answered at once") {
  struct shared shared;
  shared_init(&shared);
  tsfn__os_mutex_lock(&shared.lock);
  while (tsfn__os_condition_wait(&shared.changed, &shared.lock, 1)) {}
  tsfn__os_mutex_unlock(&shared.lock);
  shared_destroy(&shared);
}

static void
set_value(void *data) {
  struct shared *shared = data;
  tsfn__os_mutex_lock(&shared->lock);
  shared->value = 1;
  tsfn__os_condition_signal(&shared->changed);
  tsfn__os_mutex_unlock(&shared->lock);
}

static void
check_signal(uint64_t deadline) {
  struct shared shared;
  tsfn__os_thread thread;
  shared_init(&shared);
  tsfn__os_mutex_lock(&shared.lock);
  CHECK(tsfn__os_thread_start(&thread, 0, set_value, &shared));
  while (shared.value == 0)
    CHECK(tsfn__os_condition_wait(&shared.changed, &shared.lock, deadline));
  tsfn__os_mutex_unlock(&shared.lock);
  tsfn__os_thread_join(thread);
  shared_destroy(&shared);
}

TEST(signal_wakes, "a signal wakes a waiter, with a deadline and without") {
  for (size_t i = 0; i < test_scaled(500); i++) {
    check_signal(TSFN__OS_FOREVER);
    check_signal(tsfn__os_now() + 50000 * MILLISECOND);
    check_signal(TSFN__OS_FOREVER - 1);
  }
}

/* What a thread that runs it leaves. */
static int
value_left_by(size_t stack_size, tsfn__os_thread_main run) {
  struct shared shared;
  tsfn__os_thread thread;
  shared_init(&shared);
  CHECK(tsfn__os_thread_start(&thread, stack_size, run, &shared));
  tsfn__os_thread_join(thread);
  int value = shared.value;
  shared_destroy(&shared);
  return value;
}

static void
keep_is_main(void *data) {
  struct shared *shared = data;
  shared->value = tsfn__os_thread_is_main() ? 1 : 2;
}

TEST(main_is_one, "no thread that was started is the main one") {
  CHECK_EQ(value_left_by(0, keep_is_main), 2);
#if defined(__linux__)
  CHECK(tsfn__os_thread_is_main());
#endif
}

static void
use_mebibyte(void *data) {
  struct shared *shared = data;
  shared->value = use_stack((size_t)1 << 20) == 0 ? 1 : 2;
}

TEST(stack_without_a_size, "a thread has a MiB of stack where nobody asks") {
  CHECK_EQ(value_left_by(0, use_mebibyte), 1);
}

static void
use_twelve(void *data) {
  struct shared *shared = data;
  shared->value = use_stack((size_t)12 << 20) == 0 ? 1 : 2;
}

TEST(stack_of_a_size, "a thread has the stack that was asked for") {
  CHECK_EQ(value_left_by((size_t)16 << 20, use_twelve), 1);
}

TEST(stack_of_one_byte, "a stack is never less than a thread needs") {
  CHECK_EQ(value_left_by(1, keep_is_main), 2);
}

/* SIZE_MAX: 32 bits have room for half of it. */
TEST(stack_beyond_memory, "a stack beyond memory starts no thread") {
  struct shared shared;
  tsfn__os_thread thread;
  shared_init(&shared);
  CHECK(!tsfn__os_thread_start(&thread, SIZE_MAX, keep_is_main, &shared));
  CHECK_EQ(shared.value, 0);
  shared_destroy(&shared);
}

static void
keep_self(void *data) {
  struct shared *shared = data;
  atomic_store(&shared->self, tsfn__os_thread_self());
  tsfn__os_mutex_lock(&shared->lock);
  tsfn__os_mutex_unlock(&shared->lock);
}

TEST(selves_differ, "living threads have different selves, none of them 0") {
  struct shared shared[8];
  tsfn__os_thread threads[8];
  for (int i = 0; i < 8; i++) {
    shared_init(&shared[i]);
    tsfn__os_mutex_lock(&shared[i].lock); /* keeps it alive */
    CHECK(tsfn__os_thread_start(&threads[i], 0, keep_self, &shared[i]));
  }
  for (int i = 0; i < 8; i++)
    while (atomic_load(&shared[i].self) == 0)
      tsfn__os_yield();
  for (int i = 0; i < 8; i++) {
    CHECK(shared[i].self != tsfn__os_thread_self());
    for (int j = 0; j < i; j++)
      CHECK(shared[i].self != shared[j].self);
  }
  for (int i = 0; i < 8; i++) {
    tsfn__os_mutex_unlock(&shared[i].lock);
    tsfn__os_thread_join(threads[i]);
    shared_destroy(&shared[i]);
  }
  CHECK(tsfn__os_thread_self() != 0);
  CHECK_EQ(tsfn__os_thread_self(), tsfn__os_thread_self());
}

static void
add(void *data) {
  struct shared *shared = data;
  for (size_t i = 0; i < test_scaled(20000); i++) {
    tsfn__os_mutex_lock(&shared->lock);
    shared->value++;
    tsfn__os_mutex_unlock(&shared->lock);
  }
}

TEST(mutex_excludes, "no addition under the mutex is lost") {
  struct shared shared;
  tsfn__os_thread threads[4];
  shared_init(&shared);
  for (int i = 0; i < 4; i++)
    CHECK(tsfn__os_thread_start(&threads[i], 0, add, &shared));
  for (int i = 0; i < 4; i++)
    tsfn__os_thread_join(threads[i]);
  CHECK_EQ(shared.value, 4 * test_scaled(20000));
  shared_destroy(&shared);
}

TEST(static_mutex, "a mutex can be had before the program starts") {
  static struct tsfn__os_mutex lock = TSFN__OS_MUTEX_INIT;
  tsfn__os_mutex_lock(&lock);
  tsfn__os_mutex_unlock(&lock);
}

TEST(join_sees_all, "what a thread wrote is there after its join") {
  for (int i = 0; i < 100; i++)
    CHECK_EQ(value_left_by(0, set_value), 1);
}

/* --- the barrier --------------------------------------------------------- */

#define LOG_MAX 4096u

/* Two threads that each store to a word of their own and then load the other's:

     often:  often = round;  (compiler fence)        log[round] = seldom
     seldom: seldom = turn;  tsfn__os_barrier_all;   often

   Only the second has a fence. With it, at least one of the two sees what the
   other has stored: where the second finds often == round, the first one's load
   in round + 1 finds `turn`. The words lie in cache lines of their own. */
struct duel {
  _Alignas(128) _Atomic(uint64_t) often;
  _Alignas(128) _Atomic(uint64_t) seldom;
  _Alignas(128) _Atomic(uint64_t) log[LOG_MAX];
  atomic_bool ends;
};

static void
store_often(void *data) {
  struct duel *duel = data;
  for (uint64_t round = 1; !atomic_load(&duel->ends); round++) {
    /* Release: who sees this round sees the log of those before. */
    atomic_store_explicit(&duel->often, round, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    uint64_t turn = atomic_load_explicit(&duel->seldom, memory_order_relaxed);
    atomic_store_explicit(&duel->log[round % LOG_MAX], turn,
                          memory_order_relaxed);
  }
}

TEST(barrier_orders, "the barrier orders a store and a load of every thread") {
  static struct duel duel;
  tsfn__os_thread thread;
  if (!tsfn__os_barrier_init())
    SKIP("the system has no barrier for all threads, or forbids it");
  CHECK(tsfn__os_thread_start(&thread, 0, store_often, &duel));
  while (atomic_load(&duel.often) == 0)
    tsfn__os_yield();
  for (uint64_t turn = 1; turn <= test_scaled(10000); turn++) {
    atomic_store_explicit(&duel.seldom, turn, memory_order_relaxed);
    tsfn__os_barrier_all();
    uint64_t seen = atomic_load_explicit(&duel.often, memory_order_relaxed);
    /* Acquire: meets the release of round seen + 2. A log that has gone around
       since holds a later load, which finds this turn as well. */
    while (atomic_load_explicit(&duel.often, memory_order_acquire) < seen + 2)
      tsfn__os_yield();
    CHECK(atomic_load(&duel.log[(seen + 1) % LOG_MAX]) >= turn);
  }
  atomic_store(&duel.ends, true);
  tsfn__os_thread_join(thread);
}

/* --- the process --------------------------------------------------------- */

/* Something that is in memory as long as the process, by address and by name.
   On Windows names are asked of the program only, so the program exports it. */
#if defined(_WIN32)
#define LASTING "os_test_lasts"
__declspec(dllexport) void os_test_lasts(void) {}
#else
#define LASTING "getppid" /* the C library's */
#endif

TEST(symbol, "a symbol of the process is found, an unknown one is NULL") {
  CHECK(tsfn__os_symbol(LASTING) != NULL);
  CHECK(tsfn__os_symbol("tsfn_there_is_no_such_symbol") == NULL);
}

TEST(c3_pin, "the module of an address can be pinned, again and again") {
  const void *address = tsfn__os_symbol(LASTING);
  CHECK(address != NULL);
  CHECK(tsfn__os_pin(address));
  CHECK(tsfn__os_pin(address));
}

TEST(no_module, "an address that no module contains is nowhere, NULL too") {
  static const char anchor;
  char here; /* on the stack */
  const void *nowhere[] = {NULL, &here};
  for (int i = 0; i < 2; i++) {
    CHECK(!tsfn__os_pin(nowhere[i]));
    CHECK(!tsfn__os_is_beside(nowhere[i], nowhere[i]));
    CHECK(!tsfn__os_is_beside(&anchor, nowhere[i]));
    CHECK(tsfn__os_symbol_beside(nowhere[i], LASTING) == NULL);
  }
  CHECK(tsfn__os_is_beside(&anchor, &test__first));
}

TEST_MAIN()
