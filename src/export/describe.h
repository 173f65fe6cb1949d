/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DESCRIBE_H
#define TSFN__DESCRIBE_H

/* What `npx libtsfn types` reads (cli/): the declarations of a module as an
   object of JavaScript's.

     { version: 1,
       functions: [{ name, doc, signature, arguments: [{ name, kind }],
                     result }],
       objects: [{ name, doc, methods: [as functions] }],
       records: [{ name, fields: [{ name, kind }], named }],
       enums: [{ name, values: [name] }] }

   `named` is true of arguments by name, and left out of others. `kind` and
   `result` are objects with the name of the kind, and what belongs
   to it: { kind: 'list', of: { kind: 'record', name: 'match' } }. Records,
   enums and objects are those that the functions name, nested ones first.

   Loop thread, inside of a handle scope. */

#include "tsfn.h"

/* Answers a new object. NULL: out of memory, or the host refused; an exception
   is pending. */
napi_value tsfn__describe(napi_env env, const tsfn_module *module);

#endif
