/* SPDX-License-Identifier: MIT */
#ifndef TEST_SAY_H
#define TEST_SAY_H

/* A line of at most 1,000 bytes for the test, by one write(2), without Node,
   whose environment may be gone: to the FIFO that the environment variable
   TEARDOWN_REPORT names, else to standard output. Lines of several threads do
   not mix, since a line is shorter than PIPE_BUF. Any thread; may block until
   the FIFO is read. On Windows, which has no FIFOs, it is a file to which lines
   are appended. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

#endif
