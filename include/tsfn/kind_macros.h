/* SPDX-License-Identifier: MIT */
#ifndef TSFN_KIND_MACROS_H
#define TSFN_KIND_MACROS_H

/* The kinds of fields, as the preprocessor sees them. Included by
   record_macros.h, which says how a kind becomes the name of a row.

   A row is a tuple. Its columns, each read by the macro of that name below:

     known      1. An unknown kind has no row: its name stays as it is, which
                is a longer text, by which TSFN__CHECK tells it
     declared   an expression: whether what it names is declared
     type       of the field in C, and
     suffix     what stands behind the field's name
     kind       TSFN_KIND_..., and
     element    that of an array or a number, else the kind again
     count      of an array's elements or a text's bytes, else 1
     traits     what the field asks of its record
     record     record kind: its descriptor function
     values     enum kind: its values
     ops        what the library does with a field of a kind that is more than
                its bytes
     presence   whether a pointer may be NULL
     nesting    plain_, optional_, list_ or optional_list_
     inner      of those three: the row of what is in it */

#define TSFN__ROW(type, suffix, kind, element, count, traits, ops, presence)   \
  (1, 1, type, suffix, kind, element, count, traits, NULL, NULL, ops,          \
   TSFN_PRESENCE_##presence, plain_, ())

#define TSFN__SCALAR(type, kind)                                               \
  TSFN__ROW(type, , TSFN_KIND_##kind, TSFN_KIND_##kind, 1, 0, NULL, nullable)
#define TSFN__TEXT(type, kind, presence)                                       \
  TSFN__ROW(type, , TSFN_KIND_##kind, TSFN_KIND_##kind, 1, TSFN__BORROWS,      \
            &tsfn__text_kind, presence)
#define TSFN__BYTES(kind, presence)                                            \
  TSFN__ROW(tsfn_bytes, , TSFN_KIND_##kind, TSFN_KIND_##kind, 1,               \
            TSFN__BORROWS, &tsfn__bytes_kind, presence)
#define TSFN__OWNED(presence)                                                  \
  TSFN__ROW(tsfn_owned, , TSFN_KIND_owned, TSFN_KIND_owned, 1, TSFN__OWNS,     \
            &tsfn__owned_kind, presence)

/* --- the rows ------------------------------------------------------------ */

#define TSFN__OF_bool TSFN__SCALAR(bool, bool)
#define TSFN__OF__Bool TSFN__SCALAR(bool, bool)
#define TSFN__OF_i8 TSFN__SCALAR(int8_t, i8)
#define TSFN__OF_i16 TSFN__SCALAR(int16_t, i16)
#define TSFN__OF_i32 TSFN__SCALAR(int32_t, i32)
#define TSFN__OF_i64 TSFN__SCALAR(int64_t, i64)
#define TSFN__OF_u8 TSFN__SCALAR(uint8_t, u8)
#define TSFN__OF_u16 TSFN__SCALAR(uint16_t, u16)
#define TSFN__OF_u32 TSFN__SCALAR(uint32_t, u32)
#define TSFN__OF_u64 TSFN__SCALAR(uint64_t, u64)
#define TSFN__OF_f32 TSFN__SCALAR(float, f32)
#define TSFN__OF_f64 TSFN__SCALAR(double, f64)

#define TSFN__OF_string TSFN__TEXT(const char *, string, nullable)
#define TSFN__OF_slice TSFN__TEXT(tsfn_slice, slice, nullable)
#define TSFN__OF_bytes TSFN__BYTES(bytes, nullable)
#define TSFN__OF_buffer TSFN__BYTES(buffer, nullable)
#define TSFN__OF_owned TSFN__OWNED(nullable)

#define TSFN__OF_number(element)                                               \
  (TSFN__IS_LONG_##element, 1, TSFN__TYPE_##element, , TSFN_KIND_number,       \
   TSFN_KIND_##element, 1, 0, NULL, NULL, NULL, TSFN_PRESENCE_nullable,        \
   plain_, ())
#define TSFN__OF_array(element, n)                                             \
  (TSFN__IS_NUMBER_##element, 1, TSFN__TYPE_##element, TSFN__EXTENT(n),        \
   TSFN_KIND_array, TSFN_KIND_##element, (n), 0, NULL, NULL, NULL,             \
   TSFN_PRESENCE_nullable, plain_, ())
#define TSFN__OF_text(n)                                                       \
  TSFN__ROW(char, TSFN__EXTENT(n), TSFN_KIND_text, TSFN_KIND_text, (n), 0,     \
            NULL, nullable)
#define TSFN__OF_enum(name)                                                    \
  (1, TSFN__IS_DECLARED(struct tsfn__declared_enum_##name), enum name, ,       \
   TSFN_KIND_enum, TSFN_KIND_enum, 1, TSFN__LIMITED, NULL,                     \
   &tsfn__enum_of_##name, NULL, TSFN_PRESENCE_nullable, plain_, ())
#define TSFN__OF_record(name)                                                  \
  (1, TSFN__IS_DECLARED(struct tsfn__declared_record_##name), struct name, ,   \
   TSFN_KIND_record, TSFN_KIND_record, 1, (int)tsfn__traits_of_##name,         \
   name##_record, NULL, NULL, TSFN_PRESENCE_nullable, plain_, ())

/* nonnull(kind) is the row of a pointer that may not be NULL. */
#define TSFN__OF_nonnull(kind) TSFN__NONNULL_##kind
#define TSFN__NONNULL_string TSFN__TEXT(const char *, string, required)
#define TSFN__NONNULL_slice TSFN__TEXT(tsfn_slice, slice, required)
#define TSFN__NONNULL_bytes TSFN__BYTES(bytes, required)
#define TSFN__NONNULL_buffer TSFN__BYTES(buffer, required)
#define TSFN__NONNULL_owned TSFN__OWNED(required)

/* list(kind): one row for each kind that can be in one. */
#define TSFN__OF_list(kind) TSFN__LIST_##kind
#define TSFN__LIST_bool TSFN__LIST(TSFN__OF_bool)
#define TSFN__LIST__Bool TSFN__LIST(TSFN__OF_bool)
#define TSFN__LIST_i8 TSFN__LIST(TSFN__OF_i8)
#define TSFN__LIST_i16 TSFN__LIST(TSFN__OF_i16)
#define TSFN__LIST_i32 TSFN__LIST(TSFN__OF_i32)
#define TSFN__LIST_i64 TSFN__LIST(TSFN__OF_i64)
#define TSFN__LIST_u8 TSFN__LIST(TSFN__OF_u8)
#define TSFN__LIST_u16 TSFN__LIST(TSFN__OF_u16)
#define TSFN__LIST_u32 TSFN__LIST(TSFN__OF_u32)
#define TSFN__LIST_u64 TSFN__LIST(TSFN__OF_u64)
#define TSFN__LIST_f32 TSFN__LIST(TSFN__OF_f32)
#define TSFN__LIST_f64 TSFN__LIST(TSFN__OF_f64)
#define TSFN__LIST_string TSFN__LIST(TSFN__OF_string)
#define TSFN__LIST_slice TSFN__LIST(TSFN__OF_slice)
#define TSFN__LIST_bytes TSFN__LIST(TSFN__OF_bytes)
#define TSFN__LIST_buffer TSFN__LIST(TSFN__OF_buffer)
#define TSFN__LIST_number(element) TSFN__LIST(TSFN__OF_number(element))
#define TSFN__LIST_array(element, n)                                           \
  TSFN__LIST_OF_ARRAYS(TSFN__OF_array(element, n))
#define TSFN__LIST_text(n) TSFN__LIST_OF_ARRAYS(TSFN__OF_text(n))
#define TSFN__LIST_enum(name) TSFN__LIST(TSFN__OF_enum(name))
#define TSFN__LIST_record(name) TSFN__LIST(TSFN__OF_record(name))
#define TSFN__LIST_nonnull(kind) TSFN__LIST(TSFN__OF_nonnull(kind))

/* optional(kind): one row for each kind that can be optional. The NULL of a
   pointer says that there is no value, so its row differs in the presence
   only. */
#define TSFN__OF_optional(kind) TSFN__OPTIONAL_##kind
#define TSFN__OPTIONAL_string TSFN__TEXT(const char *, string, optional)
#define TSFN__OPTIONAL_slice TSFN__TEXT(tsfn_slice, slice, optional)
#define TSFN__OPTIONAL_bytes TSFN__BYTES(bytes, optional)
#define TSFN__OPTIONAL_buffer TSFN__BYTES(buffer, optional)
#define TSFN__OPTIONAL_owned TSFN__OWNED(optional)
#define TSFN__OPTIONAL_bool TSFN__OPTIONAL(TSFN__OF_bool)
#define TSFN__OPTIONAL__Bool TSFN__OPTIONAL(TSFN__OF_bool)
#define TSFN__OPTIONAL_i8 TSFN__OPTIONAL(TSFN__OF_i8)
#define TSFN__OPTIONAL_i16 TSFN__OPTIONAL(TSFN__OF_i16)
#define TSFN__OPTIONAL_i32 TSFN__OPTIONAL(TSFN__OF_i32)
#define TSFN__OPTIONAL_i64 TSFN__OPTIONAL(TSFN__OF_i64)
#define TSFN__OPTIONAL_u8 TSFN__OPTIONAL(TSFN__OF_u8)
#define TSFN__OPTIONAL_u16 TSFN__OPTIONAL(TSFN__OF_u16)
#define TSFN__OPTIONAL_u32 TSFN__OPTIONAL(TSFN__OF_u32)
#define TSFN__OPTIONAL_u64 TSFN__OPTIONAL(TSFN__OF_u64)
#define TSFN__OPTIONAL_f32 TSFN__OPTIONAL(TSFN__OF_f32)
#define TSFN__OPTIONAL_f64 TSFN__OPTIONAL(TSFN__OF_f64)
#define TSFN__OPTIONAL_number(element) TSFN__OPTIONAL(TSFN__OF_number(element))
#define TSFN__OPTIONAL_array(element, n)                                       \
  TSFN__OPTIONAL(TSFN__OF_array(element, n))
#define TSFN__OPTIONAL_text(n) TSFN__OPTIONAL(TSFN__OF_text(n))
#define TSFN__OPTIONAL_enum(name) TSFN__OPTIONAL(TSFN__OF_enum(name))
#define TSFN__OPTIONAL_record(name) TSFN__OPTIONAL(TSFN__OF_record(name))
#define TSFN__OPTIONAL_list(kind) TSFN__OPTIONAL_LIST(TSFN__LIST_##kind)

/* The kinds that only arguments and results of exported functions have
   (export.h). The column `record` of an object is a function that answers the
   first member of a tsfn_object. The words of a callback are bits of its
   count. */
#define TSFN__POINTER(known, declared, type, kind, count, traits, record,      \
                      presence)                                                \
  (known, declared, type, , TSFN_KIND_##kind, TSFN_KIND_##kind, count, traits, \
   record, NULL, NULL, TSFN_PRESENCE_##presence, plain_, ())

#define TSFN__OF_value                                                         \
  TSFN__POINTER(1, 1, napi_value, value, 1, TSFN__EXPORTED, NULL, nullable)
#define TSFN__OF_void                                                          \
  TSFN__POINTER(1, 1, char, void, 1, TSFN__RESULT_ONLY, NULL, nullable)
#define TSFN__OF_signal TSFN__SIGNAL(required)
#define TSFN__OPTIONAL_signal TSFN__SIGNAL(optional)
#define TSFN__SIGNAL(presence)                                                 \
  TSFN__POINTER(1, 1, napi_value, signal, 1, TSFN__ARGUMENT_ONLY, NULL,        \
                presence)
#define TSFN__OF_object(name) TSFN__OBJECT(name, required)
#define TSFN__OPTIONAL_object(name) TSFN__OBJECT(name, optional)
#define TSFN__OBJECT(name, presence)                                           \
  TSFN__POINTER(1, TSFN__IS_DECLARED(struct tsfn__declared_object_##name),     \
                struct name *, object, 1, TSFN__EXPORTED,                      \
                tsfn__object_of_##name, presence)
/* An object whose properties are arguments (TSFN_ARGUMENTS): a record whose
   presence says that it may be left out. */
#define TSFN__OF_named(name)                                                   \
  (1, TSFN__IS_DECLARED(struct tsfn__declared_arguments_##name), struct name,  \
   , TSFN_KIND_record, TSFN_KIND_record, 1,                                    \
   (int)tsfn__traits_of_##name | TSFN__NAMED, tsfn__named_##name, NULL,        \
   &tsfn__named_kind, TSFN_PRESENCE_optional, plain_, ())
#define TSFN__OF_bare_callback TSFN__BARE_CALLBACK(required)
#define TSFN__OPTIONAL_bare_callback TSFN__BARE_CALLBACK(optional)
#define TSFN__BARE_CALLBACK(presence)                                          \
  TSFN__POINTER(1, 1, napi_value, callback, 1, TSFN__CALLED, NULL, presence)
#define TSFN__OF_callback(...)                                                 \
  TSFN__EXPAND(TSFN__CALLBACK(required, __VA_ARGS__, none, none, none, ~))
#define TSFN__OPTIONAL_callback(...)                                           \
  TSFN__EXPAND(TSFN__CALLBACK(optional, __VA_ARGS__, none, none, none, ~))
#define TSFN__CALLBACK(presence, name, a, b, c, ...)                           \
  (1,                                                                          \
   TSFN__IS_DECLARED(struct tsfn__declared_record_##name)                      \
       ? 2 - TSFN__ASKS_ITS_RECORD(name, a)                                    \
       : 0,                                                                    \
   napi_value, , TSFN_KIND_callback, TSFN_KIND_callback,                       \
   1 | TSFN__WORD_##a | TSFN__STYLE_##b | TSFN__STYLE_##c, TSFN__CALLED,       \
   name##_record, NULL,                                                        \
   (const struct tsfn__kind_ops *)(const void *)TSFN__DELIVERY_##a,            \
   TSFN_PRESENCE_##presence, plain_, ())
/* Whether asked(ask) names an ask of the callback's record: 1 or 0; 1 for other
   words. Where it does not, the column `decl` is 2. It is probed:
   TSFN__ASKED_asked has a way and the ask behind a comma. TSFN__EXPAND is not
   expanded inside of itself, so there is another one. */
#define TSFN__ASKS_ITS_RECORD(record, a)                                       \
  TSFN__ASKED_PICK(TSFN__ASKED_##a, NOTHING, ~, record, ~)
#define TSFN__ASKED_asked(ask) ~, ITS, ask
#define TSFN__ASKED_PICK(...)                                                  \
  TSFN__ASKED_EXPAND(TSFN__ASKED_PICK_(__VA_ARGS__, ~, ~, ~))
#define TSFN__ASKED_PICK_(probe, way, a, b, c, d, ...)                         \
  TSFN__ASKS_##way(a, b, c, d)
#define TSFN__ASKED_EXPAND(tokens) tokens
#define TSFN__ASKS_NOTHING(a, b, c, d) 1
#define TSFN__ASKS_ITS(ask, nothing, none, record)                             \
  TSFN__IS_DECLARED(struct tsfn__ask_##ask##__of__##record)
/* The first word of a callback may name a delivery, the address of whose table
   is then in the column `ops`, or a TSFN_ASK, whose address is there. The
   others name the error strategy and the passing. */
#define TSFN__WORD_none 0
#define TSFN__WORD_batch 2
#define TSFN__WORD_columns 4
#define TSFN__WORD_packed_columns 8
#define TSFN__WORD_latest 16
#define TSFN__WORD_values_only 32
#define TSFN__WORD_as_arguments 64
#define TSFN__WORD_asked(name) 128
#define TSFN__STYLE_none 0
#define TSFN__STYLE_values_only TSFN__WORD_values_only
#define TSFN__STYLE_as_arguments TSFN__WORD_as_arguments
/* What the compiler says is not declared where a word is in another place. */
#define TSFN__STYLE_asked(name) tsfn__asked_must_be_the_first_word
#define TSFN__STYLE_batch tsfn__a_delivery_must_be_the_only_first_word
#define TSFN__STYLE_columns TSFN__STYLE_batch
#define TSFN__STYLE_packed_columns TSFN__STYLE_batch
#define TSFN__STYLE_latest TSFN__STYLE_batch
#define TSFN__DELIVERY_none NULL
#define TSFN__DELIVERY_values_only NULL
#define TSFN__DELIVERY_as_arguments NULL
#define TSFN__DELIVERY_batch &tsfn_delivery_batch
#define TSFN__DELIVERY_columns &tsfn_delivery_columns
#define TSFN__DELIVERY_packed_columns &tsfn_delivery_packed_columns
#define TSFN__DELIVERY_latest &tsfn_delivery_latest
#define TSFN__DELIVERY_asked(name) &tsfn__ask_of_##name

#define TSFN__OPTIONAL(row) TSFN__OPTIONAL_AS(optional_, row)
#define TSFN__OPTIONAL_LIST(row) TSFN__OPTIONAL_AS(optional_list_, row)

/* The row of an optional or a list is made of the row of what is in it, which
   is its column `inner`. A list whose elements own memory gets the trait
   TSFN__LISTS_OWNERS, by which TSFN__CHECK refuses it. */
#define TSFN__OPTIONAL_AS(nesting, row)                                        \
  (                                                                            \
      TSFN__APPLY(TSFN__KNOWN, row), TSFN__APPLY(TSFN__DECLARED, row),         \
      struct {                                                                 \
        bool has;                                                              \
        TSFN__APPLY(TSFN__TYPE, row) value TSFN__APPLY(TSFN__SUFFIX, row);     \
      },                                                                       \
      , TSFN_KIND_optional, TSFN_KIND_optional, TSFN__APPLY(TSFN__COUNT, row), \
      TSFN__APPLY(TSFN__TRAITS, row), NULL, NULL, &tsfn__optional_kind,        \
      TSFN_PRESENCE_nullable, nesting, row)
#define TSFN__LIST(row) TSFN__LIST_AS(*items, row)
#define TSFN__LIST_OF_ARRAYS(row)                                              \
  TSFN__LIST_AS((*items)TSFN__APPLY(TSFN__SUFFIX, row), row)
#define TSFN__LIST_AS(declarator, row)                                         \
  (                                                                            \
      TSFN__APPLY(TSFN__KNOWN, row), TSFN__APPLY(TSFN__DECLARED, row),         \
      struct {                                                                 \
        TSFN__APPLY(TSFN__TYPE, row) const declarator;                         \
        size_t count;                                                          \
      },                                                                       \
      , TSFN_KIND_list, TSFN_KIND_list, TSFN__APPLY(TSFN__COUNT, row),         \
      TSFN__LIST_TRAITS((TSFN__APPLY(TSFN__TRAITS, row))), NULL, NULL,         \
      &tsfn__list_kind, TSFN_PRESENCE_nullable, list_, row)
#define TSFN__LIST_TRAITS(traits)                                              \
  (traits) | TSFN__BORROWS | TSFN__LISTS |                                     \
      (((traits)&TSFN__OWNS) != 0 ? TSFN__LISTS_OWNERS : 0)

/* Whether a tag was declared above, without an error of the compiler's own,
   which would not name the field. In C a tag that is new in a parameter list
   belongs to that list alone, so that two lists with it are not compatible. */
#ifdef __cplusplus
#define TSFN__IS_DECLARED(tag) tsfn__is_complete<tag>::value
#else
#define TSFN__IS_DECLARED(tag)                                                 \
  _Generic((void (*)(tag *))0, void (*)(tag *) : 1, default : 0)
#endif

/* TSFN__CHECK refuses a count below 1. The extent of 1 here keeps the compiler
   from reporting it a second time. */
#define TSFN__EXTENT(n) TSFN__BRACKETS(((n) > 0 ? (n) : 1))
#define TSFN__BRACKETS(n) [n]

/* Which kinds can be the element of an array, and which that of a number; the C
   type of each. */
#define TSFN__IS_NUMBER_i8 1
#define TSFN__IS_NUMBER_i16 1
#define TSFN__IS_NUMBER_i32 1
#define TSFN__IS_NUMBER_i64 1
#define TSFN__IS_NUMBER_u8 1
#define TSFN__IS_NUMBER_u16 1
#define TSFN__IS_NUMBER_u32 1
#define TSFN__IS_NUMBER_u64 1
#define TSFN__IS_NUMBER_f32 1
#define TSFN__IS_NUMBER_f64 1
#define TSFN__IS_LONG_i64 1
#define TSFN__IS_LONG_u64 1
#define TSFN__TYPE_i8 int8_t
#define TSFN__TYPE_i16 int16_t
#define TSFN__TYPE_i32 int32_t
#define TSFN__TYPE_i64 int64_t
#define TSFN__TYPE_u8 uint8_t
#define TSFN__TYPE_u16 uint16_t
#define TSFN__TYPE_u32 uint32_t
#define TSFN__TYPE_u64 uint64_t
#define TSFN__TYPE_f32 float
#define TSFN__TYPE_f64 double

/* --- the columns --------------------------------------------------------- */

#define TSFN__APPLY(macro, row) macro row
#define TSFN__KNOWN(known, decl, type, suffix, kind, el, n, trait, rec, val,   \
                    ops, presence, nest, in)                                   \
  known
#define TSFN__DECLARED(known, decl, type, suffix, kind, el, n, trait, rec,     \
                       val, ops, presence, nest, in)                           \
  decl
#define TSFN__TYPE(known, decl, type, suffix, kind, el, n, trait, rec, val,    \
                   ops, presence, nest, in)                                    \
  type
#define TSFN__SUFFIX(known, decl, type, suffix, kind, el, n, trait, rec, val,  \
                     ops, presence, nest, in)                                  \
  suffix
#define TSFN__KINDS(known, decl, type, suffix, kind, el, n, trait, rec, val,   \
                    ops, presence, nest, in)                                   \
  kind, el
#define TSFN__COUNT(known, decl, type, suffix, kind, el, n, trait, rec, val,   \
                    ops, presence, nest, in)                                   \
  n
#define TSFN__TRAITS(known, decl, type, suffix, kind, el, n, trait, rec, val,  \
                     ops, presence, nest, in)                                  \
  trait
#define TSFN__LINKS(known, decl, type, suffix, kind, el, n, trait, rec, val,   \
                    ops, presence, nest, in)                                   \
  rec, val, ops, presence
#define TSFN__NESTING(known, decl, type, suffix, kind, el, n, trait, rec, val, \
                      ops, presence, nest, in)                                 \
  nest
#define TSFN__INNER(known, decl, type, suffix, kind, el, n, trait, rec, val,   \
                    ops, presence, nest, in)                                   \
  in

#endif
