/* SPDX-License-Identifier: MIT */

/* The queue from one thread to many: each letter is received once, in order, or
   handed back, and nobody waits behind the end. */

#include "answer/letters.h"

#include "../core/crew.h"

#define MILLISECOND UINT64_C(1000000)

struct note {
  struct tsfn__letter letter; /* first: it is cast back to this */
  int number;
  atomic_int received;
  atomic_int handed_back;
};

static struct tsfn__letters letters;

static bool
post(struct note *note, int number, void *room) {
  bool has_room;
  note->number = number;
  note->letter.room = room;
  CHECK(tsfn__letters_post(&letters, &note->letter, &has_room));
  return has_room;
}

static struct note *
receive(void **room) {
  struct tsfn__letter *letter;
  CHECK_EQ(tsfn__letters_receive(&letters, 0, &letter, room), TSFN_OK);
  return (struct note *)letter;
}

TEST(in_order, "letters are received in the order in which they were posted") {
  struct note notes[3];
  struct tsfn__letter *letter;
  void *room;
  CHECK(tsfn__letters_init(&letters, 0));
  for (int i = 0; i < 3; i++)
    CHECK(post(&notes[i], i, NULL));
  for (int i = 0; i < 3; i++)
    CHECK_EQ(receive(&room)->number, i);
  CHECK_EQ(tsfn__letters_receive(&letters, 0, &letter, &room), TSFN_TIMED_OUT);
  CHECK_EQ(tsfn__letters_receive(&letters, tsfn__os_now() + MILLISECOND,
                                 &letter, &room),
           TSFN_TIMED_OUT);
  CHECK(letter == NULL);
  tsfn__letters_destroy(&letters);
}

TEST(room, "each letter beyond the bound has room after one receive more") {
  struct note notes[5];
  int marks[5];
  void *room;
  CHECK(tsfn__letters_init(&letters, 2));
  for (int i = 0; i < 5; i++)
    CHECK_EQ(post(&notes[i], i, &marks[i]), i < 2);
  CHECK(notes[1].letter.room == NULL);
  CHECK_EQ(tsfn__letters_check(&letters), TSFN_QUEUE_FULL);
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(receive(&room)->number, i);
    CHECK(room == (i < 3 ? &marks[i + 2] : NULL));
  }
  CHECK_EQ(tsfn__letters_check(&letters), TSFN_OK);
  tsfn__letters_destroy(&letters);
}

TEST(ended, "what is there is received, and nothing comes behind it") {
  struct note notes[2];
  struct tsfn__letter *letter;
  bool has_room;
  void *room;
  CHECK(tsfn__letters_init(&letters, 0));
  post(&notes[0], 0, NULL);
  tsfn__letters_end(&letters);
  CHECK(!tsfn__letters_post(&letters, &notes[1].letter, &has_room));
  CHECK_EQ(tsfn__letters_check(&letters), TSFN_CLOSING);
  CHECK_EQ(receive(&room)->number, 0);
  CHECK_EQ(tsfn__letters_receive(&letters, TSFN__OS_FOREVER, &letter, &room),
           TSFN_CLOSING);
  tsfn__letters_destroy(&letters);
}

TEST(closed, "what is there is handed back") {
  struct note notes[2];
  struct tsfn__letter *letter;
  void *room;
  CHECK(tsfn__letters_init(&letters, 1));
  post(&notes[0], 0, NULL);
  post(&notes[1], 1, &notes);
  letter = tsfn__letters_close(&letters);
  CHECK(letter == &notes[0].letter && letter->next == &notes[1].letter);
  CHECK(notes[1].letter.room == (void *)&notes);
  CHECK(tsfn__letters_close(&letters) == NULL);
  tsfn__letters_end(&letters);
  CHECK_EQ(tsfn__letters_receive(&letters, TSFN__OS_FOREVER, &letter, &room),
           TSFN_CLOSING);
  tsfn__letters_destroy(&letters);
}

/* --- threads ------------------------------------------------------------- */

#define THREADS 4
#define NOTES 2000

static struct note raced[NOTES];
static struct {
  int count;
  int posted;
  bool closes; /* rather than ends */
  bool is_hasty;
  atomic_int rooms_given, rooms;
} race;

/* Each thread's letters have growing numbers. */
static void
run_receiver(void) {
  struct tsfn__letter *letter;
  int last = -1;
  for (;;) {
    void *room;
    uint64_t deadline =
        race.is_hasty ? tsfn__os_now() + 1000 : TSFN__OS_FOREVER;
    tsfn_status status =
        tsfn__letters_receive(&letters, deadline, &letter, &room);
    if (status == TSFN_CLOSING) return;
    if (status == TSFN_TIMED_OUT && race.is_hasty) continue;
    CHECK_EQ(status, TSFN_OK);
    struct note *note = (struct note *)letter;
    CHECK(note->number > last);
    last = note->number;
    atomic_fetch_add(&note->received, 1);
    if (room != NULL) atomic_fetch_add(&race.rooms_given, 1);
  }
}

static void
run_poster(void) {
  for (int i = 0; i < race.count; i++) {
    if (!post(&raced[i], i, &raced[i])) atomic_fetch_add(&race.rooms, 1);
    if (i % 64 == 0) tsfn__os_yield();
  }
  struct tsfn__letter *letter = NULL;
  if (race.closes)
    letter = tsfn__letters_close(&letters);
  else
    tsfn__letters_end(&letters);
  for (; letter != NULL; letter = letter->next) {
    atomic_fetch_add(&((struct note *)letter)->handed_back, 1);
    if (letter->room != NULL) atomic_fetch_add(&race.rooms_given, 1);
  }
}

static void
run_side(void *subject, int index) {
  (void)subject;
  if (index == 0)
    run_poster();
  else
    run_receiver();
}

static void
play(bool closes, bool is_hasty) {
  static struct crew crew;
  race.count = (int)test_scaled(NOTES);
  race.closes = closes;
  race.is_hasty = is_hasty;
  CHECK(tsfn__letters_init(&letters, 8));
  crew_start(&crew, THREADS + 1, run_side, NULL);
  crew_join(&crew);
  for (int i = 0; i < race.count; i++) {
    CHECK_EQ(raced[i].received + raced[i].handed_back, 1);
    CHECK(closes || raced[i].received == 1);
  }
  CHECK_EQ(race.rooms_given, race.rooms);
  tsfn__letters_destroy(&letters);
}

static size_t
waiting_threads(void) {
  tsfn__os_mutex_lock(&letters.lock);
  size_t waiting = letters.waiting;
  tsfn__os_mutex_unlock(&letters.lock);
  return waiting;
}

static void
run_waiter(void *subject, int index) {
  (void)subject, (void)index;
  run_receiver();
}

static void
end_while_all_wait(bool closes) {
  static struct crew crew;
  CHECK(tsfn__letters_init(&letters, 0));
  crew_start(&crew, THREADS, run_waiter, NULL);
  WAIT_UNTIL(waiting_threads() == THREADS);
  if (closes)
    CHECK(tsfn__letters_close(&letters) == NULL);
  else
    tsfn__letters_end(&letters);
  crew_join(&crew);
  tsfn__letters_destroy(&letters);
}

TEST(end_wakes_all, "each thread that waits hears of the end") {
  end_while_all_wait(false);
}

TEST(close_wakes_all, "each thread that waits hears of the close") {
  end_while_all_wait(true);
}

TEST(all_received, "four threads receive each letter once, and then hear") {
  play(false, false);
}

TEST(hasty, "a letter at the moment of a time out is not lost") {
  play(false, true);
}

TEST(some_handed_back, "each letter is received once or handed back once") {
  play(true, false);
}

TEST_MAIN()
