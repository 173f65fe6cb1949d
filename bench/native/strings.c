/* SPDX-License-Identifier: MIT */

/* Ways to bring a column of strings into JavaScript, without a thread or a
   queue around them. What src/record does is chosen from these, see
   docs/strings.md.

     each(text, count)             utf8, one call and one napi_set_element each
     latin1(text, count)           the same with napi_create_string_latin1
     spread(text, count, array, collect, how)
                                   as arguments of collect(array, ...values), 64
                                   a call; in utf8 (0), latin1 (1), or decoded
                                   here (2)
     joined(text, count, bytes, places, decodes)
                                   joined into strings of about so many bytes,
                                   an Array of them; `places` (Int32Array) gets
                                   which one, start and end of each. What is not
                                   ASCII goes as utf8, or is decoded here

   `text` is one of `texts`, an index. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define KINDS 512u /* different strings of a text */
#define IN_CALL 64u

struct bytes {
  size_t size;
  char data[128];
};

static const char *const formats[] = {
    "item-%07u",                                               /* 12 */
    "/home/user/project/src/some-folder/another/file-%07u.cc", /* 60 */
    "Z\xc3\xbcrich \xe6\x9d\xb1\xe4\xba\xac %07u \xf0\x9f\x9a\x80",
};
#define TEXTS (sizeof formats / sizeof *formats)
static struct bytes texts[TEXTS][KINDS];

static void
make_texts(void) {
  for (size_t t = 0; t < TEXTS; t++)
    for (unsigned i = 0; i < KINDS; i++) {
      struct bytes *out = &texts[t][i];
      out->size =
          (size_t)snprintf(out->data, sizeof out->data, formats[t], i * 7919);
    }
}

static const struct bytes *
text_at(const struct bench_arguments *arguments) {
  size_t index = (size_t)bench_number_at(arguments, 0);
  return texts[index < TEXTS ? index : 0];
}

/* --- decoding here ------------------------------------------------------- */

/* Of valid UTF-8; answers the end. */
static uint16_t *
decode(const char *data, size_t size, uint16_t *out) {
  static const unsigned char masks[] = {0, 0x1f, 0x0f, 0x07};
  for (size_t i = 0; i < size;) {
    uint32_t code = (unsigned char)data[i++];
    unsigned more = code < 0x80 ? 0 : code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3;
    if (more != 0) code &= masks[more];
    for (; more > 0; more--)
      code = code << 6 | ((unsigned char)data[i++] & 0x3f);
    if (code > 0xffff) {
      *out++ = (uint16_t)(0xd7c0 + (code >> 10));
      code = 0xdc00 + (code & 0x3ff);
    }
    *out++ = (uint16_t)code;
  }
  return out;
}

/* --- one by one ---------------------------------------------------------- */

typedef napi_status (*create)(napi_env env, const char *data, size_t size,
                              napi_value *out);

static napi_value
one_by_one(napi_env env, napi_callback_info info, create create_string) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  const struct bytes *from = text_at(&arguments);
  size_t count = (size_t)bench_number_at(&arguments, 1);
  napi_value array, value;
  napi_handle_scope scope;
  napi_create_array_with_length(env, count, &array);
  for (size_t i = 0; i < count;) {
    napi_open_handle_scope(env, &scope);
    for (size_t end = i + IN_CALL; i < count && i < end; i++) {
      const struct bytes *one = &from[i % KINDS];
      if (create_string(env, one->data, one->size, &value) != napi_ok ||
          napi_set_element(env, array, (uint32_t)i, value) != napi_ok)
        return bench_fail(env, "a string cannot be made");
    }
    napi_close_handle_scope(env, scope);
  }
  return array;
}

static napi_value
make_each(napi_env env, napi_callback_info info) {
  return one_by_one(env, info, napi_create_string_utf8);
}

static napi_value
make_latin1(napi_env env, napi_callback_info info) {
  return one_by_one(env, info, napi_create_string_latin1);
}

/* Decoded here, in one byte a unit where that is enough. */
static napi_status
create_decoded(napi_env env, const char *data, size_t size, napi_value *out) {
  uint16_t units[sizeof(struct bytes)], all = 0;
  char narrow[sizeof(struct bytes)];
  size_t count = (size_t)(decode(data, size, units) - units);
  for (size_t i = 0; i < count; i++) {
    all |= units[i];
    narrow[i] = (char)units[i];
  }
  return all > 0xff ? napi_create_string_utf16(env, units, count, out)
                    : napi_create_string_latin1(env, narrow, count, out);
}

static napi_value
spread(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  const struct bytes *from = text_at(&arguments);
  size_t count = (size_t)bench_number_at(&arguments, 1);
  static const create creates[] = {napi_create_string_utf8,
                                   napi_create_string_latin1, create_decoded};
  create create_string = creates[(size_t)bench_number_at(&arguments, 4)];
  napi_value values[1 + IN_CALL] = {arguments.values[2]}, undefined;
  napi_handle_scope scope;
  napi_get_undefined(env, &undefined);
  for (size_t i = 0; i < count;) {
    size_t some = 0;
    napi_open_handle_scope(env, &scope);
    for (; some < IN_CALL && i < count; some++, i++)
      create_string(env, from[i % KINDS].data, from[i % KINDS].size,
                    &values[1 + some]);
    if (napi_call_function(env, undefined, arguments.values[3], 1 + some,
                           values, NULL) != napi_ok)
      return bench_fail(env, "collect threw");
    napi_close_handle_scope(env, scope);
  }
  return NULL;
}

/* --- joined -------------------------------------------------------------- */

/* The UTF-16 units of what is valid UTF-8: these texts are. */
static size_t
units_of(const struct bytes *text) {
  size_t units = 0;
  for (size_t i = 0; i < text->size; i++) {
    unsigned char byte = (unsigned char)text->data[i];
    units += (byte & 0xc0) != 0x80;
    units += byte >= 0xf0;
  }
  return units;
}

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

struct parent {
  char *data;
  uint16_t *wide; /* the same, decoded; NULL: not wanted */
  size_t size;
  size_t units;
  bool is_ascii;
  uint32_t index;
};

static bool
end_parent(napi_env env, struct parent *self, napi_value parents) {
  napi_value value;
  napi_status status =
      self->is_ascii
          ? napi_create_string_latin1(env, self->data, self->size, &value)
      : self->wide != NULL
          ? napi_create_string_utf16(env, self->wide, self->units, &value)
          : napi_create_string_utf8(env, self->data, self->size, &value);
  if (status != napi_ok ||
      napi_set_element(env, parents, self->index, value) != napi_ok)
    return false;
  self->index++;
  self->size = self->units = 0;
  self->is_ascii = true;
  return true;
}

static napi_value
joined(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  const struct bytes *from = text_at(&arguments);
  size_t count = (size_t)bench_number_at(&arguments, 1);
  size_t bytes = (size_t)bench_number_at(&arguments, 2);
  size_t most = bytes + sizeof from->data;
  struct parent parent = {.data = malloc(most), .is_ascii = true};
  if (bench_number_at(&arguments, 4) != 0)
    parent.wide = malloc(most * sizeof *parent.wide);
  void *memory = NULL;
  napi_value parents;
  napi_create_array(env, &parents);
  napi_get_typedarray_info(env, arguments.values[3], NULL, NULL, &memory, NULL,
                           NULL);
  int32_t *place = memory;
  for (size_t i = 0; i < count; i++, place += 3) {
    const struct bytes *one = &from[i % KINDS];
    bool ascii = is_ascii(one->data, one->size);
    if (ascii || parent.wide == NULL)
      memcpy(parent.data + parent.size, one->data, one->size);
    else
      decode(one->data, one->size, parent.wide + parent.units);
    parent.is_ascii = parent.is_ascii && ascii;
    place[0] = (int32_t)parent.index;
    place[1] = (int32_t)parent.units;
    parent.units += ascii ? one->size : units_of(one);
    place[2] = (int32_t)parent.units;
    parent.size += one->size;
    if ((parent.size >= bytes || i + 1 == count) &&
        !end_parent(env, &parent, parents))
      return bench_fail(env, "a string cannot be made");
  }
  free(parent.data);
  free(parent.wide);
  return parents;
}

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_property_descriptor methods[] = {
      {.utf8name = "each", .method = make_each},
      {.utf8name = "latin1", .method = make_latin1},
      {.utf8name = "spread", .method = spread},
      {.utf8name = "joined", .method = joined},
  };
  make_texts();
  if (napi_define_properties(env, exports, sizeof methods / sizeof *methods,
                             methods) != napi_ok)
    bench_fail(env, "strings cannot be exported");
  return exports;
}
