/* SPDX-License-Identifier: MIT */

/* One call of an exported function, from JavaScript's values to its answer:

     values --tsfn__record_from_values--> the struct of arguments
            --self->run-----------------> the addon's function
     result --tsfn__record_field_to_js--> what JavaScript gets

   Everything is in the structs of the caller, tsfn__call_ of the export. Loop
   thread. */

#include <stdio.h>
#include <string.h>

#include "node/exception.h"
#include "record/record.h"

/* Throws for a function that ended with this status, or leaves what it threw
   itself. */
static void
throw_status(napi_env env, const tsfn_export *self, tsfn_status status) {
  tsfn__exception_throw(env, self->arguments()->name, status,
                        status == TSFN_PENDING_EXCEPTION
                            ? "it answered that an exception is pending, but "
                              "none is"
                            : "%s",
                        tsfn_status_message(status));
}

/* Throws for a result that is none of its kind. */
static void
throw_result(napi_env env, const tsfn_export *self, const char *expected) {
  tsfn__exception_throw(env, self->arguments()->name, TSFN_INVALID,
                        "its result is not %s", expected);
}

/* Finds what a method is called for, the struct that `this` wraps. False: it is
   of another type, and an exception is pending. */
static bool
find_receiver(napi_env env, const tsfn_export *self, napi_value receiver,
              void **out) {
  char message[256];
  if (self->object == NULL) return true;
  const tsfn_object *type = (const void *)self->object();
  if (type->ops->unwrap(env, type, receiver, out)) return true;
  if (tsfn__exception_is_pending(env)) return false;
  snprintf(message, sizeof message, "%s: `this` is no object of type %s",
           self->arguments()->name, type->record.name);
  (void)napi_throw_type_error(env, "ERR_INVALID_THIS", message);
  return false;
}

/* Whether the result is one of its kind, before anything is made of it. */
static bool
is_sound(const tsfn_record *type, const void *result) {
  const tsfn_field *field = &type->fields[0];
  size_t size = 0;
  if (field->kind == TSFN_KIND_object)
    return *(void *const *)result != NULL ||
           field->presence != TSFN_PRESENCE_required;
  return tsfn__copy_measure(type, result, &size) != TSFN_INVALID;
}

/* Frees what JavaScript has not got of a result. `is_made`: it got an object,
   which frees the struct from now on. */
static void
drop_result(const tsfn_record *type, void *result, bool is_made) {
  const tsfn_field *field = &type->fields[0];
  void *self = field->kind == TSFN_KIND_object ? *(void **)result : NULL;
  if (self != NULL && !is_made)
    ((const tsfn_object *)(const void *)field->record())->drop(self);
  if ((type->traits & TSFN__OWNS) != 0) tsfn__copy_free_owned(type, result);
}

/* A pointer becomes an object, which frees it; NULL is null. */
static napi_status
object_to_js(napi_env env, const tsfn_field *field, void *self,
             napi_value *out) {
  const tsfn_object *type = (const void *)field->record();
  return self != NULL ? type->ops->wrap(env, type, self, out)
                      : napi_get_null(env, out);
}

static napi_status
result_to_js(napi_env env, const tsfn_field *field, void *result,
             napi_value *out) {
  return field->kind == TSFN_KIND_object
             ? object_to_js(env, field, *(void **)result, out)
             : tsfn__record_field_to_js(env, field, result, out);
}

/* Makes the value of a result. NULL: it is none of its kind, or the host
   refused, and an exception is pending. */
static napi_value
value_of_result(napi_env env, const tsfn_export *self, void *result) {
  const tsfn_record *type = self->result();
  napi_value value = NULL;
  if (!is_sound(type, result)) {
    throw_result(env, self, "of its kind");
  } else if (result_to_js(env, &type->fields[0], result, &value) != napi_ok) {
    value = NULL;
    tsfn__exception_throw(env, self->arguments()->name, TSFN_FAILURE,
                          "its result cannot be made");
  }
  drop_result(type, result, value != NULL);
  return value;
}

/* Checks the promise that the function has made. */
static napi_value
check_promise(napi_env env, const tsfn_export *self, napi_value value) {
  bool is_promise = false;
  if (value != NULL) (void)napi_is_promise(env, value, &is_promise);
  if (is_promise) return value;
  throw_result(env, self, "a promise");
  return NULL;
}

/* Runs the function, whose arguments were converted, and makes its answer. */
static napi_value
run(napi_env env, const tsfn_export *self, void *receiver, void *arguments,
    void *result) {
  const tsfn_record *type = self->result();
  tsfn_status status = TSFN_OK;
  memset(result, 0, type->size);
  napi_value value = self->run(env, receiver, arguments, result, &status);
  if (status != TSFN_OK) {
    throw_status(env, self, status);
    return NULL;
  }
  switch (self->way) {
  case TSFN_WAY_KIND:
    return value_of_result(env, self, result);
  case TSFN_WAY_PROMISE:
    return check_promise(env, self, value);
  case TSFN_WAY_NOTHING:
  case TSFN_WAY_MADE:
    break;
  }
  return value;
}

napi_value
tsfn_export_call(napi_env env, napi_callback_info info, const tsfn_export *self,
                 void *arguments, void *result) {
  napi_value values[TSFN_ARGUMENTS_MAX], receiver_value;
  const tsfn_record *type = self->arguments();
  size_t count = type->field_count;
  void *receiver = NULL;
  if (count > TSFN_ARGUMENTS_MAX) {
    throw_status(env, self, TSFN_INVALID); /* no table of TSFN_EXPORT */
    return NULL;
  }
  if (napi_get_cb_info(env, info, &count, values, &receiver_value, NULL) !=
          napi_ok ||
      !find_receiver(env, self, receiver_value, &receiver))
    return NULL;
  tsfn_status status = tsfn__record_from_values(env, type, values, arguments);
  if (status != TSFN_OK) {
    throw_status(env, self, status);
    return NULL;
  }
  /* The result may point into the arguments. */
  napi_value value = run(env, self, receiver, arguments, result);
  tsfn_record_clear(type, arguments);
  return value;
}
