/* SPDX-License-Identifier: MIT */

/* tsfn_call_error: an Error in an item's place in the order. It travels in a
   box as text, because only the loop thread can make an Error. */

#include <string.h>

#include "core/memory.h"
#include "crossing/give.h"
#include "function/send.h"
#include "node/exception.h"

/* Bytes of a text, with its NUL: a string of V8 has 2^28 - 16 units at the most
   on 32 bits, and on 64 twice that. */
#define TEXT_MAX ((1u << 28) - 15)

/* One allocation with both strings, behind each other. Their sizes are kept for
   the allocator, which wants the whole size back. */
struct error_box {
  struct tsfn__box box; /* first: it is cast back to this */
  size_t message_size;  /* with its NUL */
  size_t code_size;     /* with its NUL; 0: there is no code */
  char text[];          /* the message, then the code */
};

/* Makes the Error and gives it, as tsfn__give_error says. */
static enum tsfn__outcome
give_error_box(const struct tsfn__giving *giving, struct tsfn__box *box) {
  const struct error_box *self = (const struct error_box *)box;
  const char *code =
      self->code_size != 0 ? self->text + self->message_size : NULL;
  return tsfn__give_error(
      giving, tsfn__exception_create(giving->env, code, self->text));
}

static void
free_error_box(const tsfn_allocator *allocator, struct tsfn__box *box) {
  struct error_box *self = (struct error_box *)box;
  tsfn__memory_release(allocator, self,
                       sizeof *self + self->message_size + self->code_size);
}

/* Ends the box. An error is no item of the author's, so it is not handed back
   to call_js, and complete gets no data. */
static void
end_error_box(const struct tsfn__outlet *outlet, struct tsfn__box *box,
              tsfn_completion how, bool is_shown) {
  struct tsfn__item none = {NULL, 0};
  tsfn__outlet_tell(outlet, NULL, none, how, is_shown);
  free_error_box(&outlet->shape.allocator, box);
}

static const struct tsfn__box_ops error_ops = {give_error_box, end_error_box,
                                               free_error_box, NULL};

/* Copies both strings into a new box. Their sizes have the NUL; 0: no code.
   NULL: out of memory. */
static struct tsfn__box *
make_error_box(const tsfn_allocator *allocator, const char *code,
               size_t code_size, const char *message, size_t message_size) {
  struct error_box *self =
      tsfn__memory_allocate(allocator, sizeof *self + message_size + code_size);
  if (self == NULL) return NULL;
  self->box.ops = &error_ops;
  self->message_size = message_size;
  self->code_size = code_size;
  memcpy(self->text, message, message_size);
  if (code_size != 0) memcpy(self->text + message_size, code, code_size);
  return &self->box;
}

/* The check comes before the copies, which a refused call would have made for
   nothing. `code` and `message` are not looked at any more once this
   returns. */
tsfn_status
tsfn_call_error(tsfn_function *fn, const char *code, const char *message,
                tsfn_wait wait) {
  if (fn == NULL || message == NULL) return TSFN_INVALID;
  size_t message_size = strlen(message) + 1;
  size_t code_size = code != NULL ? strlen(code) + 1 : 0;
  if (message_size > TEXT_MAX || code_size > TEXT_MAX) return TSFN_INVALID;
  uint64_t deadline = tsfn__send_deadline(wait);
  tsfn_status status = tsfn__send_check(fn, deadline);
  if (status != TSFN_OK) return status;
  return tsfn__send_box(fn, TSFN__ITEM_SPECIAL,
                        make_error_box(&fn->outlet.shape.allocator, code,
                                       code_size, message, message_size),
                        deadline);
}
