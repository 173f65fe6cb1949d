/* SPDX-License-Identifier: MIT */
#include "function/function.h"

#include "core/memory.h"
#include "node/reference.h"

void
tsfn__function_apply_hold(tsfn_function *self, bool is_final) {
  /* seq_cst: the load half of the pair with tsfn_ref and tsfn_unref, hold.c. */
  bool wants = !is_final &&
               atomic_load_explicit(&self->wants_hold, memory_order_seq_cst);
  if (wants == self->holds) return;
  self->holds = wants;
  if (wants)
    tsfn__loop_hold(&self->environment->loop);
  else
    tsfn__loop_unhold(&self->environment->loop);
}

TSFN__OS_COLD void
tsfn__function_release_js(tsfn_function *self) {
  tsfn__attachments_free(&self->attachments);
  tsfn__outlet_release(&self->outlet);
  tsfn__reference_drop(self->environment->realm.env, &self->resource);
}

void
tsfn__function_empty(tsfn_function *self) {
  struct tsfn__ending_memory *ending = (void *)self->ending;
  if (ending != NULL) ending->free(self->ending, &self->outlet.shape.allocator);
  self->ending = NULL;
  tsfn__channel_deinit(&self->outlet.channel);
  tsfn__shape_close(&self->outlet.shape);
  tsfn__environment_release(self->environment);
}

/* The allocator is copied first, since it is in the memory that it releases. */
void
tsfn__function_release_memory(tsfn_function *self) {
  tsfn_allocator allocator = self->outlet.shape.allocator;
  tsfn__memory_release(&allocator, self, sizeof *self);
}

void
tsfn__function_free(tsfn_function *self) {
  tsfn__function_empty(self);
  tsfn__function_release_memory(self);
}
