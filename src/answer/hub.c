/* SPDX-License-Identifier: MIT */
#include "answer/hub.h"

#include <stdlib.h>

#include "node/environment.h"
#include "node/exception.h"
#include "os/os.h"

/* Nodes that are finished by one item of the function. What is left gets
   another item, so that the loop's other work has its turn between two. */
#define NODES_AT_ONCE 1000u

/* How often an item is tried for which there is no memory, before the promises
   are given up. */
#define TRIES 1000u

struct hub_part;

struct tsfn__hub {
  struct tsfn__ready settled; /* the nodes; its stack is that of hub.h */
  tsfn_function *fn;
  struct hub_part *part; /* loop thread; NULL: it is of no realm any more */
};

/* The realm's part: its hub, so that the next deferred finds it. */
struct hub_part {
  struct tsfn__part part; /* first: it is cast back to this */
  struct tsfn__hub *hub;  /* NULL: none, or it has ended */
};

static bool
open_hub_part(struct tsfn__part *part, struct tsfn__realm *realm) {
  (void)realm;
  ((struct hub_part *)part)->hub = NULL;
  return true;
}

static void
close_hub_part(struct tsfn__part *part, napi_env env) {
  struct hub_part *self = (struct hub_part *)part;
  (void)env;
  if (self->hub != NULL) self->hub->part = NULL;
}

static const struct tsfn__part_ops hub_part_ops = {
    sizeof(struct hub_part), open_hub_part, close_hub_part};

/* --- finishing ----------------------------------------------------------- */

/* The node may be freed by `finish`, and with the last use the hub. */
static void
finish_node(struct tsfn__hub *self, struct tsfn__ready_node *link,
            napi_env env) {
  struct tsfn__hub_node *node = (struct tsfn__hub_node *)link;
  napi_handle_scope scope = NULL;
  napi_value ignored;
  if (env != NULL && napi_open_handle_scope(env, &scope) != napi_ok) env = NULL;
  node->finish(node, env);
  if (env != NULL) (void)tsfn__exception_take(env, &ignored);
  if (scope != NULL) napi_close_handle_scope(env, scope);
  tsfn__hub_release(self);
}

/* Finishes a chain where JavaScript cannot run. */
static void
finish_without_env(struct tsfn__hub *self, struct tsfn__ready_node *link) {
  while (link != NULL) {
    struct tsfn__ready_node *next = link->next;
    finish_node(self, link, NULL);
    link = next;
  }
}

/* The function's call_js. The function, and the hub with it, outlives the call,
   also where the last node gives the last use back. */
static void
finish_some(napi_env env, napi_value callback, void *context, void *item) {
  struct tsfn__hub *self = context;
  (void)callback;
  (void)item;
  /* Nodes that an earlier item has left come first. Only where there are none
     was this item sent by a first pusher, whose call is behind it: hub.h. */
  if (self->settled.first == NULL) tsfn__ready_collect(&self->settled);
  for (size_t done = 0; self->settled.first != NULL; done++) {
    if (env != NULL && done == NODES_AT_ONCE &&
        tsfn_call_pointer(self->fn, self, TSFN_NONBLOCKING) == TSFN_OK)
      break;
    finish_node(self, tsfn__ready_pop(&self->settled), env);
  }
}

/* --- the hub's life ------------------------------------------------------ */

/* Nobody can find it from now on. */
static void
end_hub(napi_env env, void *data, void *context) {
  struct tsfn__hub *self = data;
  (void)env;
  (void)context;
  if (self->part != NULL && self->part->hub == self) self->part->hub = NULL;
  self->part = NULL;
}

static struct hub_part *
find_part(napi_env env) {
  struct tsfn__realm *realm = tsfn__environment_realm(env);
  return realm != NULL
             ? (struct hub_part *)tsfn__realm_part(realm, &hub_part_ops)
             : NULL;
}

TSFN__OS_COLD static tsfn_status
make_hub(napi_env env, struct tsfn__hub **out) {
  struct tsfn__hub *self = calloc(1, sizeof *self);
  if (self == NULL)
    return tsfn__exception_throw(env, "promise", TSFN_NO_MEMORY,
                                 "out of memory");
  tsfn_options options = {.name = "promise",
                          .call_js = finish_some,
                          .context = self,
                          .finalize = end_hub,
                          .finalize_data = self,
                          .free_context = free};
  tsfn__ready_init(&self->settled);
  tsfn_status status = tsfn_create(env, NULL, &options, &self->fn);
  if (status != TSFN_OK) {
    free(self);
    return status;
  }
  self->part = find_part(env);
  if (self->part != NULL) self->part->hub = self;
  *out = self;
  return TSFN_OK;
}

tsfn_status
tsfn__hub_get(napi_env env, struct tsfn__hub **out) {
  struct hub_part *part = find_part(env);
  *out = part != NULL ? part->hub : NULL;
  if (*out != NULL && tsfn_acquire((*out)->fn) == TSFN_OK) return TSFN_OK;
  return make_hub(env, out);
}

bool
tsfn__hub_is_closed(const struct tsfn__hub *self) {
  return tsfn_is_closing(self->fn);
}

/* Without memory for the item the thread tries again, since what was pushed
   cannot be taken back. */
void
tsfn__hub_push(struct tsfn__hub *self, struct tsfn__hub_node *node) {
  if (!tsfn__ready_push_first(&self->settled, &node->link)) return;
  /* From here on this thread has to see to the stack (hub.h). The node's use
     keeps the hub until its item is accepted, which is before the call has
     returned; so the call has a use of its own. */
  tsfn_status status = tsfn_acquire(self->fn);
  bool has_use = status == TSFN_OK;
  if (has_use) status = TSFN_NO_MEMORY;
  for (size_t i = 0; i < TRIES && status == TSFN_NO_MEMORY; i++)
    status = tsfn_call_pointer(self->fn, self, TSFN_NONBLOCKING);
  if (status != TSFN_OK)
    finish_without_env(self, tsfn__ready_take(&self->settled));
  if (has_use) tsfn__hub_release(self);
}

void
tsfn__hub_release(struct tsfn__hub *self) {
  tsfn_release(self->fn);
}
