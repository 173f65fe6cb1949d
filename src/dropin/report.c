/* SPDX-License-Identifier: MIT */
#include "dropin/report.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "node/exception.h"
#include "node/host.h"
#include "os/os.h"

/* The version of an addon that exports none: Node-API's own default. */
#define VERSION_UNSAID 8

/* The version from which on an exception is an uncaughtException. */
#define VERSION_UNCAUGHT 10

/* --- the addon's version ------------------------------------------------- */

/* Answers the Node-API version of the addon, which NAPI_MODULE exports as a
   function. It is looked up in the image that the library is in, not in all
   that are loaded: another addon's version is not ours. */
static int32_t
version_of_addon(void) {
  static const char anchor;
  int32_t (*version)(void);
  *(void **)&version =
      tsfn__os_symbol_beside(&anchor, "node_api_module_get_api_version_v1");
  return version != NULL ? version() : VERSION_UNSAID;
}

/* --- the process's option ------------------------------------------------ */

/* The option. Node-API does not tell it, so the library reads what Node has
   read, whenever something was thrown. */
#define OPTION "force-node-api-uncaught-exceptions-policy"

/* Reads one word of a command line: it stands for true, for false, or for
   something else, which leaves *out. It is read as Node reads it: an underscore
   is a dash, and what follows a `=` does not count. Quotes are those of
   NODE_OPTIONS. */
static void
read_word(const char *word, size_t length, bool *out) {
  char name[sizeof "--no-" OPTION];
  size_t used = 0;
  for (size_t i = 0; i < length && word[i] != '='; i++) {
    if (word[i] == '"') continue;
    if (used == sizeof name - 1) return;
    name[used++] = word[i] == '_' ? '-' : word[i];
  }
  name[used] = '\0';
  if (strcmp(name, "--" OPTION) == 0) *out = true;
  if (strcmp(name, "--no-" OPTION) == 0) *out = false;
}

/* Reads the words of a text, which are separated by spaces. */
static void
read_words(const char *text, bool *out) {
  while (*text != '\0') {
    size_t length = strcspn(text, " ");
    read_word(text, length, out);
    text += length + strspn(text + length, " ");
  }
}

/* Bytes of a text that are read; a longer NODE_OPTIONS is read in part. */
#define TEXT_MAX 4096u

/* Reads a string of JavaScript. A value that is no string says nothing. */
static void
read_text(napi_env env, napi_value value, bool is_one_word, bool *out) {
  char text[TEXT_MAX];
  size_t length;
  if (napi_get_value_string_utf8(env, value, text, sizeof text, &length) !=
      napi_ok)
    return;
  if (is_one_word)
    read_word(text, length, out);
  else
    read_words(text, out);
}

/* Answers a property. NULL: `object` is NULL, or the property could not be
   read; no exception is left. So properties of properties can be asked for
   without checks. */
static napi_value
get_property_or_null(napi_env env, napi_value object, const char *name) {
  napi_value value = NULL;
  if (object == NULL ||
      napi_get_named_property(env, object, name, &value) == napi_ok)
    return value;
  napi_value ignored;
  (void)tsfn__exception_take(env, &ignored);
  return NULL;
}

/* Whether the option is on: NODE_OPTIONS is read first, then the command line,
   and the last word counts, as in the host. */
static bool
is_forced(napi_env env) {
  bool result = false;
  uint32_t count = 0;
  napi_value process = NULL, value;
  (void)tsfn__host_process(env, &process);
  napi_value options = get_property_or_null(
      env, get_property_or_null(env, process, "env"), "NODE_OPTIONS");
  if (options != NULL) read_text(env, options, false, &result);
  napi_value words = get_property_or_null(env, process, "execArgv");
  if (words == NULL || napi_get_array_length(env, words, &count) != napi_ok)
    return result;
  for (uint32_t i = 0; i < count; i++)
    if (napi_get_element(env, words, i, &value) == napi_ok)
      read_text(env, value, true, &result);
  return result;
}

/* --- reporting ----------------------------------------------------------- */

/* The version of Node from which on the warning says Node-API. */
#define VERSION_OF_NEWER_WORDS 22u

/* The warning, in Node's own words. */
#define WARNING(api)                                                           \
  "Uncaught " api " callback exception detected, please run node "             \
  "with option --force-node-api-uncaught-exceptions-policy=true "              \
  "to handle those exceptions properly."

/* The words of the Node that runs. */
static const char *
warning_of(napi_env env) {
  const napi_node_version *version;
  bool is_newer = napi_get_node_version(env, &version) == napi_ok &&
                  version->major >= VERSION_OF_NEWER_WORDS;
  return is_newer ? WARNING("Node-API") : WARNING("N-API");
}

/* Emits the warning. No exception is left, whatever an author has made of
   emitWarning. */
static void
warn(napi_env env) {
  napi_value process = NULL, arguments[3], ignored;
  (void)tsfn__host_process(env, &process);
  napi_value emit = get_property_or_null(env, process, "emitWarning");
  const char *const words[] = {warning_of(env), "DeprecationWarning",
                               "DEP0168"};
  if (emit == NULL) return;
  for (size_t i = 0; i < 3; i++)
    if (napi_create_string_utf8(env, words[i], NAPI_AUTO_LENGTH,
                                &arguments[i]) != napi_ok)
      return;
  (void)napi_call_function(env, process, emit, 3, arguments, NULL);
  (void)tsfn__exception_take(env, &ignored);
}

/* The reporter of addons before NAPI_VERSION 10. */
static void
warn_unless_forced(struct tsfn__outlet *outlet, napi_value error) {
  napi_env env = outlet->realm->env;
  napi_value ignored;
  if (!is_forced(env)) {
    warn(env);
    return;
  }
  (void)napi_fatal_exception(env, error);
  /* An error that the host could not report is left pending. */
  (void)tsfn__exception_take(env, &ignored);
}

tsfn__dropin_reporter
tsfn__dropin_report(void) {
  return version_of_addon() < VERSION_UNCAUGHT ? warn_unless_forced : NULL;
}
