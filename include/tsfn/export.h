/* SPDX-License-Identifier: MIT */
#ifndef TSFN_EXPORT_H
#define TSFN_EXPORT_H

/* Functions of an addon that are declared once: from the declaration follow the
   struct of the arguments, their conversion and its errors, the result, and the
   TypeScript type (`npx libtsfn types`).

     #define SEARCH(ARGUMENT)                                                  \
       ARGUMENT(nonnull(string), pattern)                                      \
       ARGUMENT(list(nonnull(string)), folders)                                \
       ARGUMENT(callback(match), each)                                         \
       ARGUMENT(optional(signal), signal)
     TSFN_EXPORT(search, "Searches folders for a text.", SEARCH, promise(void))

     static napi_value
     search(napi_env env, search_arguments *args) {
       tsfn_options options = TSFN_OPTIONS(search, each);
       options.signal = args->signal;
       options.threads = 2;
       return tsfn_start(env, args->each, &options, run, job_make(args));
     }

     #define EXPORTS(EXPORT) EXPORT(search)
     TSFN_MODULE(EXPORTS)

   TSFN_EXPORT(name, doc, ARGUMENTS, result) declares the struct name_arguments,
   name_arguments_take(), name_arguments_clear(), and the function that the
   addon defines, which runs on the loop thread. An argument is of any kind that
   a record's field can have (record.h), but `owned` arrives as a copy, or of
   one of these:

   kind                    in C             in JavaScript
   callback(record, ...)   napi_value       a function
   bare_callback           napi_value       a function; without values
   signal                  napi_value       an AbortSignal
   value                   napi_value       anything, undefined too
   object(name)            struct name *    what name_wrap has made
   named(name)             struct name      an object whose properties are
                                            arguments, or nothing
   optional(callback(..)), optional(bare_callback), optional(signal),
   optional(object(name)): NULL where it is undefined or null

   callback(record, ...) tells how it will be called: by one of the words
   batch, columns, packed_columns, latest, and asked(name) of a TSFN_ASK of the
   same record (ask.h), and behind it values_only and as_arguments, all as in
   tsfn_options; none is needed. TSFN_OPTIONS(function, argument) answers a
   tsfn_options that says the same: its name, record, delivery, errors and
   passing are set, and its result where the function's is a promise(kind); all
   else is 0. The TypeScript type follows from the words, so an addon that sets
   these four itself must set them so.

   named(name) is for what JavaScript calls options. Above the function
   TSFN_ARGUMENTS(name, LIST) declares the struct and its properties, which may
   be of any kind that an argument has:

     #define FIND(ARGUMENT)                                                    \
       ARGUMENT(optional(u32), limit)                                          \
       ARGUMENT(optional(callback(match, latest)), progress)                   \
       ARGUMENT(optional(signal), signal)
     TSFN_ARGUMENTS(find_options, FIND)

     ... ARGUMENT(named(find_options), options) ...

     tsfn_options options = TSFN_OPTIONS(find, options.progress);
     options.signal = args->options.signal;

   Where the object is undefined or null its properties are undefined, so it may
   be left out if all of them may. A function or an array is refused. Properties
   that were not declared are not looked at. The struct has the name, and so has
   the TypeScript type, in its own spelling: FindOptions.

   Values are converted as by x_from, strictly; one that is wrong is an
   exception whose message names function and argument, and the function is not
   called. Arguments that are missing are undefined, surplus ones are not looked
   at, a function without arguments is declared with TSFN_NONE, and the most are
   TSFN_ARGUMENTS_MAX. The struct is cleared when the function has returned. To
   keep it longer, take it: `job->arguments = name_arguments_take(args)` moves
   it, and name_arguments_clear() clears what was taken, on any thread. (Of a
   call that a thread serves, mailbox.h, tsfn_served_take takes each callback.)
   A napi_value is valid until the function returns; so is the struct of an
   object(name), unless the addon counts references.

   result          the function that the addon defines
   void            tsfn_status name(napi_env, name_arguments *)
   a kind          tsfn_status name(napi_env, name_arguments *, name_result *)
   promise(kind)   napi_value name(napi_env, name_arguments *): a promise
   value           napi_value name(napi_env, name_arguments *): anything, NULL
                   for undefined
   made(kind)      the same, but the function says what it makes, by x_to or
                   name_wrap: the kind is for the TypeScript type alone

   name_result is the C type of the kind, all zero at the call. What it points
   to is copied after the return and stays the addon's: the arguments' memory,
   static memory, or that of a struct that lives on; owned memory is the
   library's then. On another status than TSFN_OK it is not looked at, and owned
   memory stays the addon's; where no exception is pending, one with the
   status's name as code is thrown. An exception that the function leaves
   pending is thrown. A result that is none of its kind (an enum's value that
   there is not, a NULL that is not allowed, a napi_value that is no promise) is
   an exception, too.

   A function that returns a napi_value answers a status by `return
   tsfn_throw(...)`.

   A promise(kind) is what the addon has made: tsfn_start makes one, whose
   result a thread gives (promise.h); and for one that any thread may settle
   (deferred.h) there are two more:

     tsfn_status name_finish(tsfn_function *, const name_result *);
     napi_value name_promise(napi_env, tsfn_deferred **out);
     tsfn_status name_resolve(tsfn_deferred *, const name_result *);

   name_promise answers NULL with an exception pending where it fails,
   name_resolve takes NULL for promise(void). A promise of an object, or of a
   value, is made by hand.

   `doc` is a text or NULL, and becomes the comment of the declaration.
   TSFN_EXPORT_AS has one argument more, the signature in TypeScript, word for
   word, which replaces the one that would be written: "(a: string): number".

   Objects with methods:

     typedef struct job job;
     TSFN_METHOD(job, pause, "Nothing more is found.", TSFN_NONE, void)
     TSFN_METHOD(job, progress, NULL, TSFN_NONE, record(progress))
     #define JOB(METHOD) METHOD(job, pause) METHOD(job, progress)
     TSFN_OBJECT(job, "A search.", JOB, job_drop)

     static tsfn_status
     job_pause(napi_env env, job *self, job_pause_arguments *args) { ... }

   TSFN_METHOD is TSFN_EXPORT for a function that has `self`, the struct that
   `this` wraps; `this` of another type is a TypeError with the code
   ERR_INVALID_THIS. TSFN_OBJECT gives

     tsfn_status job_wrap(napi_env, job *self, napi_value *out);
     tsfn_status job_unwrap(napi_env, napi_value value, job **out);

   Loop thread. Where job_wrap answers TSFN_OK the object has `self`, and
   job_drop(self) is called once, on the loop thread: when the object was
   collected, or at the end of its environment (Deno runs no such finalizer when
   a worker ends). It must not call JavaScript. On another status `self` stays
   the caller's. A function whose result is object(job) sets it to a pointer,
   which is wrapped so; where that fails, job_drop is called. A struct is
   wrapped once: a method that answers `this` takes it as a value, and answers
   that. Each object has functions of its own, which takes some microseconds for
   each object. job_unwrap answers TSFN_WRONG_TYPE for what is no such object,
   and throws nothing.

   An exported function has the name of its C function, which no header of the C
   library may have. All that a module exports, and each object with its
   methods, stand in the source file of TSFN_MODULE, since what they declare is
   static. The methods of an object cannot name it as object(job), nor one that
   is declared below. TSFN_OPTIONS of a method is TSFN_OPTIONS(job_start, each).

   The addon may be loaded by several workers, and in several contexts. What it
   keeps for each may be napi_set_instance_data's, which the library leaves
   alone. */

#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tsfn_export tsfn_export;
typedef struct tsfn_object tsfn_object;

#define TSFN_ARGUMENTS_MAX 32

/* What a function answers: by its status, by its result, by a napi_value that
   it made, by a promise that it made. */
typedef enum tsfn_way {
  TSFN_WAY_NOTHING,
  TSFN_WAY_KIND,
  TSFN_WAY_MADE,
  TSFN_WAY_PROMISE
} tsfn_way;

/* The descriptors below are static and constant: any thread may read them,
   nobody frees them. */
struct tsfn_export {
  const char *name;
  const char *doc;                       /* NULL: none */
  const char *signature;                 /* NULL: what follows */
  const tsfn_record *(*arguments)(void); /* may have no fields */
  const tsfn_record *(*result)(void);    /* of one field */
  tsfn_way way;
  const tsfn_record *(*object)(void); /* of a method: its tsfn_object's */
  napi_callback call;                 /* calls tsfn_export_call */
  napi_value (*run)(napi_env env, void *self, void *arguments, void *result,
                    tsfn_status *status); /* calls the addon's function */
};

struct tsfn_object {
  tsfn_record record; /* first: its name; without fields */
  const char *doc;    /* NULL: none */
  const tsfn_export *const *methods;
  size_t method_count;
  void (*drop)(void *self);
  const struct tsfn__object_ops *ops; /* what the library does with it */
};

/* Loop thread. Throws an Error (a TypeError for TSFN_INVALID and
   TSFN_WRONG_TYPE) whose code is the status's name and whose message is
   "NAME: " and the text, formatted as by printf; a format of NULL: the status's
   message. The name is cut at 80 bytes, the message at 255. Answers NULL. An
   exception that is pending stays. */
napi_value tsfn_throw(napi_env env, const char *name, tsfn_status status,
                      const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* What TSFN_MODULE registers. */
typedef struct tsfn_module {
  const tsfn_export *const *exports;
  size_t count;
} tsfn_module;

/* Loop thread. What `call` of an export does: converts the arguments, calls the
   function, and answers its result; NULL with an exception pending, or for
   undefined. `arguments` and `result` are room for the two structs. */
napi_value tsfn_export_call(napi_env env, napi_callback_info info,
                            const tsfn_export *self, void *arguments,
                            void *result);

/* Loop thread. Defines the functions on `exports`, and the description by which
   `npx libtsfn types` writes their types, under a symbol. What TSFN_MODULE
   does. Answers `exports`; on a failure an exception is pending. */
napi_value tsfn_module_define(napi_env env, napi_value exports,
                              const tsfn_module *module);

/* Loop thread. What name_wrap and name_unwrap do. */
tsfn_status tsfn_object_wrap(napi_env env, const tsfn_object *type, void *self,
                             napi_value *out);
tsfn_status tsfn_object_unwrap(napi_env env, const tsfn_object *type,
                               napi_value value, void **out);

struct tsfn__object_ops {
  napi_status (*wrap)(napi_env env, const tsfn_object *type, void *self,
                      napi_value *out);
  bool (*unwrap)(napi_env env, const tsfn_object *type, napi_value value,
                 void *out);
};
extern const struct tsfn__object_ops tsfn__object_operations;

#ifdef __cplusplus
}
#endif

#include "export_macros.h"

#endif
