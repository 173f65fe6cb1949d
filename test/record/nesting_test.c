/* SPDX-License-Identifier: MIT */

/* Optionals and lists in a slot: what of copy_test.c they could break. */

#include "fixture.h"
#include "record/nesting.h"
#include "support/test.h"

#define TAG(FIELD) FIELD(u8, weight) FIELD(string, text)
TSFN_RECORD(tag, TAG)

#define OWNER(FIELD) FIELD(owned, memory)
TSFN_RECORD(owner, OWNER)

#define NEST(FIELD)                                                            \
  FIELD(optional(u32), port)                                                   \
  FIELD(list(f64), numbers)                                                    \
  FIELD(list(string), words)                                                   \
  FIELD(optional(record(tag)), one)                                            \
  FIELD(optional(list(record(tag))), tags)                                     \
  FIELD(nonnull(string), name)                                                 \
  FIELD(optional(record(owner)), mine)
TSFN_RECORD(nest, NEST)

static double numbers[40];
static const char *words[] = {"one", NULL, "thirteen"};
static tag tags[] = {{1, "first"}, {2, NULL}, {3, "third"}};

/* Every optional has its value. */
static nest
full_item(size_t count) {
  nest item;
  memset(&item, 0, sizeof item);
  for (size_t i = 0; i < 40; i++)
    numbers[i] = (double)i + 0.5;
  item.port.has = true;
  item.port.value = 80;
  item.numbers.items = numbers;
  item.numbers.count = count;
  item.words.items = words;
  item.words.count = 3;
  item.one.has = true;
  item.one.value = tags[0];
  item.tags.has = true;
  item.tags.value.items = tags;
  item.tags.value.count = 3;
  item.name = "name";
  return item;
}

static tsfn_status
gather(const nest *item, void **copies) {
  return tsfn__record_gather(nest_record(), &fixture_ledger.allocator, item,
                             copies);
}

static nest *
place(const nest *item, void *copies) {
  void *slot = malloc(tsfn__record_slot_size(nest_record()));
  CHECK(slot != NULL);
  tsfn__record_place(nest_record(), slot, item, copies);
  return slot;
}

static void
destroy(nest *slot) {
  tsfn__record_destroy(nest_record(), &fixture_ledger.allocator, slot);
  free(slot);
  CHECK_EQ(fixture_ledger.live, 0);
}

static void
check_full(const nest *queued, size_t count) {
  CHECK(queued->port.has && queued->port.value == 80);
  CHECK_EQ(queued->numbers.count, count);
  for (size_t i = 0; i < count; i++)
    CHECK(queued->numbers.items[i] == (double)i + 0.5);
  CHECK_EQ((uintptr_t)queued->numbers.items % sizeof(double), 0);
  CHECK_EQ(queued->words.count, 3);
  CHECK_STR(queued->words.items[0], "one");
  CHECK_STR(queued->words.items[1], NULL);
  CHECK_STR(queued->words.items[2], "thirteen");
  CHECK_STR(queued->one.value.text, "first");
  CHECK_EQ(queued->tags.value.count, 3);
  CHECK_EQ(queued->tags.value.items[2].weight, 3);
  CHECK_STR(queued->tags.value.items[0].text, "first");
  CHECK_STR(queued->tags.value.items[1].text, NULL);
  CHECK_STR(queued->tags.value.items[2].text, "third");
  CHECK_STR(queued->name, "name");
}

TEST(round_trip, "lists and what they point to have memory of their own") {
  nest item = full_item(40);
  void *copies;
  CHECK_EQ(gather(&item, &copies), TSFN_OK);
  CHECK_EQ(fixture_ledger.made, 1);
  nest *queued = place(&item, copies);
  const char *first = queued->tags.value.items[0].text;
  CHECK(first != tags[0].text && queued->words.items != words);
  memset(&item, 0xff, sizeof item);
  check_full(queued, 40);
  destroy(queued);
}

#define FEW(FIELD)                                                             \
  FIELD(u8, before) FIELD(list(u64), numbers) FIELD(list(string), words)
TSFN_RECORD(few, FEW)

TEST(small_lists, "what is small is copied into the slot, aligned") {
  static const uint64_t longs[] = {1, UINT64_MAX};
  static const char *const odd[] = {"a", "bc"};
  few item = {1, {longs, 2}, {odd, 2}};
  void *copies;
  CHECK_EQ(tsfn__record_gather(few_record(), &fixture_ledger.allocator, &item,
                               &copies),
           TSFN_OK);
  CHECK(copies == NULL);
  char *slot = malloc(tsfn__record_slot_size(few_record()));
  CHECK(slot != NULL);
  tsfn__record_place(few_record(), slot, &item, copies);
  const few *queued = (const void *)slot;
  const char *end = slot + tsfn__record_slot_size(few_record());
  CHECK((const char *)queued->numbers.items > slot);
  CHECK((const char *)(queued->words.items + 2) <= end);
  CHECK_EQ((uintptr_t)queued->numbers.items % 8, 0);
  CHECK(queued->numbers.items[1] == UINT64_MAX);
  CHECK_STR(queued->words.items[0], "a");
  CHECK_STR(queued->words.items[1], "bc");
  CHECK(queued->words.items[1] + 3 <= end);
  free(slot);
  CHECK_EQ(fixture_ledger.made, 0);
}

TEST(empty, "an optional without its value is not looked at") {
  nest item = full_item(0);
  void *copies;
  item.one.has = item.tags.has = item.mine.has = false;
  item.one.value.text = (const char *)8;
  item.tags.value.count = SIZE_MAX;
  item.mine.value.memory.size = 5;
  item.words.items = NULL;
  item.words.count = 0;
  CHECK_EQ(gather(&item, &copies), TSFN_OK);
  nest *queued = place(&item, copies);
  CHECK(!queued->one.has && !queued->tags.has && !queued->mine.has);
  CHECK(queued->words.items == NULL);
  CHECK(queued->numbers.items != NULL && queued->numbers.count == 0);
  destroy(queued);
}

#define LABELLED(FIELD)                                                        \
  FIELD(optional(record(tag)), one)                                            \
  FIELD(optional(record(tag)), other) FIELD(optional(string), name)
TSFN_RECORD(labelled, LABELLED)

TEST(optional_in_slot, "what is in an optional is copied where it is there") {
  labelled item = {{true, {1, "one"}}, {false, {2, (const char *)8}}, NULL};
  void *copies;
  CHECK_EQ(tsfn__record_gather(labelled_record(), &fixture_ledger.allocator,
                               &item, &copies),
           TSFN_OK);
  CHECK(copies == NULL);
  void *slot = malloc(tsfn__record_slot_size(labelled_record()));
  CHECK(slot != NULL);
  tsfn__record_place(labelled_record(), slot, &item, copies);
  const labelled *queued = slot;
  CHECK(queued->one.has && !queued->other.has);
  CHECK_STR(queued->one.value.text, "one");
  CHECK(queued->one.value.text != item.one.value.text);
  CHECK(queued->name == NULL);
  free(slot);
}

TEST(every_size, "records of each size keep what they point to") {
  for (size_t count = 0; count <= 40; count++) {
    nest item = full_item(count);
    void *copies;
    CHECK_EQ(gather(&item, &copies), TSFN_OK);
    nest *queued = place(&item, copies);
    check_full(queued, count);
    destroy(queued);
  }
}

static tsfn_status
refused(const nest *item) {
  void *copies;
  tsfn_status status = gather(item, &copies);
  CHECK(copies == NULL);
  CHECK_EQ(fixture_ledger.made, 0);
  return status;
}

TEST(refusals,
     "a NULL with a count, and one that is not allowed, are invalid") {
  nest item = full_item(1);
  item.numbers.items = NULL;
  CHECK_EQ(refused(&item), TSFN_INVALID);
  item = full_item(1);
  item.name = NULL;
  CHECK_EQ(refused(&item), TSFN_INVALID);
  item = full_item(1);
  item.tags.value.items = NULL;
  CHECK_EQ(refused(&item), TSFN_INVALID);
  item = full_item(1);
  item.numbers.count = SIZE_MAX / 2;
  CHECK_EQ(refused(&item), TSFN_NO_MEMORY);
  item.numbers.count = SIZE_MAX / sizeof(double);
  CHECK_EQ(refused(&item), TSFN_NO_MEMORY);
}

#define PARTS(FIELD) FIELD(slice, part) FIELD(list(u8), octets)
TSFN_RECORD(parts, PARTS)

TEST(sum_overflows, "sizes whose sum overflows are out of memory, not a wrap") {
  static const uint8_t octets[200];
  parts item = {{"x", SIZE_MAX - 11}, {octets, 1}};
  void *copies;
  CHECK_EQ(tsfn__record_gather(parts_record(), &fixture_ledger.allocator, &item,
                               &copies),
           TSFN_NO_MEMORY);
  item.octets.count = 200;
  CHECK_EQ(tsfn__record_gather(parts_record(), &fixture_ledger.allocator, &item,
                               &copies),
           TSFN_NO_MEMORY);
}

TEST(no_room_to_align, "a list that there is no room for is empty") {
  static const uint64_t longs[] = {1, 2, 3, 4, 5, 6, 7, 8};
  static const char *const odd[] = {"a"};
  few item = {1, {longs, 2}, {odd, 1}};
  for (size_t room = 0; room < 24; room++) {
    char memory[64];
    char *slot = malloc(tsfn__record_slot_size(few_record()));
    CHECK(slot != NULL);
    memcpy(slot, &item, sizeof item);
    tsfn__copy_point(few_record(), slot, memory + 1, memory + 1 + room);
    const few *queued = (const void *)slot;
    CHECK(queued->numbers.count == 0 ||
          (uintptr_t)queued->numbers.items % 8 == 0);
    CHECK((const char *)(queued->numbers.items + queued->numbers.count) <=
          memory + 1 + room);
    free(slot);
  }
}

TEST(no_memory, "without memory nothing is held") {
  nest item = full_item(40);
  void *copies;
  ledger_fail(&fixture_ledger, 0, 1);
  CHECK_EQ(gather(&item, &copies), TSFN_NO_MEMORY);
  CHECK(copies == NULL);
  CHECK_EQ(fixture_ledger.live, 0);
}

TEST(changed_meanwhile, "a list that grows during the call is cut") {
  nest item = full_item(20);
  void *copies;
  CHECK_EQ(gather(&item, &copies), TSFN_OK);
  item.numbers.count = 1000000;
  item.words.count = 1000000;
  item.tags.value.count = 1000000;
  nest *queued = place(&item, copies);
  size_t size = *(size_t *)copies;
  const char *end = (const char *)copies + size;
  CHECK((const char *)(queued->numbers.items + queued->numbers.count) <= end);
  CHECK((const char *)(queued->words.items + queued->words.count) <= end);
  CHECK_EQ(queued->tags.value.count, 0);
  destroy(queued);
}

TEST(owned_in_optional,
     "what an optional owns is freed once, where it is there") {
  char memory[4];
  nest item = full_item(1);
  void *copies;
  item.mine.has = true;
  item.mine.value.memory.data = memory;
  item.mine.value.memory.size = 4;
  item.mine.value.memory.free = fixture_free;
  CHECK_EQ(gather(&item, &copies), TSFN_OK);
  nest *queued = place(&item, copies);
  destroy(queued);
  CHECK_EQ(fixture_freed, 1);
  item.mine.has = false;
  CHECK_EQ(gather(&item, &copies), TSFN_OK);
  queued = place(&item, copies);
  destroy(queued);
  CHECK_EQ(fixture_freed, 1);
}

TEST_MAIN()
