/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "record/record.h"
#include "support/test.h"

static int hint;

/* More than a slot has room for. */
static const char large[TSFN__SMALL_COPIES + 36] = "\0\1\2";

/* An item that uses every field that borrows or owns. */
static mixed
full_item(void) {
  mixed item;
  memset(&item, 0, sizeof item);
  item.path = "notes.txt";
  item.line = 7;
  item.part.data = "partial";
  item.part.size = 4;
  item.tag.weight = 3;
  item.tag.text = "label";
  item.raw.data = large;
  item.raw.size = sizeof large;
  item.at.x = 1.5;
  item.paint = color_blue;
  item.numbers[2] = 99;
  memcpy(item.code, "abcde", 5);
  return item;
}

/* The slot of a record whose size is a multiple of 8. */
static void *
new_slot(const tsfn_record *type) {
  void *slot = malloc(tsfn__record_slot_size(type));
  CHECK(slot != NULL);
  return slot;
}

static tsfn_status
gather(const tsfn_record *type, const void *item, void **copies) {
  *copies = &hint; /* something that must not stay */
  return tsfn__record_gather(type, &fixture_ledger.allocator, item, copies);
}

/* Sends a full item with so many bytes in `raw`. `made`: allocations. */
static void
check_round_trip(size_t raw, unsigned made) {
  mixed item = full_item();
  char path[] = "notes.txt";
  void *copies;
  item.path = path;
  item.raw.size = raw;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  CHECK_EQ(copies != NULL, made != 0);
  CHECK_EQ(fixture_ledger.made, made);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  memset(path, 'x', sizeof path - 1);
  memset(&item, 0xff, sizeof item);

  const mixed *queued = slot;
  CHECK_STR(queued->path, "notes.txt");
  CHECK_EQ(queued->line, 7);
  CHECK_EQ(queued->part.size, 4);
  CHECK_EQ(memcmp(queued->part.data, "part", 4), 0);
  CHECK_EQ(queued->tag.weight, 3);
  CHECK_STR(queued->tag.text, "label");
  CHECK_EQ(queued->raw.size, raw);
  CHECK_EQ(memcmp(queued->raw.data, large, raw), 0);
  CHECK(queued->at.x == 1.5);
  CHECK_EQ(queued->paint, color_blue);
  CHECK_EQ(queued->numbers[2], 99);
  CHECK_EQ(memcmp(queued->code, "abcde", 5), 0);

  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  free(slot);
  CHECK_EQ(fixture_ledger.live, 0);
}

TEST(round_trip, "a slot holds what the item said, in memory of its own") {
  check_round_trip(sizeof large, 1);
}

/* What the other fields of a full item borrow: "notes.txt", "part", "label". */
#define OTHERS (10u + 4u + 6u)

TEST(small_copies, "what is small is copied into the slot") {
  check_round_trip(3, 0);
  check_round_trip(TSFN__SMALL_COPIES - OTHERS, 0);
  check_round_trip(TSFN__SMALL_COPIES - OTHERS + 1, 1);
}

TEST(longer_meanwhile, "a string that grows during the call is cut") {
  char path[200] = "notes.txt";
  mixed item = full_item();
  void *copies;
  item.path = path;
  item.raw.size = 3;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  CHECK(copies == NULL);
  memset(path, 'x', sizeof path - 1);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  const mixed *queued = slot;
  CHECK_EQ(strlen(queued->path), TSFN__SMALL_COPIES - 1);
  CHECK_EQ(queued->part.size, 0);
  CHECK_STR(queued->tag.text, "");
  CHECK_EQ(queued->raw.size, 0);
  free(slot);
}

/* Grows a string between the measuring and the copy of it, when the copy's
   memory is asked for. */
static char growing[64];

static void *
allocate_and_grow(void *ledger, size_t size) {
  memset(growing, 'y', sizeof growing - 1);
  return ledger_allocate(ledger, size);
}

TEST(longer_before_copy, "nor is more copied than was measured") {
  tsfn_allocator allocator = {allocate_and_grow, ledger_release,
                              &fixture_ledger};
  mixed item = full_item();
  void *copies;
  strcpy(growing, "short");
  item.path = growing;
  CHECK_EQ(tsfn__record_gather(mixed_record(), &allocator, &item, &copies),
           TSFN_OK);
  CHECK(copies != NULL);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  const mixed *queued = slot;
  CHECK_EQ(strlen(queued->path), sizeof growing - 1);
  CHECK_EQ(memcmp(queued->part.data, "part", 4), 0);
  CHECK_STR(queued->tag.text, "label");
  CHECK_EQ(queued->raw.size, sizeof large - (sizeof growing - sizeof "short"));
  CHECK_EQ(memcmp(queued->raw.data, large, queued->raw.size), 0);
  tsfn__record_destroy(mixed_record(), &allocator, slot);
  free(slot);
  CHECK_EQ(fixture_ledger.live, 0);
}

TEST(other_meanwhile, "nor does a record that changes reach beyond its copy") {
  mixed item = full_item();
  void *copies;
  item.path = NULL;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  item.raw.size =
      100; /* the bytes of another size, and a string that was none */
  item.path = "notes.txt";
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  const mixed *queued = slot;
  const char *end =
      (const char *)copies + sizeof(size_t) + 4 + sizeof "label" + sizeof large;
  CHECK(queued->path + strlen(queued->path) < end);
  CHECK(queued->tag.text + strlen(queued->tag.text) < end);
  CHECK((const char *)queued->raw.data + queued->raw.size <= end);
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  free(slot);
}

TEST(one_allocation, "all that a record borrows is one allocation") {
  mixed item = full_item();
  void *copies;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  CHECK_EQ(fixture_ledger.made, 1);
  tsfn__record_discard(mixed_record(), &fixture_ledger.allocator, copies);
  CHECK_EQ(fixture_ledger.live, 0);
}

TEST(nothing_borrowed, "an item that borrows nothing allocates nothing") {
  mixed item;
  void *copies;
  memset(&item, 0, sizeof item);
  item.part.data = "empty, but not NULL";
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  CHECK(copies == NULL);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  const mixed *queued = slot;
  CHECK(queued->path == NULL);
  CHECK(queued->part.data != NULL);
  CHECK(queued->part.data != item.part.data);
  CHECK_EQ(queued->part.size, 0);
  CHECK(queued->raw.data == NULL);
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  tsfn__record_discard(mixed_record(), &fixture_ledger.allocator, NULL);
  free(slot);
  CHECK_EQ(fixture_ledger.made, 0);
}

TEST(empty_string, "an empty string stays one, between others") {
  mixed item = full_item();
  void *copies;
  item.path = "";
  item.part.size = 0;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  const mixed *queued = slot;
  CHECK_STR(queued->path, "");
  CHECK(queued->part.data != NULL);
  CHECK_STR(queued->tag.text, "label");
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  free(slot);
  CHECK_EQ(fixture_ledger.live, 0);
}

TEST(no_memory, "without memory nothing is held and nothing is freed") {
  mixed item = full_item();
  void *copies;
  item.mine.free = fixture_free;
  ledger_fail(&fixture_ledger, 0, 1);
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_NO_MEMORY);
  CHECK(copies == NULL);
  CHECK_EQ(fixture_ledger.live, 0);
  CHECK_EQ(fixture_freed, 0);
}

TEST(too_large, "sizes whose sum overflows are out of memory, not a wrap") {
  mixed item = full_item();
  void *copies;
  item.part.size = SIZE_MAX - 64;
  item.raw.size = SIZE_MAX - 64;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_NO_MEMORY);
  CHECK(copies == NULL);
  item = full_item();
  item.raw.size = SIZE_MAX;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_NO_MEMORY);
  CHECK_EQ(fixture_ledger.made, 0);
}

/* The status of gather for an item that is refused before any allocation. */
static tsfn_status
refused(const mixed *item) {
  void *copies;
  tsfn_status status = gather(mixed_record(), item, &copies);
  CHECK(copies == NULL);
  CHECK_EQ(fixture_ledger.made, 0);
  return status;
}

TEST(null_with_size, "a NULL with a size is invalid") {
  mixed item = full_item();
  item.part.data = NULL;
  CHECK_EQ(refused(&item), TSFN_INVALID);
  item = full_item();
  item.raw.data = NULL;
  CHECK_EQ(refused(&item), TSFN_INVALID);
  item = full_item();
  item.mine.size = 1;
  CHECK_EQ(refused(&item), TSFN_INVALID);
  item = full_item();
  item.tag.blob.size = 1;
  CHECK_EQ(refused(&item), TSFN_INVALID);
}

#define PAINTED(FIELD) FIELD(u8, before) FIELD(enum(color), paint)
TSFN_RECORD(painted, PAINTED)
#define AROUND(FIELD) FIELD(record(painted), inner)
TSFN_RECORD(around, AROUND)

TEST(enum_values, "an enum takes its values and no other") {
  around item = {{1, color_blue}};
  void *copies;
  CHECK_EQ(gather(around_record(), &item, &copies), TSFN_OK);
  CHECK(copies == NULL);
  item.inner.paint = (color)3;
  CHECK_EQ(gather(around_record(), &item, &copies), TSFN_INVALID);
  item.inner.paint = (color)-1;
  CHECK_EQ(gather(around_record(), &item, &copies), TSFN_INVALID);
  CHECK(copies == NULL);
}

/* C gives the enum any integer type: a table with each size. */
TEST(enum_sizes, "an enum of any size is read whole") {
  static const unsigned char ones[8] = {255, 255, 255, 255, 255, 255, 255, 255};
  static const unsigned char zeros[8];
  tsfn_field field = painted_record()->fields[1];
  for (field.size = 1; field.size <= 8; field.size *= 2) {
    CHECK_EQ(tsfn__record_enum_value(&field, zeros), 0);
    CHECK(tsfn__record_enum_value(&field, ones) >= 255);
  }
}

/* --- who frees what an item owns ----------------------------------------- */

static mixed
owning_item(char *memory) {
  mixed item = full_item();
  item.mine.data = memory;
  item.mine.size = 4;
  item.mine.free = fixture_free;
  item.mine.hint = &hint;
  return item;
}

TEST(destroy_frees_owned, "destroy frees owned memory once, with its hint") {
  char memory[4];
  mixed item = owning_item(memory);
  void *copies;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  CHECK_EQ(fixture_freed, 0);
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  CHECK_EQ(fixture_freed, 1);
  CHECK(fixture_freed_data == memory);
  CHECK(fixture_freed_hint == &hint);
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  CHECK_EQ(fixture_freed, 1);
  CHECK_EQ(fixture_ledger.live, 0);
  free(slot);
}

TEST(discard_keeps_owned, "discard leaves owned memory to the caller") {
  char memory[4];
  mixed item = owning_item(memory);
  void *copies;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  tsfn__record_discard(mixed_record(), &fixture_ledger.allocator, copies);
  CHECK_EQ(fixture_freed, 0);
  CHECK(item.mine.data == memory);
  CHECK_EQ(fixture_ledger.live, 0);
}

TEST(nested_owned, "a nested record's owned memory is freed, too") {
  char memory[4];
  mixed item = full_item();
  void *copies;
  item.tag.blob = owning_item(memory).mine;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  CHECK_EQ(fixture_freed, 1);
  CHECK_EQ(fixture_ledger.live, 0);
  free(slot);
}

TEST(owned_without_data, "free is called once for owned memory of no bytes") {
  mixed item = full_item();
  void *copies;
  item.mine.free = fixture_free;
  item.mine.hint = &hint;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  CHECK_EQ(fixture_freed, 1);
  CHECK(fixture_freed_data == NULL);
  CHECK(fixture_freed_hint == &hint);
  free(slot);
}

TEST(moved_owned, "what push has taken out of the slot is not freed again") {
  char memory[4];
  mixed item = owning_item(memory);
  void *copies;
  CHECK_EQ(gather(mixed_record(), &item, &copies), TSFN_OK);
  void *slot = new_slot(mixed_record());
  tsfn__record_place(mixed_record(), slot, &item, copies);
  memset(&((mixed *)slot)->mine, 0, sizeof(tsfn_owned)); /* as push does */
  tsfn__record_destroy(mixed_record(), &fixture_ledger.allocator, slot);
  CHECK_EQ(fixture_freed, 0);
  CHECK_EQ(fixture_ledger.live, 0);
  free(slot);
}

#define HOLDER(FIELD) FIELD(owned, mine)
TSFN_RECORD(holder, HOLDER)

TEST(owned_only, "a record that only owns has a slot of its own size") {
  char memory[4];
  holder item = {owning_item(memory).mine};
  void *copies;
  CHECK_EQ(gather(holder_record(), &item, &copies), TSFN_OK);
  CHECK(copies == NULL);
  void *slot = new_slot(holder_record());
  tsfn__record_place(holder_record(), slot, &item, copies);
  tsfn__record_destroy(holder_record(), &fixture_ledger.allocator, slot);
  CHECK_EQ(fixture_freed, 1);
  free(slot);
}

TEST_MAIN()
