/* SPDX-License-Identifier: MIT */
#ifndef TSFN__BATCH_H
#define TSFN__BATCH_H

/* The codec's batch operations; src/node/codec.h says what each does. */

#include "node/codec.h"

struct tsfn__batch *tsfn__batch_create(napi_env env,
                                       const struct tsfn__batch_setup *setup);
void tsfn__batch_destroy(napi_env env, struct tsfn__batch *self);
napi_status tsfn__batch_run(napi_env env, struct tsfn__batch *self,
                            const struct tsfn__run *run, size_t *done,
                            enum tsfn__batch_stage *stage);
napi_status tsfn__batch_flush(napi_env env, struct tsfn__batch *self);
void tsfn__batch_stop(struct tsfn__batch *self);

/* columns.c */
struct tsfn__columns *tsfn__columns_create(const tsfn_record *record,
                                           const tsfn_allocator *allocator);
void tsfn__columns_destroy(napi_env env, struct tsfn__columns *self);
napi_status tsfn__columns_push(napi_env env, const tsfn_record *record,
                               struct tsfn__columns *reused,
                               struct tsfn__queue *queue, size_t count,
                               tsfn_passing passing, tsfn_arguments *out);

#endif
