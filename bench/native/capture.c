/* SPDX-License-Identifier: MIT */

/* A capture is a savefile of libpcap (pcap-savefile(5)), whose packets a
   producer reads one after another and sends. The file is mapped, so that the
   figures are of sending and not of reading. After the last packet comes the
   first one again. measures/capture.js writes the file, in this machine's byte
   order. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

#define FILE_HEADER 24u
#define PATH_MAX_LENGTH 4096u

/* Before each packet. */
struct packet_header {
  uint32_t seconds;
  uint32_t microseconds;
  uint32_t captured; /* bytes that follow */
  uint32_t length;   /* bytes that were on the wire */
};

/* capture(function, path): the function's kind sends the packets of this file
   from now on. The file stays mapped until the process ends. */
napi_value
bench_capture(napi_env env, napi_callback_info info) {
  struct bench_arguments arguments = bench_arguments_of(env, info);
  struct bench_function *function = bench_pointer_at(&arguments, 0);
  char path[PATH_MAX_LENGTH] = "";
  struct stat status;
  napi_get_value_string_utf8(env, arguments.values[1], path, sizeof path, NULL);
  int file = open(path, O_RDONLY);
  if (file < 0) return bench_fail(env, "capture: the file cannot be opened");
  bool is_there = fstat(file, &status) == 0 && status.st_size > FILE_HEADER;
  void *map = is_there ? mmap(NULL, (size_t)status.st_size, PROT_READ,
                              MAP_PRIVATE, file, 0)
                       : MAP_FAILED;
  close(file);
  if (map == MAP_FAILED) return bench_fail(env, "capture: cannot be mapped");
  function->capture = (struct bench_capture){
      .data = map, .size = (size_t)status.st_size, .offset = FILE_HEADER};
  return NULL;
}

struct bench_packet
bench_next_packet(struct bench_function *function) {
  struct bench_capture *self = &function->capture;
  struct packet_header header;
  if (self->offset >= self->size) self->offset = FILE_HEADER;
  memcpy(&header, self->data + self->offset, sizeof header);
  struct bench_packet packet = {
      .seconds = header.seconds + header.microseconds / 1e6,
      .length = header.length,
      .data = self->data + self->offset + sizeof header,
      .size = header.captured,
  };
  self->offset += sizeof header + header.captured;
  return packet;
}
