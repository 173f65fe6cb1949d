/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include "crossing/codec.h"
#include "record/kind_ops.h"
#include "record/nesting.h"

/* The library's own are in codec.c, text.c, bytes.c, optional_value.c and
   list_value.c. */
const struct tsfn__kind_ops tsfn__text_kind = {.views = NULL};
const struct tsfn__kind_ops tsfn__bytes_kind = {.views = NULL};

/* No value of JavaScript's is made here. */
static napi_status
no_value(napi_env env, const tsfn_field *field, char *value,
         napi_value *result) {
  (void)env, (void)field, (void)value, (void)result;
  return napi_generic_failure;
}

const struct tsfn__kind_ops tsfn__owned_kind = {.to_js = no_value};
const struct tsfn__kind_ops tsfn__optional_kind = {.nesting =
                                                       &tsfn__nesting_optional};
const struct tsfn__kind_ops tsfn__list_kind = {.nesting = &tsfn__nesting_list};

const struct tsfn__codec tsfn__record_codec = {
    .check = tsfn__record_check,
    .same = tsfn__record_same,
    .is_plain = tsfn__record_is_plain,
    .slot_size = tsfn__record_slot_size,
    .gather = tsfn__record_gather,
    .place = tsfn__record_place,
    .discard = tsfn__record_discard,
    .destroy = tsfn__record_destroy,
};

const tsfn_record *
fixture_mixed_elsewhere(void) {
  return mixed_record();
}

struct ledger fixture_ledger = LEDGER_INIT(fixture_ledger);

int fixture_freed;
void *fixture_freed_data;
void *fixture_freed_hint;

void
fixture_free(void *data, void *hint) {
  fixture_freed++;
  fixture_freed_data = data;
  fixture_freed_hint = hint;
}
