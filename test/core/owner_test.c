/* SPDX-License-Identifier: MIT */
#include "core/owner.h"

#include "crew.h"

#define ME ((uintptr_t)100)
#define OTHER ((uintptr_t)200)

TEST(first_owns, "who comes first is the owner") {
  struct tsfn__owner owner;
  skip_without_barrier();
  tsfn__owner_init(&owner, true);
  CHECK(tsfn__owner_enter(&owner, ME) == NULL);
  struct tsfn__tenure *own = tsfn__owner_take(&owner, ME);
  CHECK(own != NULL && own->is_inside);
  tsfn__owner_leave(own);
  CHECK(tsfn__owner_enter(&owner, OTHER) == NULL);
  CHECK(tsfn__owner_enter(&owner, ME) == own);
  tsfn__owner_leave(own);
}

TEST(other_takes_over, "another thread takes the place of an owner outside") {
  struct tsfn__owner owner;
  skip_without_barrier();
  tsfn__owner_init(&owner, true);
  tsfn__owner_leave(tsfn__owner_take(&owner, ME));
  struct tsfn__tenure *other = tsfn__owner_take(&owner, OTHER);
  CHECK(other != NULL);
  tsfn__owner_leave(other);
  CHECK(tsfn__owner_enter(&owner, ME) == NULL);
}

TEST(shared_in_the_end, "threads that take turns share it before long") {
  struct tsfn__owner owner;
  int taken = 0;
  skip_without_barrier();
  tsfn__owner_init(&owner, true);
  for (int i = 0; i < 1000; i++) {
    struct tsfn__tenure *own = tsfn__owner_take(&owner, i % 2 ? ME : OTHER);
    if (own == NULL) break;
    tsfn__owner_leave(own);
    taken++;
  }
  CHECK_EQ(taken, TSFN__OWNER_TENURES);
  CHECK(tsfn__owner_is_shared(&owner));
  CHECK(tsfn__owner_take(&owner, ME) == NULL);
}

TEST(shared_on_demand, "share leaves no owner, whoever it was") {
  for (int i = 0; i < 3; i++) {
    struct tsfn__owner owner;
    tsfn__owner_init(&owner, true);
    if (i != 0) {
      struct tsfn__tenure *own = tsfn__owner_take(&owner, i == 1 ? ME : OTHER);
      if (own != NULL) tsfn__owner_leave(own);
    }
    tsfn__owner_share(&owner, ME);
    CHECK(tsfn__owner_is_shared(&owner));
    CHECK(tsfn__owner_enter(&owner, ME) == NULL);
    CHECK(tsfn__owner_enter(&owner, OTHER) == NULL);
  }
}

TEST(never_owned, "where it is not possible it is shared from the beginning") {
  struct tsfn__owner owner;
  tsfn__owner_init(&owner, false);
  CHECK(tsfn__owner_is_shared(&owner));
  CHECK(tsfn__owner_take(&owner, ME) == NULL);
}

/* --- before the barrier is ready ----------------------------------------- */

TEST(early_owner, "an early owner enters by take, and finds its tenure again") {
  struct tsfn__owner owner;
  skip_unless_early();
  tsfn__owner_init(&owner, true);
  struct tsfn__tenure *own = tsfn__owner_take(&owner, ME);
  CHECK(own != NULL && own->is_inside);
  tsfn__owner_leave(own);
  CHECK(tsfn__owner_enter(&owner, ME) == NULL);
  CHECK(tsfn__owner_take(&owner, ME) == own);
  tsfn__owner_leave(own);
  CHECK(!tsfn__os_barrier_is_ready());
}

TEST(early_no_more, "an early owner gets a full tenure, and the old one ends") {
  struct tsfn__owner owner;
  skip_unless_early();
  tsfn__owner_init(&owner, true);
  struct tsfn__tenure *early = tsfn__owner_take(&owner, ME);
  tsfn__owner_leave(early);
  skip_without_barrier();
  struct tsfn__tenure *own = tsfn__owner_take(&owner, ME);
  CHECK(own != NULL && own != early);
  tsfn__owner_leave(own);
  CHECK(tsfn__owner_enter(&owner, ME) == own);
  tsfn__owner_leave(own);
}

TEST(early_changes, "the change from early is not one of the changes allowed") {
  struct tsfn__owner owner;
  int taken = 0;
  skip_unless_early();
  tsfn__owner_init(&owner, true);
  for (int i = 0; i < 1000; i++) {
    uintptr_t thread = i % 2 ? ME : OTHER;
    struct tsfn__tenure *own = tsfn__owner_take(&owner, thread);
    if (own == NULL) break;
    tsfn__owner_leave(own);
    taken++;
    if (taken != TSFN__OWNER_TENURES) continue;
    skip_without_barrier();
    own = tsfn__owner_take(&owner, thread);
    CHECK(own != NULL);
    tsfn__owner_leave(own);
  }
  CHECK_EQ(taken, TSFN__OWNER_TENURES);
  CHECK(tsfn__owner_is_shared(&owner));
}

TEST(started_barrier, "a barrier that was started is ready before long") {
  skip_unless_early();
  tsfn__os_barrier_start();
  tsfn__os_barrier_start();
  WAIT_UNTIL(tsfn__os_barrier_is_ready());
  CHECK(tsfn__os_barrier_init());
}

/* --- threads ------------------------------------------------------------- */

struct house {
  struct tsfn__owner owner;
  uint64_t inside; /* plain: whoever is inside is alone */
  _Atomic(uint64_t) visits;
};

static void
visit(void *subject, int index) {
  struct house *house = subject;
  uintptr_t me = tsfn__os_thread_self();
  for (int i = 0; i < 300; i++) {
    struct tsfn__tenure *own = tsfn__owner_enter(&house->owner, me);
    /* Each takes over now and then, in the middle of the others' visits. */
    if (own == NULL && i % 97 == index)
      own = tsfn__owner_take(&house->owner, me);
    if (own == NULL) continue;
    house->inside++;
    tsfn__owner_leave(own);
    atomic_fetch_add(&house->visits, 1);
  }
}

TEST(c1_alone_inside, "never are two threads inside") {
  skip_without_barrier();
  for (uint64_t round = test_scaled(400); round > 0; round--) {
    struct house house = {.inside = 0};
    struct crew crew;
    tsfn__owner_init(&house.owner, true);
    crew_start(&crew, 3, visit, &house);
    crew_join(&crew);
    CHECK_EQ(house.inside, house.visits);
  }
}

/* As visit; an early owner enters by take each time. */
static void
visit_early(void *subject, int index) {
  struct house *house = subject;
  uintptr_t me = tsfn__os_thread_self();
  for (int i = 0; i < 300; i++) {
    bool takes = index == 0 || i % 97 == index;
    struct tsfn__tenure *own =
        takes ? tsfn__owner_take(&house->owner, me) : NULL;
    if (own == NULL) continue;
    house->inside++;
    tsfn__owner_leave(own);
    atomic_fetch_add(&house->visits, 1);
  }
}

TEST(c1_alone_inside_early, "never are two inside, early, or when it ends") {
  skip_unless_early();
  uint64_t rounds = test_scaled(2000);
  for (uint64_t round = rounds; round > 0; round--) {
    struct house house = {.inside = 0};
    struct crew crew;
    tsfn__owner_init(&house.owner, true);
    crew_start(&crew, 3, visit_early, &house);
    if (round == rounds / 4) tsfn__os_barrier_start(); /* in their midst */
    crew_join(&crew);
    CHECK_EQ(house.inside, house.visits);
  }
}

static void
hold_and_tell(void *subject, int index) {
  struct house *house = subject;
  (void)index;
  struct tsfn__tenure *own =
      tsfn__owner_take(&house->owner, tsfn__os_thread_self());
  CHECK(own != NULL);
  atomic_store(&house->visits, 1);
  for (int i = 0; i < 1000; i++)
    tsfn__os_yield();
  house->inside = 1;
  tsfn__owner_leave(own);
}

TEST(c1_waits_for_who_is_inside, "share waits until the owner has left") {
  struct house house = {.inside = 0};
  struct crew crew;
  skip_without_barrier();
  tsfn__owner_init(&house.owner, true);
  crew_start(&crew, 1, hold_and_tell, &house);
  WAIT_UNTIL(atomic_load(&house.visits) == 1);
  tsfn__owner_share(&house.owner, tsfn__os_thread_self());
  CHECK_EQ(house.inside, 1);
  crew_join(&crew);
}

TEST_MAIN()
