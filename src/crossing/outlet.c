/* SPDX-License-Identifier: MIT */
#include "crossing/outlet.h"

#include "node/reference.h"

void
tsfn__outlet_tell(const struct tsfn__outlet *self, tsfn_call_js call_js,
                  struct tsfn__item item, tsfn_completion how, bool is_shown) {
  bool is_handed_back = !is_shown && call_js != NULL;
  if (is_handed_back && self->hand_back != NULL)
    self->hand_back(self, call_js, item.data, how);
  else if (is_handed_back)
    call_js(NULL, NULL, self->context, item.data);
  if (self->complete != NULL)
    self->complete(self->context, item.data, item.size, how);
}

void
tsfn__outlet_end(const struct tsfn__outlet *self, void *slot,
                 enum tsfn__item_kind kind, tsfn_completion how,
                 bool is_shown) {
  if (tsfn__item_is_box(kind)) {
    struct tsfn__box *box = tsfn__item_box(slot);
    box->ops->end(self, box, how, is_shown);
    return;
  }
  struct tsfn__item item = tsfn__item_view(&self->shape, slot, kind);
  tsfn__outlet_tell(self, self->call_js, item, how, is_shown);
  tsfn__item_destroy(&self->shape, slot, kind);
}

/* Whether the end of an item without a box goes unnoticed: nobody hears of it,
   and nothing is to be freed. Then a run of thousands ends without a loop over
   it. */
static bool
ends_in_silence(const struct tsfn__outlet *self, bool is_shown) {
  return self->complete == NULL && (is_shown || self->call_js == NULL) &&
         (self->shape.codec == NULL || self->shape.is_plain);
}

/* All items of a run are of one kind, so the run is judged by its first. */
void
tsfn__outlet_complete(struct tsfn__channel *channel,
                      const struct tsfn__run *run, tsfn_completion how) {
  struct tsfn__outlet *self = tsfn__outlet_of(channel);
  enum tsfn__item_kind kind = (enum tsfn__item_kind)run->kinds[0];
  bool is_shown =
      how == TSFN_COMPLETION_DELIVERED || how == TSFN_COMPLETION_THREW;
  if (!tsfn__item_is_box(kind) && ends_in_silence(self, is_shown)) return;
  for (size_t i = 0; i < run->count; i++)
    tsfn__outlet_end(self,
                     run->slots + i * tsfn__queue_slot_size(&channel->queue),
                     kind, how, is_shown);
}

void
tsfn__outlet_release(struct tsfn__outlet *self) {
  napi_env env = self->realm->env;
  if (self->mode != NULL && self->mode->release != NULL)
    self->mode->release(self);
  tsfn__reference_drop(env, &self->callback);
  tsfn__reference_drop(env, &self->on_error);
  tsfn__entry_drop(&self->entry, env);
}
