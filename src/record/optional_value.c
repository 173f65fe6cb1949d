/* SPDX-License-Identifier: MIT */

/* What the kind optional brings with it (kind_ops.h). */

#include "record/kind_ops.h"
#include "record/nesting.h"
#include "record/record.h"

static napi_status
optional_to_js(napi_env env, const tsfn_field *field, char *value,
               napi_value *result) {
  return tsfn__optional_has(value)
             ? tsfn__record_field_to_js(env, tsfn__nesting_inner(field), value,
                                        result)
             : napi_get_null(env, result);
}

/* What the value borrows is its own kind's to open (record.c). */
const struct tsfn__kind_ops tsfn__optional_kind = {
    .nesting = &tsfn__nesting_optional,
    .to_js = optional_to_js,
};
