/* SPDX-License-Identifier: MIT */
#ifndef TEARDOWN_GO_H
#define TEARDOWN_GO_H

/* Blocks until somebody has opened and closed the FIFO for writing that the
   environment variable TEARDOWN_GO names; later calls return at once. Any
   thread. */
void wait_for_go(void);

#endif
