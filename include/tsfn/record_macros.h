/* SPDX-License-Identifier: MIT */
#ifndef TSFN_RECORD_MACROS_H
#define TSFN_RECORD_MACROS_H

/* TSFN_RECORD and TSFN_ENUM, and the descriptors that they make. Included by
   record.h, where the kinds of fields are listed; what they expand to needs
   tsfn.h. Both are used at file scope, without a semicolon behind them.

   TSFN_RECORD(name, LIST): the struct, name_record(), name_call(),
   name_call_many(); with TSFN_TYPE_NAMES defined before tsfn.h is included also
   name_type(), an older name of name_record() that an enum called name_type
   would clash with. Descriptors are static and constant: any thread may read
   them, nobody frees them. Each source file that has the declaration has a
   descriptor of its own; a function takes records of any that is the same,
   field by field.

   TSFN_ENUM(name, LIST), at most 64 values:

     #define COLORS(VALUE) VALUE(red) VALUE(green)
     TSFN_ENUM(color, COLORS)

   gives `typedef enum color { color_red, color_green } color;`. A call with a
   value that is none of them answers TSFN_INVALID.

   A wrong declaration does not compile, and the message names the field: a kind
   there is not, text(0), an array of no elements or not of numbers, a record(x)
   or enum(x) that is not declared above, a list of what owns memory, two fields
   of one name. A record without fields does not compile either.

   How: a field's kind is pasted to TSFN__OF_, which makes `array(f32, 3)` the
   macro call TSFN__OF_array(f32, 3) and keeps the preprocessor from expanding
   `bool`, which <stdbool.h> defines as _Bool. Each TSFN__OF_ is one row of the
   table in kind_macros.h. A kind without a row stays an identifier, and as a
   string that is longer than the row's "1": this is how TSFN__CHECK tells.
   FIELD does not know its record, so what needs the struct (offsetof) is
   written in a function where tsfn__self is a name for it; nested descriptors
   are reached through name_record then, whose address is a constant. What is in
   an optional or a list has a record of one field there, tsfn__inner_ and the
   field's name. */

#include "enum_macros.h"
#include "kind_macros.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tsfn__codec;
struct tsfn__kind_ops;

typedef enum tsfn_kind {
  TSFN_KIND_bool = 1,
  TSFN_KIND_i8,
  TSFN_KIND_i16,
  TSFN_KIND_i32,
  TSFN_KIND_i64,
  TSFN_KIND_u8,
  TSFN_KIND_u16,
  TSFN_KIND_u32,
  TSFN_KIND_u64,
  TSFN_KIND_f32,
  TSFN_KIND_f64,
  TSFN_KIND_number, /* element: i64 or u64 */
  TSFN_KIND_enum,   /* values */
  TSFN_KIND_text,   /* count: of bytes */
  TSFN_KIND_string,
  TSFN_KIND_slice,
  TSFN_KIND_bytes,
  TSFN_KIND_buffer,
  TSFN_KIND_owned,
  TSFN_KIND_array,    /* element, count */
  TSFN_KIND_record,   /* record */
  TSFN_KIND_optional, /* inner */
  TSFN_KIND_list,     /* inner */
  TSFN_KIND_callback, /* record or NULL; from here on of export.h */
  TSFN_KIND_signal,
  TSFN_KIND_value,
  TSFN_KIND_object, /* record: that of a tsfn_object */
  TSFN_KIND_void
} tsfn_kind;

/* Behind the last kind. No enumerator, so that a switch over all kinds needs no
   row for it. */
#define TSFN_KIND_END ((tsfn_kind)(TSFN_KIND_void + 1))

/* The values of a TSFN_ENUM: 0 to count - 1. */
typedef struct tsfn_enum {
  const char *name;
  const char *const *values;
  size_t count;
} tsfn_enum;

/* Whether a pointer (string, slice, bytes, buffer, owned) may be NULL. */
typedef enum tsfn_presence {
  TSFN_PRESENCE_nullable = 0, /* null in JavaScript, both ways */
  TSFN_PRESENCE_required,     /* nonnull(kind): it may not */
  TSFN_PRESENCE_optional      /* optional(kind): undefined is NULL, too */
} tsfn_presence;

typedef struct tsfn_field {
  const char *name;
  tsfn_kind kind;
  tsfn_kind element; /* of an array or a number, else the kind */
  size_t offset;
  size_t size;  /* of the whole field */
  size_t count; /* of an array's elements or a text's bytes, else 1 or more */
  const tsfn_record *(*record)(void);
  const tsfn_enum *values;
  const struct tsfn__kind_ops *ops; /* of kinds that are more than their bytes:
                                       text, bytes, owned, optional, list,
                                       arguments by name; else NULL */
  tsfn_presence presence;
  const tsfn_record *inner; /* of an optional: the record of its one field,
                               `value`, behind `has`; of a list: that of an
                               element, at offset 0; of other kinds NULL */
} tsfn_field;

/* What fields ask for, theirs and those of nested records. None of them: the
   record is its bytes. */
#define TSFN__BORROWS 1 /* memory to copy: string, slice, bytes, buffer, list */
#define TSFN__OWNS 2    /* memory to free: owned */
#define TSFN__LIMITED 4 /* values to refuse: enum */
#define TSFN__LISTS 8   /* memory that may point to more memory: list */
#define TSFN__LISTS_OWNERS 16 /* never in a record: a list with owned memory */

/* What only exported functions have (export.h), and no thread can make. */
#define TSFN__ARGUMENT_ONLY 32 /* signal */
#define TSFN__CALLED 512       /* callback: an argument, too */
#define TSFN__NAMED 1024       /* named: an argument, too */
#define TSFN__RESULT_ONLY 64   /* void */
#define TSFN__EXPORTED 128     /* value, object: an argument or a result */
#define TSFN__NOT_SENT                                                         \
  (TSFN__ARGUMENT_ONLY | TSFN__CALLED | TSFN__NAMED | TSFN__RESULT_ONLY |      \
   TSFN__EXPORTED)

#define TSFN__AT_RUN_TIME 256 /* of the record itself: tsfn_record_make's */

struct tsfn_record {
  const char *name;
  size_t size; /* sizeof the struct */
  const tsfn_field *fields;
  size_t field_count;
  unsigned traits;
  const struct tsfn__codec *codec; /* what the library does with it */
};

extern const struct tsfn__codec tsfn__record_codec;
extern const struct tsfn__kind_ops tsfn__text_kind;
extern const struct tsfn__kind_ops tsfn__bytes_kind;
extern const struct tsfn__kind_ops tsfn__owned_kind;
extern const struct tsfn__kind_ops tsfn__optional_kind;
extern const struct tsfn__kind_ops tsfn__list_kind;
extern const struct tsfn__kind_ops tsfn__named_kind;

#ifdef __cplusplus
}

/* Whoever includes tsfn.h inside extern "C" may. */
extern "C++" {
template <typename type> struct tsfn__is_complete {
  template <typename tag> static char test(char (*)[sizeof(tag)]);
  template <typename> static long test(...);
  static constexpr bool value = sizeof(test<type>(nullptr)) == 1;
};
}
#endif

#define TSFN__STRING(tokens) TSFN__STRING_(tokens)
#define TSFN__STRING_(tokens) #tokens

#ifdef __cplusplus
#define TSFN__ASSERT(condition, message) static_assert(condition, message);
#else
#define TSFN__ASSERT(condition, message) _Static_assert(condition, message);
#endif

#if defined(__GNUC__)
#define TSFN__MAYBE_UNUSED __attribute__((__unused__))
#else
#define TSFN__MAYBE_UNUSED
#endif

/* --- what LIST is expanded with ------------------------------------------ */

#define TSFN__CHECK(kind, name)                                                \
  TSFN__ASSERT(sizeof TSFN__STRING(                                            \
                   TSFN__APPLY(TSFN__KNOWN, TSFN__OF_##kind)) == sizeof "1",   \
               "field " #name ": there is no kind " #kind)                     \
  TSFN__ASSERT((TSFN__APPLY(TSFN__COUNT, TSFN__OF_##kind)) > 0,                \
               "field " #name ": the size in " #kind " must be 1 or more")     \
  TSFN__ASSERT((TSFN__APPLY(TSFN__DECLARED, TSFN__OF_##kind)),                 \
               "field " #name ": " #kind " is not declared above")             \
  TSFN__ASSERT((TSFN__APPLY(TSFN__DECLARED, TSFN__OF_##kind)) != 2,            \
               "field " #name ": the ask in " #kind " is of another record")   \
  TSFN__ASSERT(((TSFN__APPLY(TSFN__TRAITS, TSFN__OF_##kind)) &                 \
                TSFN__LISTS_OWNERS) == 0,                                      \
               "field " #name ": " #kind " would be a list of memory it owns")

/* Of a record, which has no kind of exported functions'. */
#define TSFN__CHECK_SENT(kind, name)                                           \
  TSFN__ASSERT(                                                                \
      ((TSFN__APPLY(TSFN__TRAITS, TSFN__OF_##kind)) & TSFN__NOT_SENT) == 0,    \
      "field " #name ": no record has " #kind)

/* Of a kind that stands alone, the `word` of what `owner` names: a text. It has
   none of the traits `refused`, nor those that no such value has. */
#define TSFN__CHECK_VALUE(owner, word, kind, refused)                          \
  TSFN__ASSERT(sizeof TSFN__STRING(                                            \
                   TSFN__APPLY(TSFN__KNOWN, TSFN__OF_##kind)) == sizeof "1",   \
               owner ": there is no " #word " " #kind)                         \
  TSFN__ASSERT((TSFN__APPLY(TSFN__DECLARED, TSFN__OF_##kind)),                 \
               owner ": its " #word " " #kind " is not declared above")        \
  TSFN__ASSERT((TSFN__APPLY(TSFN__COUNT, TSFN__OF_##kind)) > 0,                \
               owner ": the size in " #kind " must be 1 or more")              \
  TSFN__ASSERT(((TSFN__APPLY(TSFN__TRAITS, TSFN__OF_##kind)) &                 \
                (TSFN__ARGUMENT_ONLY | TSFN__CALLED | TSFN__NAMED |            \
                 TSFN__LISTS_OWNERS | (refused))) == 0,                        \
               owner ": no " #word " is " #kind)

/* The C type name_word of such a kind, and the record of its one field, which
   tsfn__word_of_name() answers. */
#define TSFN__VALUE_RECORD(name, text, word, field, kind)                      \
  typedef TSFN__APPLY(TSFN__TYPE, TSFN__OF_##kind)                             \
      name##_##word TSFN__APPLY(TSFN__SUFFIX, TSFN__OF_##kind);                \
                                                                               \
  TSFN__MAYBE_UNUSED static const tsfn_record *tsfn__##word##_of_##name(       \
      void) {                                                                  \
    typedef struct tsfn__##word##_in_##name {                                  \
      name##_##word field;                                                     \
    } tsfn__self;                                                              \
    TSFN__NEST(kind, field)                                                    \
    static const tsfn_field tsfn__fields[] = {TSFN__DESCRIBE(kind, field)};    \
    static const tsfn_record tsfn__record = {                                  \
        text,                                                                  \
        sizeof(tsfn__self),                                                    \
        tsfn__fields,                                                          \
        1,                                                                     \
        (int)(TSFN__APPLY(TSFN__TRAITS, TSFN__OF_##kind)),                     \
        NULL};                                                                 \
    return &tsfn__record;                                                      \
  }

#define TSFN__DECLARE(kind, name)                                              \
  TSFN__APPLY(TSFN__TYPE, TSFN__OF_##kind)                                     \
  name TSFN__APPLY(TSFN__SUFFIX, TSFN__OF_##kind);

#define TSFN__PLUS_ONE(kind, name) +1
#define TSFN__OR_TRAITS(kind, name) | TSFN__APPLY(TSFN__TRAITS, TSFN__OF_##kind)

#define TSFN__DESCRIBE(kind, name)                                             \
  {#name,                                                                      \
   TSFN__APPLY(TSFN__KINDS, TSFN__OF_##kind),                                  \
   offsetof(tsfn__self, name),                                                 \
   sizeof(((tsfn__self *)0)->name),                                            \
   TSFN__APPLY(TSFN__COUNT, TSFN__OF_##kind),                                  \
   TSFN__APPLY(TSFN__LINKS, TSFN__OF_##kind),                                  \
   TSFN__LINK(TSFN__APPLY(TSFN__NESTING, TSFN__OF_##kind),                     \
              tsfn__inner_##name)},

/* The address of a field's inner record. */
#define TSFN__LINK(nesting, inner) TSFN__LINK_(nesting, inner)
#define TSFN__LINK_(nesting, inner) TSFN__LINK_##nesting(inner)
#define TSFN__LINK_plain_(inner) NULL
#define TSFN__LINK_optional_(inner) &inner
#define TSFN__LINK_list_(inner) &inner
#define TSFN__LINK_optional_list_(inner) &inner

/* Defines a field's inner record, and before it that of an optional list. The
   names are those of the field, so that messages tell them. */
#define TSFN__NEST(kind, name)                                                 \
  TSFN__NEST_(TSFN__APPLY(TSFN__NESTING, TSFN__OF_##kind),                     \
              TSFN__APPLY(TSFN__INNER, TSFN__OF_##kind), name, #name,          \
              tsfn__inner_##name, tsfn__value_##name, tsfn__items_##name,      \
              tsfn__item_##name)
#define TSFN__NEST_(nesting, row, name, text, inner, value, items, item)       \
  TSFN__NEST_AS(nesting, row, name, text, inner, value, items, item)
#define TSFN__NEST_AS(nesting, row, name, text, inner, value, items, item)     \
  TSFN__NEST_##nesting(row, name, text, inner, value, items, item)
#define TSFN__NEST_plain_(row, name, text, inner, value, items, item)
#define TSFN__NEST_optional_(row, name, text, inner, field, items, item)       \
  TSFN__NEST_RECORD(row, text, inner, field, sizeof(((tsfn__self *)0)->name),  \
                    offsetof(tsfn__self, name.value) -                         \
                        offsetof(tsfn__self, name),                            \
                    sizeof(((tsfn__self *)0)->name.value), NULL)
#define TSFN__NEST_list_(row, name, text, inner, value, items_, item)          \
  TSFN__NEST_RECORD(row, text, inner, value,                                   \
                    sizeof(*((tsfn__self *)0)->name.items), 0,                 \
                    sizeof(*((tsfn__self *)0)->name.items), NULL)
#define TSFN__NEST_optional_list_(row, name, text, inner, field, list, item)   \
  TSFN__NEST_RECORD(TSFN__APPLY(TSFN__INNER, row), text, list, item,           \
                    sizeof(*((tsfn__self *)0)->name.value.items), 0,           \
                    sizeof(*((tsfn__self *)0)->name.value.items), NULL)        \
  TSFN__NEST_RECORD(row, text, inner, field, sizeof(((tsfn__self *)0)->name),  \
                    offsetof(tsfn__self, name.value) -                         \
                        offsetof(tsfn__self, name),                            \
                    sizeof(((tsfn__self *)0)->name.value), &list)

/* A record of one field, of the kind that the row tells. It needs no codec,
   since no function takes it by itself. */
#define TSFN__NEST_RECORD(row, text, record, field, record_size, offset, size, \
                          link)                                                \
  static const tsfn_field field = {                                            \
      text, TSFN__APPLY(TSFN__KINDS, row), offset,                             \
      size, TSFN__APPLY(TSFN__COUNT, row), TSFN__APPLY(TSFN__LINKS, row),      \
      link};                                                                   \
  static const tsfn_record record = {                                          \
      text, record_size, &field, 1, (int)(TSFN__APPLY(TSFN__TRAITS, row)),     \
      NULL};

#define TSFN__ENUMERATOR_OF(name, _value) name##_value,
#define TSFN__VALUE_NAME(value) #value,
#define TSFN__PLUS_VALUE(value) +1

/* --- the two declarations ------------------------------------------------ */

#if defined(TSFN_TYPE_NAMES)
#define TSFN__TYPE_NAME(name)                                                  \
  TSFN__MAYBE_UNUSED static inline const tsfn_record *name##_type(void) {      \
    return name##_record();                                                    \
  }
#else
#define TSFN__TYPE_NAME(name)
#endif

/* The struct of a list of fields, the tag by which others know that it is
   declared, its traits, and `function`, which answers its record. */
#define TSFN__FIELDS_RECORD(name, text, function, LIST, declared, of_fields,   \
                            codec)                                             \
  typedef struct name {                                                        \
    LIST(TSFN__DECLARE)                                                        \
  } name;                                                                      \
  struct declared {                                                            \
    char unused;                                                               \
  };                                                                           \
  enum { of_fields = 0 LIST(TSFN__OR_TRAITS) };                                \
                                                                               \
  TSFN__MAYBE_UNUSED static inline const tsfn_record *function(void) {         \
    typedef struct name tsfn__self;                                            \
    LIST(TSFN__NEST)                                                           \
    static const tsfn_field tsfn__fields[] = {LIST(TSFN__DESCRIBE)};           \
    static const tsfn_record tsfn__record = {                                  \
        text,         sizeof(tsfn__self),                                      \
        tsfn__fields, 0 LIST(TSFN__PLUS_ONE),                                  \
        of_fields,    codec};                                                  \
    return &tsfn__record;                                                      \
  }

#define TSFN_RECORD(name, LIST)                                                \
  LIST(TSFN__CHECK)                                                            \
  LIST(TSFN__CHECK_SENT)                                                       \
  TSFN__ASSERT((0 LIST(TSFN__PLUS_ONE)) > 0,                                   \
               "record " #name ": a record has at least one field")            \
  TSFN__FIELDS_RECORD(name, #name, name##_record, LIST,                        \
                      tsfn__declared_record_##name, tsfn__traits_of_##name,    \
                      &tsfn__record_codec)                                     \
  TSFN__TYPE_NAME(name)                                                        \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_call(                    \
      tsfn_function *tsfn__fn, const struct name *tsfn__item,                  \
      tsfn_wait tsfn__wait) {                                                  \
    return tsfn_call_record(tsfn__fn, name##_record(), tsfn__item, 1,          \
                            tsfn__wait, NULL);                                 \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_call_many(               \
      tsfn_function *tsfn__fn, const struct name *tsfn__items,                 \
      size_t tsfn__count, tsfn_wait tsfn__wait, size_t *tsfn__accepted) {      \
    return tsfn_call_record(tsfn__fn, name##_record(), tsfn__items,            \
                            tsfn__count, tsfn__wait, tsfn__accepted);          \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_from(                    \
      napi_env tsfn__env, napi_value tsfn__value, struct name *tsfn__out) {    \
    return tsfn_record_from(tsfn__env, name##_record(), tsfn__value,           \
                            tsfn__out);                                        \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_to(                      \
      napi_env tsfn__env, const struct name *tsfn__self,                       \
      napi_value *tsfn__out) {                                                 \
    return tsfn_record_to(tsfn__env, name##_record(), tsfn__self, tsfn__out);  \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_resolve(                 \
      tsfn_deferred *tsfn__deferred, const struct name *tsfn__value) {         \
    return tsfn_resolve(tsfn__deferred, name##_record(), tsfn__value);         \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline tsfn_status name##_finish(                  \
      tsfn_function *tsfn__fn, const struct name *tsfn__value) {               \
    return tsfn_finish(tsfn__fn, name##_record(), tsfn__value);                \
  }                                                                            \
                                                                               \
  TSFN__MAYBE_UNUSED static inline void name##_clear(                          \
      struct name *tsfn__self) {                                               \
    tsfn_record_clear(name##_record(), tsfn__self);                            \
  }

#define TSFN_ENUM(name, LIST)                                                  \
  TSFN__ASSERT((0 LIST(TSFN__PLUS_VALUE)) > 0,                                 \
               "enum " #name ": an enum has at least one value")               \
  typedef enum name {                                                          \
    TSFN__EACH_VALUE(TSFN__ENUMERATOR_OF, name, LIST)                          \
  } name;                                                                      \
  struct tsfn__declared_enum_##name {                                          \
    char unused;                                                               \
  };                                                                           \
  TSFN__MAYBE_UNUSED static const char *const tsfn__values_of_##name[] = {     \
      LIST(TSFN__VALUE_NAME)};                                                 \
  TSFN__MAYBE_UNUSED static const tsfn_enum tsfn__enum_of_##name = {           \
      #name, tsfn__values_of_##name, 0 LIST(TSFN__PLUS_VALUE)};

#endif
