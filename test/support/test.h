/* SPDX-License-Identifier: MIT */
#ifndef TSFN_TEST_H
#define TSFN_TEST_H

/* The harness of the C tests.

     #include "../support/test.h"

     TEST(push_keeps_order, "items come out in the order they went in") {
       CHECK(queue_is_empty(&queue));
       CHECK_EQ(queue_pop(&queue), 1);
     }

     TEST_MAIN()

   The program then answers:

     prog --list        one line a test: identifier, a tab, the sentence
     prog identifier    runs that test; exits 0, 1 (failed) or 77 (skipped)
     prog               runs each test in a process of its own, prints TAP

   A test ends its process when a check fails. That is why CHECK works on any
   thread and in a function of any return type, and why nothing needs to be
   unwound: no other test shares the process. */

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__)
#define TEST__UNUSED __attribute__((unused))
#define TEST__CONSTRUCTOR __attribute__((constructor))
#else
#error "the harness needs gcc's or clang's constructor attribute"
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define TEST__SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define TEST__SANITIZED 1
#endif

enum { TEST_PASSED = 0, TEST_FAILED = 1, TEST_SKIPPED = 77 };

struct test {
  const char *identifier;
  const char *sentence;
  int line;
  void (*body)(void);
  struct test *next;
};

static struct test *test__first;

/* Constructors run in no promised order: the list is kept by line. */
static inline void
test__register(struct test *test) {
  struct test **place = &test__first;
  while (*place != NULL && (*place)->line < test->line)
    place = &(*place)->next;
  test->next = *place;
  *place = test;
}

#define TEST(identifier_, sentence_)                                           \
  static void test_body_##identifier_(void);                                   \
  TEST__CONSTRUCTOR static void test_register_##identifier_(void) {            \
    static struct test test = {#identifier_, sentence_, __LINE__,              \
                               test_body_##identifier_, NULL};                 \
    test__register(&test);                                                     \
  }                                                                            \
  static void test_body_##identifier_(void)

/* --- ends of a test: any thread, do not return --------------------------- */

TEST__UNUSED static _Noreturn void
test__end(int status) {
  fflush(stdout);
  fflush(stderr);
  _Exit(status);
}

/* A skip is a result of its own, with a reason; in CI it is a failure. */
#define SKIP(reason)                                                           \
  do {                                                                         \
    printf("skipped: %s\n", (reason));                                         \
    test__end(TEST_SKIPPED);                                                   \
  } while (0)

#define FAIL(...)                                                              \
  do {                                                                         \
    fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                            \
    fprintf(stderr, __VA_ARGS__);                                              \
    fprintf(stderr, "\n");                                                     \
    test__end(TEST_FAILED);                                                    \
  } while (0)

/* --- checks -------------------------------------------------------------- */

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) FAIL("CHECK(%s) is false", #condition);                  \
  } while (0)

/* Integers, enums and booleans; both values are printed, signed and in hex. */
#define CHECK_EQ(actual, expected)                                             \
  test__check_eq(__FILE__, __LINE__, #actual, #expected, (intmax_t)(actual),   \
                 (intmax_t)(expected))

TEST__UNUSED static void
test__check_eq(const char *file, int line, const char *left, const char *right,
               intmax_t actual, intmax_t expected) {
  if (actual == expected) return;
  fprintf(stderr,
          "%s:%d: CHECK_EQ(%s, %s): %" PRIdMAX " (0x%" PRIxMAX ") is not "
          "%" PRIdMAX " (0x%" PRIxMAX ")\n",
          file, line, left, right, actual, (uintmax_t)actual, expected,
          (uintmax_t)expected);
  test__end(TEST_FAILED);
}

/* NULL is equal to NULL only. */
#define CHECK_STR(actual, expected)                                            \
  test__check_str(__FILE__, __LINE__, #actual, #expected, (actual), (expected))

TEST__UNUSED static void
test__check_str(const char *file, int line, const char *left, const char *right,
                const char *actual, const char *expected) {
  if (actual == NULL ? expected == NULL
                     : expected != NULL && strcmp(actual, expected) == 0)
    return;
  fprintf(stderr, "%s:%d: CHECK_STR(%s, %s): \"%s\" is not \"%s\"\n", file,
          line, left, right, actual == NULL ? "(NULL)" : actual,
          expected == NULL ? "(NULL)" : expected);
  test__end(TEST_FAILED);
}

/* --- the size of a stress test ------------------------------------------- */

/* `full` rounds or items in a plain build, fewer (at least 1) where every
   instruction is watched. TEST_SCALE_DIVISOR, an environment variable, wins:
   valgrind sets it. */
TEST__UNUSED static size_t
test_scaled(size_t full) {
  const char *divisor_text = getenv("TEST_SCALE_DIVISOR");
#ifdef TEST__SANITIZED
  size_t divisor = 10;
#else
  size_t divisor = 1;
#endif
  if (divisor_text != NULL && strtoul(divisor_text, NULL, 10) > 0)
    divisor = strtoul(divisor_text, NULL, 10);
  return full / divisor > 0 ? full / divisor : 1;
}

/* --- the program --------------------------------------------------------- */

static inline int
test__run_all(const char *program) {
  int number = 0, failed = 0;
  for (struct test *test = test__first; test != NULL; test = test->next)
    number++;
  printf("1..%d\n", number);
  number = 0;
  for (struct test *test = test__first; test != NULL; test = test->next) {
    char command[4096];
    snprintf(command, sizeof command, "\"%s\" %s", program, test->identifier);
    fflush(stdout);
    int result = system(command);
    /* POSIX packs the exit status into the high byte. */
    int status = result > 0xff ? result >> 8 : result;
    if (status != TEST_PASSED && status != TEST_SKIPPED) failed++;
    printf("%sok %d - %s: %s%s\n",
           status == TEST_PASSED || status == TEST_SKIPPED ? "" : "not ",
           ++number, test->identifier, test->sentence,
           status == TEST_SKIPPED ? " # SKIP" : "");
  }
  return failed == 0 ? TEST_PASSED : TEST_FAILED;
}

static inline int
test__main(int argc, char **argv) {
  if (argc < 2) return test__run_all(argv[0]);
  for (struct test *test = test__first; test != NULL; test = test->next) {
    if (strcmp(argv[1], "--list") == 0) {
      printf("%s\t%s\n", test->identifier, test->sentence);
    } else if (strcmp(argv[1], test->identifier) == 0) {
      test->body();
      return TEST_PASSED;
    }
  }
  if (strcmp(argv[1], "--list") == 0) return TEST_PASSED;
  fprintf(stderr, "no test is called %s\n", argv[1]);
  return TEST_FAILED;
}

#define TEST_MAIN()                                                            \
  int main(int argc, char **argv) {                                            \
    return test__main(argc, argv);                                             \
  }

#endif
