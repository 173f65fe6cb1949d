/* SPDX-License-Identifier: MIT */
#ifndef TEARDOWN_GO_H
#define TEARDOWN_GO_H

/* Blocks until somebody has opened and closed the FIFO for writing that the
   environment variable TEARDOWN_GO names; later calls return at once. Any
   thread.

   Windows has no FIFOs. There the file does not exist until the test says go,
   and one of the same name with the ending ".waits" tells the test that
   somebody waits for it. */
void wait_for_go(void);

#endif
