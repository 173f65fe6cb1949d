/* SPDX-License-Identifier: MIT */

/* The end of a struct that tsfn_record_from has filled in. */

#include <stdlib.h>
#include <string.h>

#include "record/nesting.h"
#include "record/record.h"

void
tsfn__record_free_copy(void *data, void *hint) {
  (void)hint;
  free(data);
}

/* Frees the elements, and what they have. */
static void
clear_list(const tsfn_field *field, void *value) {
  struct tsfn__list list = tsfn__list_read(value);
  bool has_memory = (field->inner->traits & (TSFN__BORROWS | TSFN__OWNS)) != 0;
  for (size_t i = 0; has_memory && i < list.count; i++)
    tsfn_record_clear(field->inner, list.items + i * field->inner->size);
  free(list.items);
}

/* Frees what one field has of its own. */
static void
clear_field(const tsfn_field *field, void *value) {
  tsfn_owned *owned = value;
  switch (field->kind) {
  case TSFN_KIND_string:
    free((void *)(uintptr_t) * (const char **)value);
    break;
  case TSFN_KIND_slice:
    free((void *)(uintptr_t)((tsfn_slice *)value)->data);
    break;
  case TSFN_KIND_bytes:
  case TSFN_KIND_buffer:
    free((void *)(uintptr_t)((tsfn_bytes *)value)->data);
    break;
  case TSFN_KIND_owned:
    if (owned->free != NULL) owned->free(owned->data, owned->hint);
    break;
  case TSFN_KIND_record:
    tsfn_record_clear(field->record(), value);
    break;
  case TSFN_KIND_optional:
    if (tsfn__optional_has(value)) tsfn_record_clear(field->inner, value);
    break;
  case TSFN_KIND_list:
    clear_list(field, value);
    break;
  TSFN__CASE_NUMBER:
  TSFN__CASE_WITHOUT_MEMORY:
    break;
  }
}

void
tsfn_record_clear(const tsfn_record *type, void *self) {
  if (type == NULL || self == NULL) return;
  for (size_t i = 0; i < type->field_count; i++)
    clear_field(&type->fields[i], (char *)self + type->fields[i].offset);
  memset(self, 0, type->size);
}
