/* SPDX-License-Identifier: MIT */
#ifndef TSFN_VERSION_H
#define TSFN_VERSION_H

/* The version of these headers. `tools/check-versions.js` holds it against
   package.json and CHANGELOG.md. */
#define TSFN_VERSION_MAJOR 0
#define TSFN_VERSION_MINOR 1
#define TSFN_VERSION_PATCH 0
#define TSFN_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that was linked, as "0.1.0". Any thread, never
   blocks; the string is static. */
const char *tsfn_version(void);

#ifdef __cplusplus
}
#endif
#endif
