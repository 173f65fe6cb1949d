/* SPDX-License-Identifier: MIT */
#ifndef TSFN_EXPORT_MACROS_H
#define TSFN_EXPORT_MACROS_H

/* TSFN_ARGUMENTS, TSFN_EXPORT, TSFN_METHOD, TSFN_OBJECT and TSFN_MODULE.
   Included by export.h, which says what they are for. Used at file scope,
   without a semicolon behind them.

   How: the arguments are a record, whose rows are those of kind_macros.h. The
   result is probed: TSFN__PROBE_void, _value, _made and _promise are lists with
   commas, so that TSFN__PICK finds a way and a kind behind the first; any other
   result stays one token sequence, and TSFN__PICK finds KIND and the result
   itself. */

/* The list of a function without arguments. */
#define TSFN_NONE(ARGUMENT)

/* A record without a codec: no function takes it by itself. */
#define TSFN_ARGUMENTS(name, LIST)                                             \
  LIST(TSFN__CHECK)                                                            \
  LIST(TSFN__CHECK_ARGUMENT)                                                   \
  TSFN__ASSERT((0 LIST(TSFN__PLUS_ONE)) > 0,                                   \
               "arguments " #name ": there is at least one")                   \
  TSFN__FIELDS_RECORD(name, #name, tsfn__named_##name, LIST,                   \
                      tsfn__declared_arguments_##name, tsfn__traits_of_##name, \
                      NULL)

#define TSFN_EXPORT(name, doc, LIST, result)                                   \
  TSFN_EXPORT_AS(name, doc, LIST, result, NULL)
#define TSFN_EXPORT_AS(name, doc, LIST, result, signature)                     \
  TSFN__EXPORT_PICKED(name, #name, #name, FUNCTION, ~, doc, LIST, signature,   \
                      TSFN__PICK(TSFN__PROBE_##result, KIND, result, ~))

#define TSFN_METHOD(object, name, doc, LIST, result)                           \
  TSFN_METHOD_AS(object, name, doc, LIST, result, NULL)
#define TSFN_METHOD_AS(object, name, doc, LIST, result, signature)             \
  TSFN__MAYBE_UNUSED static const tsfn_record *tsfn__object_of_##object(void); \
  TSFN__EXPORT_PICKED(object##_##name, #name, #object "." #name, METHOD,       \
                      object, doc, LIST, signature,                            \
                      TSFN__PICK(TSFN__PROBE_##result, KIND, result, ~))

#define TSFN__PROBE_void ~, NOTHING, void
#define TSFN__PROBE_value ~, MADE, value
#define TSFN__PROBE_promise(kind) ~, PROMISE, kind
#define TSFN__PROBE_made(kind) ~, MADE, kind
#define TSFN__PICK(...) TSFN__EXPAND(TSFN__PICK_(__VA_ARGS__))
#define TSFN__PICK_(probe, way, kind, ...) way, kind
#define TSFN__EXPORT_PICKED(...) TSFN__EXPAND(TSFN__EXPORT_(__VA_ARGS__))

/* What LIST is expanded with, beside the macros of a record. */
#define TSFN__CHECK_ARGUMENT(kind, name)                                       \
  TSFN__ASSERT(                                                                \
      ((TSFN__APPLY(TSFN__TRAITS, TSFN__OF_##kind)) & TSFN__RESULT_ONLY) == 0, \
      "argument " #name ": no argument is " #kind)

/* An entry behind the last field, so that the table of a function without
   arguments is not empty. */
#define TSFN__NO_FIELD                                                         \
  {                                                                            \
    NULL, TSFN_KIND_void, TSFN_KIND_void, 0, 0, 0, NULL, NULL, NULL,           \
        TSFN_PRESENCE_nullable, NULL                                           \
  }

/* The parameter `self` of a prototype, and its argument in a call; both are
   empty for a function. */
#define TSFN__TAKES_FUNCTION(object)
#define TSFN__TAKES_METHOD(object) struct object *,
#define TSFN__GIVES_FUNCTION(object)
#define TSFN__GIVES_METHOD(object) (struct object *)tsfn__object,
#define TSFN__OBJECT_FUNCTION(object) NULL
#define TSFN__OBJECT_METHOD(object) tsfn__object_of_##object

/* The function that the addon defines, and the call of it. For a method `takes`
   and `gives` have a comma, so they cannot be handed on to another macro. */
#define TSFN__PROTOTYPE_NOTHING(name, takes)                                   \
  static tsfn_status name(napi_env, takes name##_arguments *);
#define TSFN__PROTOTYPE_KIND(name, takes)                                      \
  static tsfn_status name(napi_env, takes name##_arguments *, name##_result *);
#define TSFN__PROTOTYPE_MADE(name, takes)                                      \
  static napi_value name(napi_env, takes name##_arguments *);
#define TSFN__PROTOTYPE_PROMISE(name, takes)                                   \
  static napi_value name(napi_env, takes name##_arguments *);

#define TSFN__RUN_NOTHING(name, gives)                                         \
  *tsfn__status = name(tsfn__env, gives(name##_arguments *) tsfn__arguments);  \
  return NULL;
#define TSFN__RUN_KIND(name, gives)                                            \
  *tsfn__status = name(tsfn__env, gives(name##_arguments *) tsfn__arguments,   \
                       (name##_result *)tsfn__result);                         \
  return NULL;
#define TSFN__RUN_MADE(name, gives)                                            \
  return name(tsfn__env, gives(name##_arguments *) tsfn__arguments);
#define TSFN__RUN_PROMISE(name, gives)                                         \
  return name(tsfn__env, gives(name##_arguments *) tsfn__arguments);

/* Of a function whose result is a promise: it can be made and resolved with a
   name_result. */
#define TSFN__SETTLE_NOTHING(name)
#define TSFN__SETTLE_KIND(name)
#define TSFN__SETTLE_MADE(name)
#define TSFN__SETTLE_PROMISE(name)                                             \
  TSFN__MAYBE_UNUSED static inline napi_value name##_promise(                  \
      napi_env tsfn__env, tsfn_deferred **tsfn__out) {                         \
    napi_value tsfn__promise;                                                  \
    tsfn_deferred_create(tsfn__env, tsfn__result_of_##name(), tsfn__out,       \
                         &tsfn__promise);                                      \
    return tsfn__promise;                                                      \
  }                                                                            \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_resolve(                 \
      tsfn_deferred *tsfn__deferred, const name##_result *tsfn__value) {       \
    return tsfn_resolve(tsfn__deferred, tsfn__result_of_##name(),              \
                        tsfn__value);                                          \
  }                                                                            \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_finish(                  \
      tsfn_function *tsfn__fn, const name##_result *tsfn__value) {             \
    return tsfn_finish(tsfn__fn, tsfn__result_of_##name(), tsfn__value);       \
  }

#define TSFN__EXPORT_(name, text, place, what, object, doc, LIST, signature,   \
                      way, kind)                                               \
  LIST(TSFN__CHECK)                                                            \
  LIST(TSFN__CHECK_ARGUMENT)                                                   \
  TSFN__ASSERT((0 LIST(TSFN__PLUS_ONE)) <= TSFN_ARGUMENTS_MAX,                 \
               "function " text ": it has too many arguments")                 \
  TSFN__CHECK_VALUE("function " text, result, kind, 0)                         \
  typedef struct name##_arguments {                                            \
    LIST(TSFN__DECLARE)                                                        \
    char tsfn__unused;                                                         \
  } name##_arguments;                                                          \
  TSFN__VALUE_RECORD(name, text, result, value, kind)                          \
  enum { tsfn__argument_traits_of_##name = 0 LIST(TSFN__OR_TRAITS) };          \
  enum { tsfn__way_of_##name = TSFN_WAY_##way };                               \
  TSFN__PROTOTYPE_##way(name, TSFN__TAKES_##what(object))                      \
                                                                               \
      TSFN__MAYBE_UNUSED static const tsfn_record *tsfn__arguments_of_##name(  \
          void) {                                                              \
    typedef struct name##_arguments tsfn__self;                                \
    LIST(TSFN__NEST)                                                           \
    static const tsfn_field tsfn__fields[] = {LIST(TSFN__DESCRIBE)             \
                                                  TSFN__NO_FIELD};             \
    static const tsfn_record tsfn__record = {place,                            \
                                             sizeof(tsfn__self),               \
                                             tsfn__fields,                     \
                                             0 LIST(TSFN__PLUS_ONE),           \
                                             (int)(0 LIST(TSFN__OR_TRAITS)),   \
                                             NULL};                            \
    return &tsfn__record;                                                      \
  }                                                                            \
                                                                               \
  TSFN__SETTLE_##way(name)                                                     \
                                                                               \
      TSFN__MAYBE_UNUSED static inline void name##_arguments_clear(            \
          name##_arguments *tsfn__self) {                                      \
    tsfn_record_clear(tsfn__arguments_of_##name(), tsfn__self);                \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline name##_arguments name##_arguments_take(     \
      name##_arguments *tsfn__self) {                                          \
    static name##_arguments tsfn__nothing; /* all zero, in C++ too */          \
    name##_arguments tsfn__taken = *tsfn__self;                                \
    *tsfn__self = tsfn__nothing;                                               \
    return tsfn__taken;                                                        \
  }                                                                            \
                                                                               \
  static napi_value tsfn__run_##name(                                          \
      napi_env tsfn__env, void *tsfn__object, void *tsfn__arguments,           \
      void *tsfn__result, tsfn_status *tsfn__status) {                         \
    (void)tsfn__object;                                                        \
    (void)tsfn__result;                                                        \
    (void)tsfn__status;                                                        \
    TSFN__RUN_##way(name, TSFN__GIVES_##what(object))                          \
  }                                                                            \
                                                                               \
  static napi_value tsfn__call_##name(napi_env tsfn__env,                      \
                                      napi_callback_info tsfn__info);          \
                                                                               \
  TSFN__MAYBE_UNUSED static const tsfn_export tsfn__export_##name = {          \
      text,                                                                    \
      doc,                                                                     \
      signature,                                                               \
      tsfn__arguments_of_##name,                                               \
      tsfn__result_of_##name,                                                  \
      TSFN_WAY_##way,                                                          \
      TSFN__OBJECT_##what(object),                                             \
      tsfn__call_##name,                                                       \
      tsfn__run_##name};                                                       \
                                                                               \
  static napi_value tsfn__call_##name(napi_env tsfn__env,                      \
                                      napi_callback_info tsfn__info) {         \
    name##_arguments tsfn__arguments;                                          \
    name##_result tsfn__result;                                                \
    return tsfn_export_call(tsfn__env, tsfn__info, &tsfn__export_##name,       \
                            &tsfn__arguments, &tsfn__result);                  \
  }

/* Answers the tsfn_options that the kind of a callback argument declares. */
#define TSFN_OPTIONS(function, argument)                                       \
  tsfn_export_options(&tsfn__export_##function,                                \
                      offsetof(function##_arguments, argument))

/* --- objects ------------------------------------------------------------- */

#define TSFN__METHOD_ADDRESS(object, name) &tsfn__export_##object##_##name,
#define TSFN__PLUS_METHOD(object, name) +1

#define TSFN_OBJECT(name, doc, LIST, drop)                                     \
  struct tsfn__declared_object_##name {                                        \
    char unused;                                                               \
  };                                                                           \
  static void tsfn__drop_##name(void *tsfn__self) {                            \
    drop((struct name *)tsfn__self);                                           \
  }                                                                            \
  TSFN__MAYBE_UNUSED static const tsfn_record *tsfn__object_of_##name(void) {  \
    static const tsfn_export *const tsfn__methods[] = {                        \
        LIST(TSFN__METHOD_ADDRESS) NULL};                                      \
    static const tsfn_object tsfn__object = {{#name, 0, NULL, 0, 0, NULL},     \
                                             doc,                              \
                                             tsfn__methods,                    \
                                             0 LIST(TSFN__PLUS_METHOD),        \
                                             tsfn__drop_##name,                \
                                             &tsfn__object_operations};        \
    return &tsfn__object.record;                                               \
  }                                                                            \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_wrap(                    \
      napi_env tsfn__env, struct name *tsfn__self, napi_value *tsfn__out) {    \
    return tsfn_object_wrap(                                                   \
        tsfn__env,                                                             \
        (const tsfn_object *)(const void *)tsfn__object_of_##name(),           \
        tsfn__self, tsfn__out);                                                \
  }                                                                            \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_unwrap(                  \
      napi_env tsfn__env, napi_value tsfn__value, struct name **tsfn__out) {   \
    void *tsfn__self = NULL;                                                   \
    tsfn_status tsfn__status = tsfn_object_unwrap(                             \
        tsfn__env,                                                             \
        (const tsfn_object *)(const void *)tsfn__object_of_##name(),           \
        tsfn__value, &tsfn__self);                                             \
    *tsfn__out = (struct name *)tsfn__self;                                    \
    return tsfn__status;                                                       \
  }

/* --- the module ---------------------------------------------------------- */

#define TSFN__EXPORT_ADDRESS(name) &tsfn__export_##name,
#define TSFN__PLUS_EXPORT(name) +1

#define TSFN_MODULE(LIST)                                                      \
  static const tsfn_export *const tsfn__module_exports[] = {                   \
      LIST(TSFN__EXPORT_ADDRESS) NULL};                                        \
  static const tsfn_module tsfn__module = {tsfn__module_exports,               \
                                           0 LIST(TSFN__PLUS_EXPORT)};         \
  NAPI_MODULE_INIT() {                                                         \
    return tsfn_module_define(env, exports, &tsfn__module);                    \
  }

#endif
