/* SPDX-License-Identifier: MIT */
#include "record/record.h"

#include "fixture.h"
#include "support/test.h"

/* --- what TSFN_RECORD makes ---------------------------------------------- */

TEST(descriptor, "a descriptor says what the struct is") {
  const tsfn_record *type = mixed_record();
  CHECK_STR(type->name, "mixed");
  CHECK_EQ(type->size, sizeof(mixed));
  CHECK_EQ(type->field_count, 10);
  CHECK_STR(type->fields[1].name, "line");
  CHECK_EQ(type->fields[1].kind, TSFN_KIND_u32);
  CHECK_EQ(type->fields[1].offset, offsetof(mixed, line));
  CHECK_EQ(type->fields[8].kind, TSFN_KIND_array);
  CHECK_EQ(type->fields[8].element, TSFN_KIND_u16);
  CHECK_EQ(type->fields[8].count, 3);
  CHECK_EQ(type->fields[8].size, 6);
  CHECK(type->fields[3].record() == label_record());
  CHECK_STR(type->fields[7].values->values[color_blue], "blue");
  CHECK_EQ(type->fields[7].values->count, 3);
}

/* The longest list there can be. */
#define FOUR(VALUE, n) VALUE(n##0) VALUE(n##1) VALUE(n##2) VALUE(n##3)
#define SIXTEEN(VALUE, n)                                                      \
  FOUR(VALUE, n##0) FOUR(VALUE, n##1) FOUR(VALUE, n##2) FOUR(VALUE, n##3)
#define LIST_64(VALUE)                                                         \
  SIXTEEN(VALUE, a) SIXTEEN(VALUE, b) SIXTEEN(VALUE, c) SIXTEEN(VALUE, d)
TSFN_ENUM(many, LIST_64)

TEST(enum_of_64, "an enum has up to 64 values, in their order") {
  CHECK_EQ(many_a00, 0);
  CHECK_EQ(many_d33, 63);
  CHECK_EQ(tsfn__enum_of_many.count, 64);
  CHECK_STR(tsfn__enum_of_many.values[many_b21], "b21");
}

#define BOOLS(FIELD) FIELD(bool, a) FIELD(_Bool, b) FIELD(number(u64), c)
TSFN_RECORD(bools, BOOLS)

TEST(both_bools, "bool and _Bool are one kind") {
  CHECK_EQ(bools_record()->fields[0].kind, TSFN_KIND_bool);
  CHECK_EQ(bools_record()->fields[1].kind, TSFN_KIND_bool);
  CHECK_EQ(bools_record()->fields[2].kind, TSFN_KIND_number);
  CHECK_EQ(bools_record()->fields[2].element, TSFN_KIND_u64);
}

/* --- layout -------------------------------------------------------------- */

#define PAINTED(FIELD) FIELD(enum(color), paint)
TSFN_RECORD(painted, PAINTED)
#define HOLDER(FIELD) FIELD(owned, mine)
TSFN_RECORD(holder, HOLDER)
#define BYTE(FIELD) FIELD(u8, value)
TSFN_RECORD(byte, BYTE)
#define AROUND(FIELD) FIELD(record(painted), inner)
TSFN_RECORD(around, AROUND)

TEST(plain, "a record of numbers is plain, one with memory or an enum is not") {
  CHECK(tsfn__record_is_plain(point_record()));
  CHECK(tsfn__record_is_plain(bools_record()));
  CHECK(!tsfn__record_is_plain(label_record()));
  CHECK(!tsfn__record_is_plain(painted_record()));
  CHECK(!tsfn__record_is_plain(holder_record()));
  CHECK(!tsfn__record_is_plain(around_record()));
}

TEST(slot_size, "a slot has room for the copies where the record borrows") {
  CHECK_EQ(tsfn__record_slot_size(point_record()), sizeof(point));
  CHECK_EQ(tsfn__record_slot_size(byte_record()), 1);
  CHECK_EQ(tsfn__record_slot_size(holder_record()), sizeof(holder));
  size_t size = tsfn__record_slot_size(label_record());
  CHECK(size >= sizeof(label) + sizeof(void *));
  CHECK_EQ(size % 8, 0);
}

/* --- same ---------------------------------------------------------------- */

TEST(same, "the same declaration in two source files is the same record") {
  CHECK(mixed_record() != fixture_mixed_elsewhere());
  CHECK(tsfn__record_same(mixed_record(), mixed_record()));
  CHECK(tsfn__record_same(mixed_record(), fixture_mixed_elsewhere()));
}

/* A copy of a type whose `index`th field is another. */
static bool
same_with(const tsfn_record *type, size_t index, const tsfn_field *field) {
  tsfn_field fields[16];
  tsfn_record other = *type;
  memcpy(fields, type->fields, type->field_count * sizeof *fields);
  fields[index] = *field;
  other.fields = fields;
  return tsfn__record_same(type, &other);
}

TEST(not_same, "one difference in one field makes another record") {
  const tsfn_record *type = mixed_record();
  tsfn_field field = type->fields[1];
  CHECK(same_with(type, 1, &field));
  field.name = "row";
  CHECK(!same_with(type, 1, &field));
  field = type->fields[1];
  field.kind = TSFN_KIND_i32;
  CHECK(!same_with(type, 1, &field));
  field = type->fields[1];
  field.offset += 4;
  CHECK(!same_with(type, 1, &field));
  field = type->fields[8];
  field.count++;
  CHECK(!same_with(type, 8, &field));
  field = type->fields[8];
  field.element = TSFN_KIND_i16;
  CHECK(!same_with(type, 8, &field));
}

static const tsfn_record *
weighed_label(void) {
  static tsfn_field fields[3];
  static tsfn_record type;
  memcpy(fields, label_record()->fields, sizeof fields);
  fields[0].kind = fields[0].element = TSFN_KIND_i8;
  type = *label_record();
  type.fields = fields;
  return &type;
}

TEST(not_same_inside, "a difference in a nested record or an enum counts") {
  const tsfn_record *type = mixed_record();
  static const char *const names[] = {"red", "green", "violet"};
  static const tsfn_enum violet = {"color", names, 3};
  static const tsfn_enum fewer = {"color", names, 2};
  tsfn_field field = type->fields[3];
  field.record = weighed_label;
  CHECK(!same_with(type, 3, &field));
  field = type->fields[7];
  field.values = &violet;
  CHECK(!same_with(type, 7, &field));
  field.values = &fewer;
  CHECK(!same_with(type, 7, &field));
}

TEST(not_same_record, "name, size and number of fields count") {
  tsfn_record other = *mixed_record();
  other.name = "other";
  CHECK(!tsfn__record_same(mixed_record(), &other));
  other = *mixed_record();
  other.size += 8;
  CHECK(!tsfn__record_same(mixed_record(), &other));
  other = *mixed_record();
  other.field_count--;
  CHECK(!tsfn__record_same(mixed_record(), &other));
}

/* --- check --------------------------------------------------------------- */

TEST(sound, "every declaration that compiles is sound") {
  char buffer[128];
  CHECK_STR(tsfn__record_check(mixed_record(), buffer, sizeof buffer), NULL);
  CHECK_STR(tsfn__record_check(bools_record(), buffer, sizeof buffer), NULL);
  CHECK_STR(tsfn__record_check(around_record(), buffer, sizeof buffer), NULL);
}

/* What check says of `mixed` with another `index`th field. */
static const char *
checked_with(size_t index, const tsfn_field *field) {
  static char buffer[128];
  static tsfn_field fields[10];
  static tsfn_record type;
  type = *mixed_record();
  memcpy(fields, type.fields, sizeof fields);
  fields[index] = *field;
  type.fields = fields;
  return tsfn__record_check(&type, buffer, sizeof buffer);
}

TEST(unsound, "a table that would write outside a slot is refused by name") {
  tsfn_field field = mixed_record()->fields[1];
  field.offset = sizeof(mixed) - 2;
  CHECK_STR(checked_with(1, &field),
            "record mixed, field line: it is outside the record");
  field = mixed_record()->fields[1];
  field.size = 8;
  CHECK_STR(checked_with(1, &field),
            "record mixed, field line: its size is not its kind's");
  field.kind = TSFN_KIND_END;
  CHECK_STR(checked_with(1, &field),
            "record mixed, field line: there is no such kind");
  field = mixed_record()->fields[8];
  field.count = SIZE_MAX / 2 + 4;
  CHECK_STR(checked_with(8, &field),
            "record mixed, field numbers: there is no such kind");
  field = mixed_record()->fields[7];
  field.values = NULL;
  CHECK_STR(checked_with(7, &field),
            "record mixed, field paint: its enum has no values");
  static const char *const names[257];
  static const tsfn_enum many = {.values = names, .count = 257};
  field.values = &many;
  CHECK_STR(checked_with(7, &field),
            "record mixed, field paint: its enum has more than 256 values");
  field = mixed_record()->fields[1];
  field.name = "path";
  CHECK_STR(checked_with(1, &field),
            "record mixed, field path: there are two of that name");
  field.name = NULL;
  CHECK_STR(checked_with(1, &field),
            "record mixed, field (unnamed): it has no name");
}

TEST(unsound_traits, "traits that leave out a field's are refused") {
  char buffer[128];
  tsfn_record type = *label_record();
  type.traits = TSFN__OWNS;
  CHECK_STR(tsfn__record_check(&type, buffer, sizeof buffer),
            "record label, field text: the record's traits leave it out");
  type = *label_record();
  type.field_count = 0;
  CHECK_STR(tsfn__record_check(&type, buffer, sizeof buffer),
            "record label: it has no fields");
}

static const tsfn_record *
endless(void) {
  static const tsfn_field field = {.name = "again",
                                   .kind = TSFN_KIND_record,
                                   .element = TSFN_KIND_record,
                                   .size = 8,
                                   .count = 1,
                                   .record = endless};
  static const tsfn_record type = {"endless", 8, &field,
                                   1,         0, &tsfn__record_codec};
  return &type;
}

TEST(unsound_nesting, "a record in itself is refused, not followed") {
  char buffer[128];
  CHECK_STR(tsfn__record_check(endless(), buffer, sizeof buffer),
            "record endless, field again: it nests without end");
}

TEST(short_buffer, "a message is cut to its buffer") {
  char buffer[12];
  tsfn_record type = *label_record();
  type.field_count = 0;
  CHECK_STR(tsfn__record_check(&type, buffer, sizeof buffer), "record labe");
}

/* --- optionals and lists ------------------------------------------------- */

#define NESTING(FIELD)                                                         \
  FIELD(optional(u32), port)                                                   \
  FIELD(list(string), folders)                                                 \
  FIELD(optional(list(record(painted))), dots)                                 \
  FIELD(nonnull(string), name)
TSFN_RECORD(nesting, NESTING)

TEST(nesting_descriptor, "an optional or a list has a record of one field") {
  const tsfn_record *type = nesting_record();
  char buffer[128];
  CHECK_STR(tsfn__record_check(type, buffer, sizeof buffer), NULL);
  CHECK_EQ(type->traits, TSFN__BORROWS | TSFN__LIMITED | TSFN__LISTS);
  const tsfn_field *port = &type->fields[0];
  CHECK_EQ(port->kind, TSFN_KIND_optional);
  CHECK_EQ(port->inner->size, 8);
  CHECK_EQ(port->inner->fields[0].kind, TSFN_KIND_u32);
  CHECK_EQ(port->inner->fields[0].offset, 4);
  const tsfn_field *dots = &type->fields[2];
  CHECK_EQ(dots->inner->fields[0].kind, TSFN_KIND_list);
  CHECK_EQ(dots->inner->fields[0].inner->fields[0].size, sizeof(painted));
  CHECK_EQ(type->fields[3].presence, TSFN_PRESENCE_required);
}

TEST(nesting_not_same,
     "what is in a list, and whether it may be NULL, counts") {
  const tsfn_record *type = nesting_record();
  tsfn_field field = type->fields[0];
  tsfn_field value = field.inner->fields[0];
  tsfn_record inner = *field.inner;
  inner.fields = &value;
  field.inner = &inner;
  CHECK(same_with(type, 0, &field));
  value.kind = TSFN_KIND_i32;
  CHECK(!same_with(type, 0, &field));
  field = type->fields[3];
  field.presence = TSFN_PRESENCE_nullable;
  CHECK(!same_with(type, 3, &field));
}

/* What check says of `nesting` with another first field, in a record of its
   one. */
static const char *
checked_nesting(const tsfn_field *field, unsigned traits) {
  static char buffer[128];
  static tsfn_field fields[4];
  static tsfn_record type;
  type = *nesting_record();
  memcpy(fields, type.fields, sizeof fields);
  fields[0] = *field;
  type.fields = fields;
  type.traits |= traits;
  return tsfn__record_check(&type, buffer, sizeof buffer);
}

TEST(nesting_same, "the records inside of an optional or a list need no name") {
  tsfn_record inner = *nesting_record()->fields[0].inner;
  tsfn_field field = nesting_record()->fields[0], inside = inner.fields[0];
  inner.name = "as a schema calls it";
  inner.fields = &inside;
  field.inner = &inner;
  CHECK(same_with(nesting_record(), 0, &field));
  inside.kind = TSFN_KIND_i32;
  CHECK(!same_with(nesting_record(), 0, &field));
}

TEST(nesting_unsound, "a wrong table of an optional or a list is refused") {
  tsfn_field field = nesting_record()->fields[0];
  field.inner = NULL;
  CHECK_STR(checked_nesting(&field, 0),
            "record nesting, field port: there is no such kind");
  field = nesting_record()->fields[0];
  field.ops = NULL;
  CHECK_STR(checked_nesting(&field, 0),
            "record nesting, field port: it is not the library's");
  field = nesting_record()->fields[0];
  field.kind = TSFN_KIND_u64;
  CHECK_STR(checked_nesting(&field, 0),
            "record nesting, field port: there is nothing in its kind");
  field = nesting_record()->fields[0];
  field.inner = point_record();
  CHECK_STR(checked_nesting(&field, 0),
            "record nesting, field port: it is not of one kind");
  field = nesting_record()->fields[0];
  field.inner = nesting_record()->fields[1].inner;
  CHECK_STR(checked_nesting(&field, 0),
            "record nesting, field port: its value leaves no room for `has`");
  field = nesting_record()->fields[1];
  field.name = "list";
  field.inner = nesting_record()->fields[0].inner;
  CHECK_STR(checked_nesting(&field, 0),
            "record nesting, field list: its elements have gaps");
  static const tsfn_field owned = {.name = "list",
                                   .kind = TSFN_KIND_owned,
                                   .element = TSFN_KIND_owned,
                                   .size = sizeof(tsfn_owned),
                                   .count = 1,
                                   .ops = &tsfn__owned_kind};
  static const tsfn_record owner = {"list",     sizeof(tsfn_owned), &owned, 1,
                                    TSFN__OWNS, &tsfn__record_codec};
  field.inner = &owner;
  CHECK_STR(checked_nesting(&field, TSFN__OWNS),
            "record nesting, field list: it is a list of owned memory");
}

TEST_MAIN()
