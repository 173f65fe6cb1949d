/* SPDX-License-Identifier: MIT */
#ifndef TSFN__OS_H
#define TSFN__OS_H

/* All that libtsfn asks of an operating system. posix.c and win32.c implement
   it; no other file has a platform #ifdef. Nothing here aborts; what can fail
   answers false and has then done nothing. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
/* An SRWLOCK and a CONDITION_VARIABLE are each one pointer that starts NULL;
   win32.c checks it. <windows.h> stays out of everyone else's files. */
struct tsfn__os_mutex {
  void *lock;
};
struct tsfn__os_condition {
  void *variable;
};
#define TSFN__OS_MUTEX_INIT                                                    \
  { 0 }
typedef struct {
  void *handle;
} tsfn__os_thread;
#else
#include <pthread.h>
struct tsfn__os_mutex {
  pthread_mutex_t lock;
};
struct tsfn__os_condition {
  pthread_cond_t variable;
};
#define TSFN__OS_MUTEX_INIT                                                    \
  { PTHREAD_MUTEX_INITIALIZER }
typedef struct {
  pthread_t handle;
} tsfn__os_thread;
#endif

/* For the few functions whose call would cost as much as what they do. */
#if defined(__GNUC__)
#define TSFN__OS_INLINE static inline __attribute__((always_inline))
#else
#define TSFN__OS_INLINE static inline
#endif

/* Never a deadline that passes. */
#define TSFN__OS_FOREVER UINT64_MAX

/* --- mutex: not recursive, held for a few instructions ------------------- */

bool tsfn__os_mutex_init(struct tsfn__os_mutex *self);
void tsfn__os_mutex_destroy(struct tsfn__os_mutex *self);
void tsfn__os_mutex_lock(struct tsfn__os_mutex *self);
void tsfn__os_mutex_unlock(struct tsfn__os_mutex *self);

/* --- condition: park and unpark ------------------------------------------ */

bool tsfn__os_condition_init(struct tsfn__os_condition *self);
void tsfn__os_condition_destroy(struct tsfn__os_condition *self);

/* Releases `mutex`, waits, takes it again. May return early for no reason.
   `deadline` is on tsfn__os_now's clock. False: the deadline has passed. */
bool tsfn__os_condition_wait(struct tsfn__os_condition *self,
                             struct tsfn__os_mutex *mutex, uint64_t deadline);

/* Wakes one waiter. Called with the waiter's mutex held, so that the waiter may
   destroy the condition as soon as it has the mutex. */
void tsfn__os_condition_signal(struct tsfn__os_condition *self);

/* --- clock --------------------------------------------------------------- */

/* Nanoseconds since some point in the past; never goes back. */
uint64_t tsfn__os_now(void);

/* --- threads ------------------------------------------------------------- */

typedef void (*tsfn__os_thread_main)(void *data);

/* Starts a joinable thread. `stack_size` is in bytes, rounded up to pages or to
   the least that the system allows. 0: on POSIX the soft limit of RLIMIT_STACK
   (8 MiB mostly; 2 MiB where there is none), as libuv's own threads have it,
   since musl and macOS give far less by themselves; on Windows what the
   executable says. False: out of memory or of threads, or the system refuses
   that size. */
bool tsfn__os_thread_start(tsfn__os_thread *self, size_t stack_size,
                           tsfn__os_thread_main run, void *data);

/* Waits for the thread's end and frees what it left. Once for each start. */
void tsfn__os_thread_join(tsfn__os_thread self);

/* A value that no two living threads share; never 0. */
#if defined(_WIN32)
uintptr_t tsfn__os_thread_self(void);
#else
static inline uintptr_t
tsfn__os_thread_self(void) {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11 &&              \
    (defined(__x86_64__) || defined(__aarch64__))
  return (uintptr_t)__builtin_thread_pointer(); /* one instruction */
#else
  return (uintptr_t)pthread_self(); /* a number or an address, everywhere */
#endif
}
#endif

/* Whether the caller runs the process's main(). False also where that cannot be
   told. */
bool tsfn__os_thread_is_main(void);

/* Lets another thread run. */
void tsfn__os_yield(void);

/* Sleeps for about a millisecond. */
void tsfn__os_nap(void);

/* A barrier for pairs of a store and a load that one side does all the time and
   the other seldom. On Linux the process must be registered before the first
   one, and the thread that does so stands still until every processor has
   passed through the kernel: 9 to 16 ms, 300 once. So it is registered when it
   pays, on a thread that nobody waits for. On Windows it is always ready. */

/* Whether the system has it; one cheap question to the kernel, once. It may
   still turn out that it cannot be registered. */
bool tsfn__os_barrier_is_possible(void);

/* Whether tsfn__os_barrier_all works; it will from then on. One load. */
bool tsfn__os_barrier_is_ready(void);

/* Sees to it that it will be ready, if it can be: the first call starts a
   thread that registers the process. Returns at once. */
void tsfn__os_barrier_start(void);

/* The same, here and now. True: it is ready. */
bool tsfn__os_barrier_init(void);

/* Puts a full fence between two instructions of every running thread of the
   process, and one here. 150 nanoseconds where no other processor runs the
   process, else one or two microseconds, on a virtual machine twenty. */
void tsfn__os_barrier_all(void);

/* Stores, so that no later seq_cst load of this thread comes before it: the
   store half of a store-load pair, whose loads are seq_cst as well. It is an
   exchange. On x86 a compiler makes one of a seq_cst store anyway. On arm64 a
   store-release (stlr) would do. But an addon for arm64 may run under an
   emulator, in a container on an x86 machine, and QEMU 7.2 lets a load-acquire
   (ldar) overtake a store-release, which the architecture forbids: a wake could
   be lost. */
#define TSFN__OS_STORE_SEQ_CST(object, value)                                  \
  ((void)atomic_exchange_explicit(object, value, memory_order_seq_cst))

/* Tells the processor that this is a spin loop. */
static inline void
tsfn__os_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) && defined(__GNUC__)
  __asm__ __volatile__("yield");
#endif
}

/* Tells the processor that the cache line at `address` will soon be read, or
   written. Never faults. */
static inline void
tsfn__os_prefetch(const void *address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

static inline void
tsfn__os_prefetch_write(const void *address) {
#if defined(__x86_64__) && defined(__GNUC__)
  /* Not the builtin: without -mprfchw it asks for the line to read, and the
     write waits for it all the same. Processors without it do nothing. */
  __asm__ __volatile__("prefetchw (%0)" : : "r"(address));
#elif defined(__GNUC__)
  __builtin_prefetch(address, 1);
#else
  (void)address;
#endif
}

/* --- the process --------------------------------------------------------- */

/* Keeps the module (shared object, DLL) that contains `address` in memory until
   the process ends. Idempotent. */
bool tsfn__os_pin(const void *address);

/* The address of a symbol that the host program exports, or NULL. */
void *tsfn__os_symbol(const char *name);

/* Whether this thread is in it: for who answers the addon's own lookups. */
bool tsfn__os_symbol_is_asked(void);

/* The address of a symbol that the module which contains `address` exports, or
   NULL. */
void *tsfn__os_symbol_beside(const void *address, const char *name);

/* Whether one module contains both addresses. */
bool tsfn__os_is_beside(const void *one, const void *other);

/* --- the linker ---------------------------------------------------------- */

/* A function that is kept out of its callers, where each copy is code and no
   time is won; and one that runs once for a function or an environment: small
   rather than fast. */
#if defined(__GNUC__)
#define TSFN__OS_OUTLINE __attribute__((noinline))
#define TSFN__OS_COLD __attribute__((cold))
#else
#define TSFN__OS_OUTLINE
#define TSFN__OS_COLD
#endif

/* The variable from which a file reads the address of `name` where it declares
   `name` as imported from a DLL. 32-bit Windows puts `_` before each name. */
#if defined(_M_IX86) || defined(__i386__)
#define TSFN__OS_IMPORTED(name) _imp__##name
#else
#define TSFN__OS_IMPORTED(name) __imp_##name
#endif

/* In front of a declaration: the definition is for this module only, so that
   its references to the name cannot be bound to another module's. */
#if !defined(TSFN__OS_HIDDEN)
#if defined(__GNUC__) && !defined(_WIN32)
#define TSFN__OS_HIDDEN __attribute__((visibility("hidden")))
#else
#define TSFN__OS_HIDDEN
#endif
#endif

/* In front of a declaration: the host finds the definition by its name, and
   another definition in the addon replaces it. Windows can do neither: there it
   is an ordinary one. */
#if defined(__GNUC__) && !defined(_WIN32)
#define TSFN__OS_FOUND __attribute__((visibility("default"), weak))
#else
#define TSFN__OS_FOUND
#endif

#endif
