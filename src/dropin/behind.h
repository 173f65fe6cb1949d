/* SPDX-License-Identifier: MIT */
#ifndef TSFN__DROPIN_BEHIND_H
#define TSFN__DROPIN_BEHIND_H

/* Included before <node_api.h>. Where the seven names are defined by an object
   of the addon itself (names/names.c), the library's functions stand behind
   them and have these names; the build says so by TSFN__DROPIN_BEHIND. */

#if defined(TSFN__DROPIN_BEHIND)
#define napi_create_threadsafe_function tsfn__dropin_create
#define napi_get_threadsafe_function_context tsfn__dropin_get_context
#define napi_call_threadsafe_function tsfn__dropin_call
#define napi_acquire_threadsafe_function tsfn__dropin_acquire
#define napi_release_threadsafe_function tsfn__dropin_release
#define napi_ref_threadsafe_function tsfn__dropin_ref
#define napi_unref_threadsafe_function tsfn__dropin_unref
#define tsfn__dropin_own tsfn__dropin_own_behind
#endif

#endif
