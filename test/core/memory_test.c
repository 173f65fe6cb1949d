/* SPDX-License-Identifier: MIT */
#include "core/memory.h"

#include "../support/ledger.h"
#include "../support/test.h"

TEST(default_is_malloc, "the default allocator gives memory and takes it") {
  unsigned char *memory = tsfn__memory_allocate(&tsfn__memory_default, 100);
  CHECK(memory != NULL);
  CHECK_EQ((uintptr_t)memory % sizeof(void *), 0);
  memset(memory, 1, 100);
  tsfn__memory_release(&tsfn__memory_default, memory, 100);
}

TEST(zero_is_zero, "memory asked for as zero is zero") {
  struct ledger ledger; /* fills with 0xa5 */
  ledger_init(&ledger);
  unsigned char *memory = tsfn__memory_allocate_zero(&ledger.allocator, 4096);
  for (int i = 0; i < 4096; i++)
    CHECK_EQ(memory[i], 0);
  tsfn__memory_release(&ledger.allocator, memory, 4096);
  CHECK_EQ(ledger.live, 0);
}

TEST(failure_is_null, "a failing allocator is answered with NULL") {
  struct ledger ledger;
  ledger_init(&ledger);
  ledger_fail(&ledger, 0, 2);
  CHECK(tsfn__memory_allocate(&ledger.allocator, 8) == NULL);
  CHECK(tsfn__memory_allocate_zero(&ledger.allocator, 8) == NULL);
  CHECK_EQ(ledger.failures, 2);
}

TEST(release_of_null, "releasing NULL asks the allocator nothing") {
  tsfn_allocator none = {NULL, NULL, NULL};
  tsfn__memory_release(&none, NULL, 8);
}

TEST_MAIN()
