/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/codec.h"

/* The library's own is in to_js.c, which needs Node. */
const struct tsfn__codec tsfn__record_codec = {tsfn__record_check,
                                               tsfn__record_same,
                                               tsfn__record_is_plain,
                                               tsfn__record_slot_size,
                                               tsfn__record_gather,
                                               tsfn__record_place,
                                               tsfn__record_discard,
                                               NULL,
                                               tsfn__record_destroy,
                                               NULL,
                                               NULL,
                                               NULL,
                                               NULL,
                                               NULL,
                                               NULL,
                                               NULL,
                                               NULL};

const tsfn_record *
fixture_mixed_elsewhere(void) {
  return mixed_record();
}

int fixture_fail_at = -1;
size_t fixture_held;
size_t fixture_made;
int fixture_freed;
void *fixture_freed_data;
void *fixture_freed_hint;

/* The asked size, in front; 16 bytes keep the alignment. */
#define HEAD 16

static void *
fixture_allocate(void *hint, size_t size) {
  (void)hint;
  if (fixture_fail_at >= 0 && fixture_fail_at-- == 0) return NULL;
  char *memory = malloc(HEAD + size);
  if (memory == NULL) return NULL;
  *(size_t *)(void *)memory = size;
  fixture_held++;
  fixture_made++;
  return memory + HEAD;
}

static void
fixture_release(void *hint, void *memory, size_t size) {
  (void)hint;
  char *start = (char *)memory - HEAD;
  if (*(size_t *)(void *)start != size) {
    fprintf(stderr, "%zu bytes released as %zu\n", *(size_t *)(void *)start,
            size);
    abort();
  }
  fixture_held--;
  free(start);
}

const tsfn_allocator fixture_allocator = {fixture_allocate, fixture_release,
                                          NULL};

void
fixture_free(void *data, void *hint) {
  fixture_freed++;
  fixture_freed_data = data;
  fixture_freed_hint = hint;
}
