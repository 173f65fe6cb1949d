// SPDX-License-Identifier: MIT
'use strict';

// Lines on their way to a stream that may be slower than they come: gathered
// into blocks, written once a turn of the queue, and counted while they wait.

const BLOCK = 64 * 1024;

// As much waits in the stream before onFull is called.
const FULL = 256 * 1024;

class Output {
  // onFull(): the stream has more than it can write; onRoom(): it has written
  // it. onError(err): it takes nothing more. onWrite(): something is about to
  // be written.
  constructor(stream, { onFull, onRoom, onError, onWrite }) {
    this.stream = stream;
    this.onFull = onFull;
    this.onRoom = onRoom;
    this.onWrite = onWrite;
    this.isFull = false;
    this.isBroken = false;
    this.flush = this.flush.bind(this);
    this.block = Buffer.allocUnsafe(BLOCK);
    this.used = 0;
    stream.on('error', (err) => {
      this.isBroken = true;
      onError(err);
    });
  }

  // A line of a string and bytes that follow it.
  add(head, bytes) {
    if (this.isBroken) return;
    // A string has at most 3 bytes of UTF-8 for each of its units.
    const most = head.length * 3 + bytes.length + 1;
    if (most > this.block.length - this.used) {
      this.flush();
      this.block = Buffer.allocUnsafe(Math.max(BLOCK, most));
    }
    // The first in a block: it is written after this turn of the queue, which
    // runs microtasks at its end.
    if (this.used === 0) queueMicrotask(this.flush);
    this.used += this.block.write(head, this.used);
    this.block.set(bytes, this.used);
    this.used += bytes.length;
    this.block[this.used++] = 10;
  }

  flush() {
    if (this.used === 0) return;
    const block = this.block.subarray(0, this.used);
    // The stream holds what it was given; what is behind it is still free.
    this.block = this.block.subarray(this.used);
    this.used = 0;
    this.write(block);
  }

  write(bytes) {
    if (this.isBroken) return;
    this.onWrite();
    this.stream.write(bytes);
    // Not what write() answers: that is false also for what a file or terminal
    // has taken already.
    if (this.isFull || this.stream.writableLength < FULL) return;
    this.isFull = true;
    this.onFull();
    this.stream.once('drain', () => {
      this.isFull = false;
      this.onRoom();
    });
  }

  // The last line. Resolves when all is written, or will never be.
  end(line) {
    this.flush();
    this.onWrite();
    return new Promise((resolve) => this.stream.write(`${line}\n`, () => resolve()));
  }
}

module.exports = { Output };
