/* SPDX-License-Identifier: MIT */

/* What the kind list brings with it (kind_ops.h). */

#include <stdint.h>

#include "core/arena.h"
#include "record/kind_ops.h"
#include "record/nesting.h"
#include "record/record.h"

/* Elements whose handles are given back together, by one handle scope. */
#define ELEMENTS_IN_SCOPE 64u

/* Puts the elements from `from` to, not including, `to` into the Array. */
static napi_status
set_elements(napi_env env, const tsfn_field *field, struct tsfn__list list,
             size_t from, size_t to, napi_value array) {
  napi_status status = napi_ok;
  for (size_t i = from; status == napi_ok && i < to; i++) {
    napi_value value;
    status =
        tsfn__record_field_to_js(env, tsfn__nesting_inner(field),
                                 list.items + i * field->inner->size, &value);
    if (status == napi_ok)
      status = napi_set_element(env, array, (uint32_t)i, value);
  }
  return status;
}

static napi_status
array_of_list(napi_env env, const tsfn_field *field, struct tsfn__list list,
              napi_value *result) {
  napi_handle_scope scope;
  if (list.count > UINT32_MAX - 1u) return napi_invalid_arg;
  napi_status status = napi_create_array_with_length(env, list.count, result);
  for (size_t i = 0; status == napi_ok && i < list.count;
       i += ELEMENTS_IN_SCOPE) {
    size_t end = i + ELEMENTS_IN_SCOPE;
    status = napi_open_handle_scope(env, &scope);
    if (status != napi_ok) break;
    status = set_elements(env, field, list, i,
                          end < list.count ? end : list.count, *result);
    napi_close_handle_scope(env, scope);
  }
  return status;
}

/* Numbers become a typed array, anything else an Array. */
static napi_status
list_to_js(napi_env env, const tsfn_field *field, char *value,
           napi_value *result) {
  struct tsfn__list list = tsfn__list_read(value);
  const tsfn_field *element = tsfn__nesting_inner(field);
  return tsfn__record_is_number(element->kind)
             ? tsfn__record_numbers_to_js(env, element->kind, list.count,
                                          list.items, element->size, result)
             : array_of_list(env, field, list, result);
}

const struct tsfn__kind_ops tsfn__list_kind = {
    .open = tsfn__arena_open,
    .close = tsfn__arena_close,
    .nesting = &tsfn__nesting_list,
    .to_js = list_to_js,
};
