/* SPDX-License-Identifier: MIT */

/* What lets a Bun for musl run on Debian. Bun wants a C++ library built for
   musl, which Debian has not got. Debian's own, for glibc, loads under musl's
   loader but for the seven names below, which glibc and its loader have. This
   file is linked as a library with that loader's name (ld-linux-x86-64.so.2),
   which the C++ library asks for. For tests only. */

#define _GNU_SOURCE
#include <link.h>
#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

/* Never: whatever is cheaper in a process of one thread is not done. */
char __libc_single_threaded = 0;

/* What the compiler's __builtin_cpu_supports asks: nothing special is there. */
struct {
  unsigned int vendor, type, subtype, features[1];
} __cpu_model;

int
__cpu_indicator_init(void) {
  return 0;
}

uint32_t
arc4random(void) {
  uint32_t value;
  if (getrandom(&value, sizeof value, 0) != sizeof value) abort();
  return value;
}

size_t
__strftime_l(char *text, size_t size, const char *format, const struct tm *tm,
             locale_t locale) {
  return strftime_l(text, size, format, tm, locale);
}

/* --- destructors of thread-local objects --------------------------------- */

struct destructor {
  void (*run)(void *object);
  void *object;
  struct destructor *next;
};

static pthread_key_t key;

/* The latest first; one may register another. */
static void
run_all(void *first) {
  for (struct destructor *one = first, *next; one != NULL; one = next) {
    next = one->next;
    one->run(one->object);
    free(one);
  }
}

static void
make_key(void) {
  if (pthread_key_create(&key, run_all) != 0) abort();
}

int
__cxa_thread_atexit_impl(void (*run)(void *), void *object, void *image) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  struct destructor *one = malloc(sizeof *one);
  (void)image;
  if (one == NULL) return -1;
  pthread_once(&once, make_key);
  *one = (struct destructor){run, object, pthread_getspecific(key)};
  return pthread_setspecific(key, one);
}

/* --- the frames of an address, for the unwinder -------------------------- */

struct found {
  unsigned long long flags;
  void *start;
  void *end;
  struct link_map *map;
  void *frames;
  unsigned long long reserved[7];
};

struct search {
  uintptr_t address;
  struct found *result;
};

static int
look(struct dl_phdr_info *info, size_t size, void *data) {
  struct search *search = data;
  const ElfW(Phdr) *frames = NULL;
  uintptr_t start = UINTPTR_MAX, end = 0;
  bool is_inside = false;
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t from = info->dlpi_addr + part->p_vaddr;
    uintptr_t to = from + part->p_memsz;
    if (part->p_type == PT_GNU_EH_FRAME) frames = part;
    if (part->p_type != PT_LOAD) continue;
    if (from < start) start = from;
    if (to > end) end = to;
    if (search->address >= from && search->address < to) is_inside = true;
  }
  if (!is_inside || frames == NULL) return 0;
  *search->result = (struct found){
      .start = (void *)start,
      .end = (void *)end,
      .frames = (void *)(info->dlpi_addr + frames->p_vaddr),
  };
  return 1;
}

int
_dl_find_object(void *address, struct found *result) {
  struct search search = {(uintptr_t)address, result};
  return dl_iterate_phdr(look, &search) == 1 ? 0 : -1;
}
