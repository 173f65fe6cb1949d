/* SPDX-License-Identifier: MIT */

/* The kinds that are made of others, from JavaScript: arrays, optionals and
   lists. Each element is converted by `convert` of the target, in a handle
   scope of its own. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/nesting.h"
#include "record/read.h"
#include "record/record.h"
#include "record/target.h"

/* Copies a typed array of just this type and length. False: it is another. */
static bool
copy_typed(const struct tsfn__target *self, napi_value value) {
  const tsfn_field *field = self->field;
  struct tsfn__typed typed;
  if (!tsfn__read_typed(self->env, value, &typed) ||
      typed.type != tsfn__record_array_type(field->element) ||
      typed.length != field->count || typed.memory == NULL)
    return false;
  memcpy(self->value, typed.memory, field->size);
  return true;
}

/* The number of elements of an Array, or of any typed array where elements are
   numbers. False: it is neither. */
static bool
get_length(napi_env env, napi_value value, bool is_numbers, uint32_t *length) {
  struct tsfn__typed typed;
  bool is_array = false;
  if (napi_is_array(env, value, &is_array) == napi_ok && is_array)
    return napi_get_array_length(env, value, length) == napi_ok;
  if (!is_numbers || !tsfn__read_typed(env, value, &typed) ||
      typed.length > UINT32_MAX)
    return false;
  *length = (uint32_t)typed.length;
  return true;
}

/* Reads one element of an Array or a typed array to `out`, which is all
   zero. */
static bool
from_element(const struct tsfn__target *self, const tsfn_field *element,
             void *out, napi_value array, uint32_t index) {
  struct tsfn__place place = {self->place, NULL, index};
  struct tsfn__target target = {self->env, self->convert, element, out, &place};
  napi_handle_scope scope;
  napi_value value;
  if (napi_open_handle_scope(self->env, &scope) != napi_ok) return false;
  bool is_done = napi_get_element(self->env, array, index, &value) == napi_ok &&
                 self->convert(&target, value);
  napi_close_handle_scope(self->env, scope);
  return is_done;
}

bool
tsfn__from_array(const struct tsfn__target *self, napi_value value) {
  const tsfn_field *field = self->field;
  tsfn_field element = {.kind = field->element,
                        .element = field->element,
                        .size = field->size / field->count,
                        .count = 1};
  char expected[96];
  uint32_t length;
  if (copy_typed(self, value)) return true;
  snprintf(expected, sizeof expected,
           "an Array or a typed array of %zu numbers", field->count);
  if (!get_length(self->env, value, true, &length))
    return tsfn__target_refuse(self, TSFN__REFUSAL_TYPE, expected, value);
  if (length != field->count)
    return tsfn__target_refuse(self, TSFN__REFUSAL_RANGE, expected, value);
  for (uint32_t i = 0; i < length; i++)
    if (!from_element(self, &element, (char *)self->value + i * element.size,
                      value, i))
      return false;
  return true;
}

/* --- optionals and lists ------------------------------------------------- */

/* undefined and null are none. What is in it is converted in the place of the
   field itself. */
bool
tsfn__from_optional(const struct tsfn__target *self, napi_value value) {
  const tsfn_field *inner = tsfn__nesting_inner(self->field);
  struct tsfn__target target = {self->env, self->convert, inner,
                                (char *)self->value + inner->offset,
                                self->place};
  napi_valuetype type = tsfn__target_type_of(self->env, value);
  if (type == napi_undefined || type == napi_null) return true;
  *(bool *)self->value = true;
  return self->convert(&target, value);
}

/* Copies a typed array of just the elements' type, of any length. False: it is
   another, or out of memory, which the way element by element will tell. */
static bool
copy_typed_list(const struct tsfn__target *self, napi_value value) {
  const tsfn_field *element = tsfn__nesting_inner(self->field);
  struct tsfn__typed typed;
  if (!tsfn__record_is_number(element->kind) ||
      !tsfn__read_typed(self->env, value, &typed) ||
      typed.type != tsfn__record_array_type(element->kind) ||
      typed.length == 0 || typed.memory == NULL)
    return false;
  size_t size = typed.length * element->size;
  struct tsfn__list list = {malloc(size), typed.length};
  if (list.items == NULL) return false;
  memcpy(list.items, typed.memory, size);
  tsfn__list_write(self->value, list);
  return true;
}

/* Elements that a list has memory for at first. It grows with what is read,
   since the length of an Array says nothing of what is in it. */
#define LIST_CAPACITY_MIN 64u

/* Makes room for one more element, which is all zero. *capacity is in elements.
   False: out of memory. */
static bool
grow_list(struct tsfn__list *list, size_t stride, size_t *capacity) {
  if (list->count == *capacity) {
    size_t larger = *capacity != 0 ? *capacity * 2 : LIST_CAPACITY_MIN;
    char *items = larger <= SIZE_MAX / stride
                      ? realloc(list->items, larger * stride)
                      : NULL;
    if (items == NULL) return false;
    list->items = items;
    *capacity = larger;
  }
  memset(list->items + list->count * stride, 0, stride);
  list->count++;
  return true;
}

/* Each element is in the list before it is converted, so that whoever clears
   the record after a refusal frees what was made of it. */
bool
tsfn__from_list(const struct tsfn__target *self, napi_value value) {
  const tsfn_field *element = tsfn__nesting_inner(self->field);
  bool is_numbers = tsfn__record_is_number(element->kind) ||
                    element->kind == TSFN_KIND_number;
  struct tsfn__list list = {NULL, 0};
  size_t stride = self->field->inner->size, capacity = 0;
  uint32_t length;
  if (copy_typed_list(self, value)) return true;
  if (!get_length(self->env, value, is_numbers, &length))
    return tsfn__target_refuse(
        self, TSFN__REFUSAL_TYPE,
        is_numbers ? "an Array or a typed array" : "an Array", value);
  for (uint32_t i = 0; i < length; i++) {
    if (!grow_list(&list, stride, &capacity))
      return tsfn__refusal_no_memory(self->env, self->place);
    tsfn__list_write(self->value, list);
    if (!from_element(self, element, list.items + i * stride, value, i))
      return false;
  }
  return true;
}
