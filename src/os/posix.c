/* SPDX-License-Identifier: MIT */
#if !defined(_WIN32)

#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* dladdr, RTLD_DEFAULT, pthread_condattr_setclock */
#endif

#include "os/os.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#define NANOSECONDS 1000000000u

bool
tsfn__os_mutex_init(struct tsfn__os_mutex *self) {
  return pthread_mutex_init(&self->lock, NULL) == 0;
}

void
tsfn__os_mutex_destroy(struct tsfn__os_mutex *self) {
  pthread_mutex_destroy(&self->lock);
}

void
tsfn__os_mutex_lock(struct tsfn__os_mutex *self) {
  pthread_mutex_lock(&self->lock);
}

void
tsfn__os_mutex_unlock(struct tsfn__os_mutex *self) {
  pthread_mutex_unlock(&self->lock);
}

bool
tsfn__os_condition_init(struct tsfn__os_condition *self) {
#if defined(__APPLE__)
  return pthread_cond_init(&self->variable, NULL) == 0;
#else
  /* The monotonic clock: a wait must not end, or never end, because somebody
     set the time. */
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) return false;
  bool done = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&self->variable, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  return done;
#endif
}

void
tsfn__os_condition_destroy(struct tsfn__os_condition *self) {
  pthread_cond_destroy(&self->variable);
}

bool
tsfn__os_condition_wait(struct tsfn__os_condition *self,
                        struct tsfn__os_mutex *mutex, uint64_t deadline) {
  if (deadline == TSFN__OS_FOREVER) {
    pthread_cond_wait(&self->variable, &mutex->lock);
    return true;
  }
  struct timespec time;
#if defined(__APPLE__)
  /* There is no pthread_condattr_setclock; the relative wait is monotonic. */
  uint64_t now = tsfn__os_now();
  uint64_t left = deadline > now ? deadline - now : 0;
  time.tv_sec = (time_t)(left / NANOSECONDS);
  time.tv_nsec = (long)(left % NANOSECONDS);
  return pthread_cond_timedwait_relative_np(&self->variable, &mutex->lock,
                                            &time) != ETIMEDOUT;
#else
  time.tv_sec = (time_t)(deadline / NANOSECONDS);
  time.tv_nsec = (long)(deadline % NANOSECONDS);
  return pthread_cond_timedwait(&self->variable, &mutex->lock, &time) !=
         ETIMEDOUT;
#endif
}

void
tsfn__os_condition_signal(struct tsfn__os_condition *self) {
  pthread_cond_signal(&self->variable);
}

uint64_t
tsfn__os_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* pthread wants a function that returns a pointer, so ours travels in a small
   allocation that the new thread frees. */
struct start {
  tsfn__os_thread_main run;
  void *data;
};

static void *
thread_main(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  start.run(start.data);
  return NULL;
}

#define STACK_SIZE_WITHOUT_LIMIT ((size_t)2 << 20)

/* The size that a thread gets for `asked`. */
static size_t
choose_stack_size(size_t asked) {
  struct rlimit limit;
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t least = (size_t)PTHREAD_STACK_MIN;
  if (asked == 0) {
    bool is_limited =
        getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    asked = is_limited ? (size_t)limit.rlim_cur : STACK_SIZE_WITHOUT_LIMIT;
  }
  if (asked < least) asked = least;
  return asked > SIZE_MAX - page ? asked : (asked + page - 1) / page * page;
}

static int
create_thread(pthread_t *out, size_t stack_size, struct start *start) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  error = pthread_attr_setstacksize(&attributes, choose_stack_size(stack_size));
  if (error == 0) error = pthread_create(out, &attributes, thread_main, start);
  pthread_attr_destroy(&attributes);
  return error;
}

bool
tsfn__os_thread_start(tsfn__os_thread *self, size_t stack_size,
                      tsfn__os_thread_main run, void *data) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return false;
  start->run = run;
  start->data = data;
  if (create_thread(&self->handle, stack_size, start) == 0) return true;
  free(start);
  return false;
}

void
tsfn__os_thread_join(tsfn__os_thread self) {
  pthread_join(self.handle, NULL);
}

bool
tsfn__os_thread_is_main(void) {
#if defined(__linux__)
  return syscall(SYS_gettid) == getpid();
#else
  return false;
#endif
}

void
tsfn__os_yield(void) {
  sched_yield();
}

void
tsfn__os_nap(void) {
  struct timespec left = {.tv_nsec = 1000000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR)
    continue;
}

#if defined(__linux__)
/* membarrier(2): PRIVATE_EXPEDITED, Linux 4.14 and later; the numbers are the
   kernel's, in case the headers are older. */
#if !defined(__NR_membarrier)
#define MEMBARRIER(command) (-1)
#else
#define MEMBARRIER(command) syscall(__NR_membarrier, command, 0)
#endif
#define EXPEDITED (1 << 3)
#define REGISTER_EXPEDITED (1 << 4)

#define QUERY 0

/* Of the process. MISSING and READY are for ever. */
enum { UNKNOWN, POSSIBLE, STARTED, MISSING, READY };
static _Atomic(int) barrier;

static int
barrier_state(void) {
  int state = atomic_load_explicit(&barrier, memory_order_relaxed);
  if (state != UNKNOWN) return state;
  long commands = MEMBARRIER(QUERY);
  bool has_both = commands > 0 && (commands & EXPEDITED) != 0 &&
                  (commands & REGISTER_EXPEDITED) != 0;
  /* Where another thread was faster `state` is what it has found. */
  if (atomic_compare_exchange_strong_explicit(
          &barrier, &state, has_both ? POSSIBLE : MISSING, memory_order_relaxed,
          memory_order_relaxed))
    return has_both ? POSSIBLE : MISSING;
  return state;
}

bool
tsfn__os_barrier_is_possible(void) {
  return barrier_state() != MISSING;
}

bool
tsfn__os_barrier_is_ready(void) {
  /* Acquire: meets the release in init, so that a barrier comes behind the
     registration. */
  return atomic_load_explicit(&barrier, memory_order_acquire) == READY;
}

bool
tsfn__os_barrier_init(void) {
  int state = barrier_state();
  if (state == MISSING || state == READY) return state == READY;
  /* Several threads may do this at once. One that succeeds decides, also where
     another one fails since a filter of system calls came in between. */
  if (MEMBARRIER(REGISTER_EXPEDITED) == 0 && MEMBARRIER(EXPEDITED) == 0) {
    atomic_store_explicit(&barrier, READY, memory_order_release);
    return true;
  }
  atomic_compare_exchange_strong_explicit(
      &barrier, &state, MISSING, memory_order_relaxed, memory_order_relaxed);
  return false;
}

static void *
run_init(void *nothing) {
  (void)tsfn__os_barrier_init();
  return nothing;
}

void
tsfn__os_barrier_start(void) {
  int state = POSSIBLE;
  pthread_t thread;
  pthread_attr_t attributes;
  if (!atomic_compare_exchange_strong_explicit(&barrier, &state, STARTED,
                                               memory_order_relaxed,
                                               memory_order_relaxed) ||
      pthread_attr_init(&attributes) != 0)
    return;
  /* Without a thread it is never ready, which costs speed and nothing else. */
  if (pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0)
    (void)pthread_create(&thread, &attributes, run_init, NULL);
  pthread_attr_destroy(&attributes);
}

void
tsfn__os_barrier_all(void) {
  atomic_thread_fence(memory_order_seq_cst);
  if (MEMBARRIER(EXPEDITED) == 0) return;
  /* Only where a filter of system calls came after the first call: then this
     thread waits longer than any store stays on its way. */
  tsfn__os_nap();
}
#else
bool
tsfn__os_barrier_is_possible(void) {
  return false;
}

bool
tsfn__os_barrier_is_ready(void) {
  return false;
}

bool
tsfn__os_barrier_init(void) {
  return false;
}

void
tsfn__os_barrier_start(void) {}

void
tsfn__os_barrier_all(void) {}
#endif

bool
tsfn__os_pin(const void *address) {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == NULL) return false;
  /* NOLOAD: it is loaded, we only change its flags. NODELETE: dlclose leaves
     it mapped. The reference is kept as well, for a C library that has the one
     flag and not the other. */
  return dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) !=
         NULL;
}

/* Volatile: glibc promises of dlsym that it does not come back to this file
   (`leaf`), which is not so with the linker's --wrap=dlsym. */
static _Thread_local volatile bool is_asking;

bool
tsfn__os_symbol_is_asked(void) {
  return is_asking;
}

void *
tsfn__os_symbol(const char *name) {
  is_asking = true;
  void *symbol = dlsym(RTLD_DEFAULT, name);
  is_asking = false;
  return symbol;
}

void *
tsfn__os_symbol_beside(const void *address, const char *name) {
  Dl_info info, found;
  if (dladdr(address, &info) == 0 || info.dli_fname == NULL) return NULL;
  void *module = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (module == NULL) return NULL;
  void *symbol = dlsym(module, name);
  dlclose(module); /* the reference that dlopen took; it stays loaded */
  /* dlsym looks into what the module depends on as well. */
  bool is_own = symbol != NULL && dladdr(symbol, &found) != 0 &&
                found.dli_fbase == info.dli_fbase;
  return is_own ? symbol : NULL;
}

bool
tsfn__os_is_beside(const void *one, const void *other) {
  Dl_info first, second;
  return dladdr(one, &first) != 0 && dladdr(other, &second) != 0 &&
         first.dli_fbase == second.dli_fbase;
}

#else
typedef int tsfn__os_posix_is_not_built_here;
#endif
