/* SPDX-License-Identifier: MIT */

/* What a callback's kind says of how it is called. */

#include "tsfn.h"

/* A callback's delivery is in the place of its kind's operations
   (kind_macros.h); of one that is asked something else is. */
static void
set_options(tsfn_options *options, const tsfn_field *field) {
  options->errors = TSFN_ERROR_FIRST;
  options->record = field->record != NULL ? field->record() : NULL;
  if ((field->count & TSFN__WORD_asked()) == 0)
    options->delivery = (const void *)field->ops;
  if ((field->count & TSFN__WORD_values_only) != 0)
    options->errors = TSFN_VALUES_ONLY;
  if ((field->count & TSFN__WORD_as_arguments) != 0)
    options->passing = TSFN_AS_ARGUMENTS;
}

/* Finds the callback at that offset, also among named arguments. NULL: there is
   none. */
static const tsfn_field *
find_callback(const tsfn_record *arguments, size_t offset) {
  for (size_t i = 0; i < arguments->field_count; i++) {
    const tsfn_field *field = &arguments->fields[i];
    if (field->kind == TSFN_KIND_callback && field->offset == offset)
      return field;
    if (field->kind == TSFN_KIND_record && offset >= field->offset &&
        offset < field->offset + field->size)
      return find_callback(field->record(), offset - field->offset);
  }
  return NULL;
}

tsfn_options
tsfn_export_options(const tsfn_export *self, size_t offset) {
  const tsfn_record *arguments = self->arguments();
  /* tsfn_create refuses this, where no callback is at that offset. */
  tsfn_options options = {.name = arguments->name,
                          .errors = (tsfn_errors)(TSFN_VALUES_ONLY + 1)};
  const tsfn_record *result = self->result();
  if (self->way == TSFN_WAY_PROMISE && result->fields[0].kind != TSFN_KIND_void)
    options.result = result;
  const tsfn_field *field = find_callback(arguments, offset);
  if (field != NULL) set_options(&options, field);
  return options;
}
