/* SPDX-License-Identifier: MIT */
#ifndef TEST_ENUMS_H
#define TEST_ENUMS_H

/* The enumerators of tsfn_options, by name, for tests in JavaScript. The names
   leave out what all of one enum begin with: TSFN_ or TSFN_MICROTASKS_. */

#include "tsfn.h"

/* { delivery: { EACH: 'EACH', ... }, errors, microtasks, passing } */
napi_value enums_object(napi_env env);

/* The property of that name of the object `options`: an enumerator's name, or a
   number, which goes through as it is, so that a test can be wrong on purpose.
   Where it is undefined, or JavaScript cannot run, it is the first enumerator.
   Another name aborts; so does a number as delivery, which is an address.
   Loop thread. */
const tsfn_delivery *enums_delivery(napi_env env, napi_value options);
tsfn_errors enums_errors(napi_env env, napi_value options);
tsfn_microtasks enums_microtasks(napi_env env, napi_value options);
tsfn_passing enums_passing(napi_env env, napi_value options);

#endif
