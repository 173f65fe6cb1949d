/* SPDX-License-Identifier: MIT */
#if defined(_WIN32)

#if !defined(_WIN32_WINNT)
#define _WIN32_WINNT 0x0601 /* SRW locks and condition variables */
#endif
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <limits.h>
#include <process.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "os/os.h"

_Static_assert(sizeof(SRWLOCK) == sizeof(void *), "SRWLOCK is one pointer");
_Static_assert(sizeof(CONDITION_VARIABLE) == sizeof(void *),
               "CONDITION_VARIABLE is one pointer");

#define NANOSECONDS 1000000000u
#define NANOSECONDS_IN_MILLISECOND 1000000u

static SRWLOCK *
lock_of(struct tsfn__os_mutex *self) {
  return (SRWLOCK *)&self->lock;
}

static CONDITION_VARIABLE *
variable_of(struct tsfn__os_condition *self) {
  return (CONDITION_VARIABLE *)&self->variable;
}

bool
tsfn__os_mutex_init(struct tsfn__os_mutex *self) {
  InitializeSRWLock(lock_of(self));
  return true;
}

void
tsfn__os_mutex_destroy(struct tsfn__os_mutex *self) {
  (void)self;
}

void
tsfn__os_mutex_lock(struct tsfn__os_mutex *self) {
  AcquireSRWLockExclusive(lock_of(self));
}

void
tsfn__os_mutex_unlock(struct tsfn__os_mutex *self) {
  ReleaseSRWLockExclusive(lock_of(self));
}

bool
tsfn__os_condition_init(struct tsfn__os_condition *self) {
  InitializeConditionVariable(variable_of(self));
  return true;
}

void
tsfn__os_condition_destroy(struct tsfn__os_condition *self) {
  (void)self;
}

bool
tsfn__os_condition_wait(struct tsfn__os_condition *self,
                        struct tsfn__os_mutex *mutex, uint64_t deadline) {
  DWORD milliseconds = INFINITE;
  if (deadline != TSFN__OS_FOREVER) {
    uint64_t now = tsfn__os_now();
    uint64_t left = deadline > now ? deadline - now : 0;
    /* Rounded up: a wait that ends early would spin until the deadline. */
    left = (left + NANOSECONDS_IN_MILLISECOND - 1) / NANOSECONDS_IN_MILLISECOND;
    milliseconds = left < INFINITE ? (DWORD)left : INFINITE - 1;
  }
  SleepConditionVariableSRW(variable_of(self), lock_of(mutex), milliseconds, 0);
  return deadline == TSFN__OS_FOREVER || tsfn__os_now() < deadline;
}

void
tsfn__os_condition_signal(struct tsfn__os_condition *self) {
  WakeConditionVariable(variable_of(self));
}

uint64_t
tsfn__os_now(void) {
  LARGE_INTEGER frequency, count;
  QueryPerformanceFrequency(&frequency);
  QueryPerformanceCounter(&count);
  uint64_t seconds = (uint64_t)(count.QuadPart / frequency.QuadPart);
  uint64_t rest = (uint64_t)(count.QuadPart % frequency.QuadPart);
  return seconds * NANOSECONDS +
         rest * NANOSECONDS / (uint64_t)frequency.QuadPart;
}

struct start {
  tsfn__os_thread_main run;
  void *data;
};

static unsigned __stdcall thread_main(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  start.run(start.data);
  return 0;
}

bool
tsfn__os_thread_start(tsfn__os_thread *self, size_t stack_size,
                      tsfn__os_thread_main run, void *data) {
  if (stack_size > UINT_MAX) return false;
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return false;
  start->run = run;
  start->data = data;
  self->handle =
      (void *)_beginthreadex(NULL, (unsigned)stack_size, thread_main, start,
                             STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
  if (self->handle != NULL) return true;
  free(start);
  return false;
}

void
tsfn__os_thread_join(tsfn__os_thread self) {
  WaitForSingleObject(self.handle, INFINITE);
  CloseHandle(self.handle);
}

uintptr_t
tsfn__os_thread_self(void) {
  return (uintptr_t)GetCurrentThreadId();
}

bool
tsfn__os_thread_is_main(void) {
  return false;
}

void
tsfn__os_yield(void) {
  SwitchToThread();
}

void
tsfn__os_nap(void) {
  Sleep(1);
}

/* Wine up to version 8 has FlushProcessWriteBuffers and does nothing in it: a
   thread that relies on it loses what another has stored. A program can tell
   that it runs under Wine by this name. */
static bool
is_wine(void) {
  HMODULE system = GetModuleHandleW(L"ntdll.dll");
  return system != NULL && GetProcAddress(system, "wine_get_version") != NULL;
}

bool
tsfn__os_barrier_init(void) {
  enum { UNKNOWN, WORKS, MISSING };
  static _Atomic(int) state;
  int known = atomic_load_explicit(&state, memory_order_relaxed);
  if (known == UNKNOWN) {
    known = is_wine() ? MISSING : WORKS;
    atomic_store_explicit(&state, known, memory_order_relaxed);
  }
  return known == WORKS;
}

bool
tsfn__os_barrier_is_possible(void) {
  return tsfn__os_barrier_init();
}

bool
tsfn__os_barrier_is_ready(void) {
  return tsfn__os_barrier_init();
}

void
tsfn__os_barrier_start(void) {}

void
tsfn__os_barrier_all(void) {
  FlushProcessWriteBuffers();
}

/* The module that contains `address`, with another of the flags that
   GetModuleHandleEx has. NULL: no module does. The system itself takes an
   address of NULL for the program's. */
static HMODULE
module_of(const void *address, DWORD flag) {
  HMODULE module = NULL;
  if (address == NULL ||
      !GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | flag,
                          (LPCWSTR)address, &module))
    return NULL;
  return module;
}

static HMODULE
find_module(const void *address) {
  return module_of(address, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT);
}

bool
tsfn__os_pin(const void *address) {
  return module_of(address, GET_MODULE_HANDLE_EX_FLAG_PIN) != NULL;
}

bool
tsfn__os_symbol_is_asked(void) {
  return false; /* nobody answers them here */
}

void *
tsfn__os_symbol(const char *name) {
  return (void *)(uintptr_t)GetProcAddress(GetModuleHandleW(NULL), name);
}

void *
tsfn__os_symbol_beside(const void *address, const char *name) {
  HMODULE module = find_module(address);
  return module != NULL ? (void *)(uintptr_t)GetProcAddress(module, name)
                        : NULL;
}

bool
tsfn__os_is_beside(const void *one, const void *other) {
  HMODULE module = find_module(one);
  return module != NULL && module == find_module(other);
}

#else
typedef int tsfn__os_win32_is_not_built_here;
#endif
