/* SPDX-License-Identifier: MIT */

/* Which way each text goes:

     NULL, or no bytes                  shared: one value for all of the run
     ASCII, up to 12 bytes              joined
     ASCII, longer                      a value, of one byte for each unit
     not ASCII, valid, up to 512 bytes  a value, decoded here
     the others                         a value, decoded by the host

   docs/strings.md has the measurements behind the limits. */

#include "record/joined.h"

#include <stddef.h>
#include <string.h>

#include "record/record.h"

/* --- what is joined ------------------------------------------------------ */

/* UTF-16 units of a string that is joined. V8 copies up to 12 units when a
   string is cut, and from 13 on makes one that refers to the longer string. */
#define SHORT_MAX 12u

/* Bytes of UTF-8 that are decoded in C. V8's decoder has a cost for each text,
   which is more than decoding 512 bytes takes here, and little beside a longer
   text. */
#define DECODED_MAX 512u

/* Bytes of a parent. To make one costs as much as to cut a few dozen strings,
   and 4 KiB hold 341 strings of 12 bytes. */
#define PILE_SIZE 4096u

/* Values that one call of `collect` appends, and items whose handles are given
   back by one handle scope. */
#define ITEMS_AT_ONCE 64u

/* A parent in the making: texts one behind the other, all of them ASCII, so
   that an offset in bytes is one in UTF-16 units. */
struct pile {
  size_t size;
  uint32_t index; /* of this parent; valid while there are bytes */
  char data[PILE_SIZE];
};

/* A value that a run has once, however many of its items have it: null, and
   ''. */
struct shared {
  bool is_there;
  uint32_t index;
};

/* One run's column in the making. */
struct joining {
  napi_env env;
  const struct tsfn__column *column;
  napi_value collect;
  struct tsfn__joined *out;
  uint32_t parent_count;
  uint32_t value_count;
  struct shared null;
  struct shared empty;
  size_t waiting; /* values that are not collected yet */
  napi_value arguments[1 + ITEMS_AT_ONCE];
  struct pile pile;
};

bool
tsfn__joined_takes(const tsfn_field *field) {
  return field->kind == TSFN_KIND_text || field->kind == TSFN_KIND_string ||
         field->kind == TSFN_KIND_slice;
}

/* The field's text, whatever its kind. `data` NULL: it is null in
   JavaScript. */
static tsfn_slice
text_of(const tsfn_field *field, const char *value) {
  tsfn_slice text = {value, 0};
  if (field->kind == TSFN_KIND_slice) {
    memcpy(&text, value, sizeof text);
  } else if (field->kind == TSFN_KIND_string) {
    memcpy(&text.data, value, sizeof text.data);
    if (text.data != NULL) text.size = strlen(text.data);
  } else {
    const char *end = memchr(value, '\0', field->count);
    text.size = end != NULL ? (size_t)(end - value) : field->count;
  }
  return text;
}

/* --- UTF-8 --------------------------------------------------------------- */

/* Reads eight bytes at a time. A byte of ASCII has no high bit, so all words
   are or-ed together and the high bits are looked at once. */
static bool
is_ascii(const char *data, size_t size) {
  uint64_t word, all = 0;
  for (; size >= sizeof word; data += sizeof word, size -= sizeof word) {
    memcpy(&word, data, sizeof word);
    all |= word;
  }
  while (size-- > 0)
    all |= (unsigned char)*data++;
  return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* How many bytes follow the first one of a sequence; -1: no sequence begins so.
   *low and *high are the limits of the second byte. They keep out sequences
   that are longer than they need be, surrogates, and what is above U+10FFFF;
   all further bytes are from 0x80 to 0xbf. */
static int
sequence_length(unsigned char first, unsigned char *low, unsigned char *high) {
  *low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  *high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0x80) return 0;
  if (first < 0xc2 || first > 0xf4) return -1;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/* A decoded text: its UTF-16 units, and all of them or-ed together, which tells
   whether one byte is enough for each. */
struct decoded {
  size_t count;
  unsigned all;
  uint16_t units[DECODED_MAX];
};

/* Appends a code point, as two surrogates where it is above U+FFFF. */
static void
append_unit(struct decoded *self, uint32_t code) {
  if (code > 0xffff) {
    self->units[self->count++] = (uint16_t)(0xd7c0 + (code >> 10));
    code = 0xdc00 + (code & 0x3ff);
    self->all = 0xffff;
  }
  self->units[self->count++] = (uint16_t)code;
  self->all |= code;
}

/* Decodes a text of at most DECODED_MAX bytes, each of which makes one unit at
   the most. False: it is not valid UTF-8. */
static bool
decode_utf8(const tsfn_slice *text, struct decoded *out) {
  static const unsigned char masks[] = {0x7f, 0x1f, 0x0f, 0x07};
  const unsigned char *bytes = (const unsigned char *)text->data;
  const unsigned char *end = bytes + text->size;
  out->count = 0;
  out->all = 0;
  while (bytes < end) {
    unsigned char low, high;
    uint32_t code = *bytes++;
    int more = sequence_length((unsigned char)code, &low, &high);
    if (more < 0 || more > end - bytes) return false;
    code &= masks[more];
    for (; more > 0; more--, bytes++) {
      if (*bytes < low || *bytes > high) return false;
      code = code << 6 | (*bytes & 0x3f);
      low = 0x80;
      high = 0xbf;
    }
    append_unit(out, code);
  }
  return true;
}

/* --- parents ------------------------------------------------------------- */

/* Makes the string of what was joined so far, and puts it into `parents`. The
   pile is empty then. */
static napi_status
end_pile(struct joining *self) {
  struct pile *pile = &self->pile;
  napi_value value;
  if (pile->size == 0) return napi_ok;
  napi_status status =
      napi_create_string_latin1(self->env, pile->data, pile->size, &value);
  pile->size = 0;
  return status == napi_ok ? napi_set_element(self->env, self->out->parents,
                                              pile->index, value)
                           : status;
}

/* Puts a short text of ASCII into the pile, and writes its place. A pile that
   has no room for it is ended before. */
static napi_status
join_text(struct joining *self, const tsfn_slice *text, int32_t *place) {
  struct pile *pile = &self->pile;
  napi_status status = napi_ok;
  if (pile->size + text->size > PILE_SIZE) status = end_pile(self);
  if (pile->size == 0) pile->index = self->parent_count++;
  memcpy(pile->data + pile->size, text->data, text->size);
  place[0] = (int32_t)pile->index;
  place[1] = (int32_t)pile->size;
  pile->size += text->size;
  place[2] = (int32_t)pile->size;
  return status;
}

/* --- values -------------------------------------------------------------- */

/* Has the script append the values that wait. One call of JavaScript costs less
   than one napi_set_element for each. */
static napi_status
collect_values(struct joining *self) {
  napi_value undefined;
  if (self->waiting == 0) return napi_ok;
  self->arguments[0] = self->out->values;
  napi_status status = napi_get_undefined(self->env, &undefined);
  if (status == napi_ok)
    status = napi_call_function(self->env, undefined, self->collect,
                                1 + self->waiting, self->arguments, NULL);
  self->waiting = 0;
  return status;
}

/* Makes a string of a text that is not ASCII. Text that is not valid UTF-8 is
   left to the host, so that it becomes what the host makes of it everywhere.
   Where one byte is enough for each unit, the string gets one, as the host's
   own decoder has it. */
static napi_status
make_wide(napi_env env, const tsfn_slice *text, napi_value *out) {
  struct decoded decoded;
  if (text->size > DECODED_MAX || !decode_utf8(text, &decoded))
    return napi_create_string_utf8(env, text->data, text->size, out);
  if (decoded.all > 0xff)
    return napi_create_string_utf16(env, decoded.units, decoded.count, out);
  char narrow[DECODED_MAX];
  for (size_t i = 0; i < decoded.count; i++)
    narrow[i] = (char)decoded.units[i];
  return napi_create_string_latin1(env, narrow, decoded.count, out);
}

/* Adds a value that is not joined, and writes its place. put_values has seen to
   it that there is room among the arguments. */
static napi_status
add_text_value(struct joining *self, const tsfn_slice *text, bool is_latin1,
               int32_t *place) {
  napi_value *value = &self->arguments[1 + self->waiting++];
  tsfn__place_write(place, self->value_count++, 0, TSFN__PLACE_VALUE);
  if (text->data == NULL) return napi_get_null(self->env, value);
  return is_latin1 ? napi_create_string_latin1(self->env, text->data,
                                               text->size, value)
                   : make_wide(self->env, text, value);
}

/* Adds a value that others of the run share, or points to the one that is
   there. */
static napi_status
add_shared_value(struct joining *self, struct shared *shared,
                 const tsfn_slice *text, int32_t *place) {
  if (shared->is_there) {
    tsfn__place_write(place, shared->index, 0, TSFN__PLACE_VALUE);
    return napi_ok;
  }
  shared->is_there = true;
  shared->index = self->value_count;
  return add_text_value(self, text, true, place);
}

/* --- a run --------------------------------------------------------------- */

/* Decides how one string goes: shared, joined, or by itself. */
static napi_status
put_value(struct joining *self, const char *value, int32_t *place) {
  tsfn_slice text = text_of(self->column->field, value);
  if (text.data == NULL)
    return add_shared_value(self, &self->null, &text, place);
  if (text.size == 0) return add_shared_value(self, &self->empty, &text, place);
  bool is_latin1 = is_ascii(text.data, text.size);
  return is_latin1 && text.size <= SHORT_MAX
             ? join_text(self, &text, place)
             : add_text_value(self, &text, is_latin1, place);
}

/* Puts up to ITEMS_AT_ONCE items, in one handle scope, and collects their
   values. */
static napi_status
put_values(struct joining *self, const char *value, size_t slot_size,
           size_t count, int32_t *places) {
  napi_handle_scope scope;
  napi_status status = napi_open_handle_scope(self->env, &scope);
  if (status != napi_ok) return status;
  for (size_t i = 0; status == napi_ok && i < count; i++)
    status = put_value(self, value + i * slot_size, places + i * TSFN__PLACE);
  if (status == napi_ok) status = collect_values(self);
  napi_close_handle_scope(self->env, scope);
  return status;
}

napi_status
tsfn__joined_fill(napi_env env, const struct tsfn__column *column,
                  const struct tsfn__run *run, size_t slot_size,
                  napi_value collect_function, int32_t *places,
                  struct tsfn__joined *out) {
  /* More than 4 KiB, so only what is read before it is written is cleared. */
  struct joining self;
  const char *first = (const char *)run->slots + column->offset;
  memset(&self, 0, offsetof(struct joining, arguments));
  memset(&self.pile, 0, offsetof(struct pile, data));
  self.env = env;
  self.column = column;
  self.collect = collect_function;
  self.out = out;
  napi_status status = napi_create_array(env, &out->parents);
  if (status == napi_ok) status = napi_create_array(env, &out->values);
  for (size_t i = 0; status == napi_ok && i < run->count; i += ITEMS_AT_ONCE) {
    size_t count = run->count - i;
    if (count > ITEMS_AT_ONCE) count = ITEMS_AT_ONCE;
    status = put_values(&self, first + i * slot_size, slot_size, count,
                        places + i * TSFN__PLACE);
  }
  return status == napi_ok ? end_pile(&self) : status;
}
