/* SPDX-License-Identifier: MIT */
#include "enums.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct enumerator {
  const char *name;
  uint32_t value;
};

struct enumeration {
  const char *property; /* of the options */
  const struct enumerator *enumerators;
  size_t count;
};

#define ENUMERATION(property, list)                                            \
  { property, list, sizeof(list) / sizeof *(list) }

/* A delivery is the address of a table: the enumerator is its place here. */
static const tsfn_delivery *const modes[] = {
    TSFN_EACH, TSFN_BATCH, TSFN_COLUMNS, TSFN_LATEST, TSFN_PACKED_COLUMNS};
static const struct enumerator deliveries[] = {
    {"EACH", 0},   {"BATCH", 1},          {"COLUMNS", 2},
    {"LATEST", 3}, {"PACKED_COLUMNS", 4},
};
static const struct enumeration delivery = ENUMERATION("delivery", deliveries);

static const struct enumerator strategies[] = {
    {"ERROR_FIRST", TSFN_ERROR_FIRST},
    {"VALUES_ONLY", TSFN_VALUES_ONLY},
};
static const struct enumeration errors = ENUMERATION("errors", strategies);

static const struct enumerator policies[] = {
    {"PER_DRAIN", TSFN_MICROTASKS_PER_DRAIN},
    {"PER_CALL", TSFN_MICROTASKS_PER_CALL},
};
static const struct enumeration microtasks =
    ENUMERATION("microtasks", policies);

static const struct enumerator passings[] = {
    {"AS_OBJECT", TSFN_AS_OBJECT},
    {"AS_ARGUMENTS", TSFN_AS_ARGUMENTS},
};
static const struct enumeration passing = ENUMERATION("passing", passings);

/* --- to JavaScript ------------------------------------------------------- */

static bool
add_names(napi_env env, napi_value object, const struct enumeration *self) {
  napi_value names, name;
  if (napi_create_object(env, &names) != napi_ok) return false;
  for (size_t i = 0; i < self->count; i++) {
    const char *text = self->enumerators[i].name;
    if (napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &name) !=
            napi_ok ||
        napi_set_named_property(env, names, text, name) != napi_ok)
      return false;
  }
  return napi_set_named_property(env, object, self->property, names) == napi_ok;
}

napi_value
enums_object(napi_env env) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok ||
      !add_names(env, object, &delivery) || !add_names(env, object, &errors) ||
      !add_names(env, object, &microtasks) ||
      !add_names(env, object, &passing)) {
    fprintf(stderr, "enums: they cannot be exported\n");
    abort();
  }
  return object;
}

/* --- from JavaScript ----------------------------------------------------- */

static uint32_t
value_of(const struct enumeration *self, const char *name) {
  for (size_t i = 0; i < self->count; i++)
    if (strcmp(self->enumerators[i].name, name) == 0)
      return self->enumerators[i].value;
  fprintf(stderr, "enums: options.%s cannot be '%s'\n", self->property, name);
  abort();
}

static uint32_t
read_property(const struct enumeration *self, napi_env env,
              napi_value options) {
  napi_value value;
  napi_valuetype type;
  char name[32];
  uint32_t number = self->enumerators[0].value;
  if (napi_typeof(env, options, &type) != napi_ok || type != napi_object ||
      napi_get_named_property(env, options, self->property, &value) != napi_ok)
    return number;
  if (napi_get_value_string_utf8(env, value, name, sizeof name, NULL) ==
      napi_ok)
    return value_of(self, name);
  napi_get_value_uint32(env, value, &number);
  return number;
}

const tsfn_delivery *
enums_delivery(napi_env env, napi_value options) {
  uint32_t place = read_property(&delivery, env, options);
  if (place < sizeof modes / sizeof *modes) return modes[place];
  fprintf(stderr, "enums: options.delivery cannot be %u\n", place);
  abort();
}

tsfn_errors
enums_errors(napi_env env, napi_value options) {
  return (tsfn_errors)read_property(&errors, env, options);
}

tsfn_microtasks
enums_microtasks(napi_env env, napi_value options) {
  return (tsfn_microtasks)read_property(&microtasks, env, options);
}

tsfn_passing
enums_passing(napi_env env, napi_value options) {
  return (tsfn_passing)read_property(&passing, env, options);
}
