/* SPDX-License-Identifier: MIT */
#include "function/attachment.h"

#include <stddef.h>

/* At the end, so that the operations run in the order of creation: a signal,
   which is attached by tsfn_create, before the threads that tsfn_start
   attaches. */
void
tsfn__attachments_add(struct tsfn__attachments *self,
                      struct tsfn__attachment *attachment) {
  struct tsfn__attachment **end = &self->first;
  while (*end != NULL)
    end = &(*end)->next;
  attachment->next = NULL;
  *end = attachment;
}

struct tsfn__attachment *
tsfn__attachments_find(const struct tsfn__attachments *self,
                       const struct tsfn__attachment_ops *ops) {
  struct tsfn__attachment *attachment = self->first;
  while (attachment != NULL && attachment->ops != ops)
    attachment = attachment->next;
  return attachment;
}

napi_value
tsfn__attachments_reason(const struct tsfn__attachments *self, napi_env env) {
  for (struct tsfn__attachment *a = self->first; a != NULL; a = a->next) {
    napi_value reason = NULL;
    if (a->ops->reason != NULL) reason = a->ops->reason(a, env);
    if (reason != NULL) return reason;
  }
  return NULL;
}

bool
tsfn__attachments_have_settle(const struct tsfn__attachments *self) {
  const struct tsfn__attachment *attachment = self->first;
  while (attachment != NULL && attachment->ops->settle == NULL)
    attachment = attachment->next;
  return attachment != NULL;
}

void
tsfn__attachments_reap(const struct tsfn__attachments *self) {
  for (struct tsfn__attachment *a = self->first; a != NULL; a = a->next)
    if (a->ops->reap != NULL) a->ops->reap(a);
}

void
tsfn__attachments_stop(const struct tsfn__attachments *self) {
  for (struct tsfn__attachment *a = self->first; a != NULL; a = a->next)
    if (a->ops->stop != NULL) a->ops->stop(a);
}

void
tsfn__attachments_join(const struct tsfn__attachments *self) {
  for (struct tsfn__attachment *a = self->first; a != NULL; a = a->next)
    if (a->ops->join != NULL) a->ops->join(a);
}

void
tsfn__attachments_settle(const struct tsfn__attachments *self, napi_env env) {
  for (struct tsfn__attachment *a = self->first; a != NULL; a = a->next)
    if (a->ops->settle != NULL) a->ops->settle(a, env);
}

/* Each leaves the list before it is freed. */
void
tsfn__attachments_free(struct tsfn__attachments *self) {
  while (self->first != NULL) {
    struct tsfn__attachment *attachment = self->first;
    self->first = attachment->next;
    attachment->ops->free(attachment);
  }
}
