// SPDX-License-Identifier: MIT
'use strict';

// Writes a savefile of libpcap (pcap-savefile(5)), with packets of 60 to 1,500 bytes.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const SHORTEST = 60;
const LONGEST = 1500;
const MAGIC = 0xa1b2c3d4;
const ETHERNET = 1;

// Every byte of a packet.
const FILLER = 0x5a;

// Sizes of the headers, in bytes: of the file, and before each packet.
const FILE_HEADER = 24;
const PACKET_HEADER = 16;

// The factor is a prime, so that neighbours differ in length and all lengths are
// equally frequent.
const lengthOf = (i) => SHORTEST + ((i * 7919) % (LONGEST - SHORTEST + 1));

function totalLength(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += lengthOf(i);
  return sum;
}

function write(file, count) {
  const data = Buffer.alloc(FILE_HEADER + count * PACKET_HEADER + totalLength(count), FILLER);
  const header = new Uint32Array([MAGIC, 2 | (4 << 16), 0, 0, LONGEST, ETHERNET]);
  Buffer.from(header.buffer).copy(data);
  let offset = FILE_HEADER;
  for (let i = 0; i < count; i++) {
    const length = lengthOf(i);
    const packet = new Uint32Array([i >> 10, i & 1023, length, length]);
    Buffer.from(packet.buffer).copy(data, offset);
    offset += PACKET_HEADER + length;
  }
  fs.writeFileSync(file, data);
}

// Calls `use` with the path of a savefile of `count` packets, and removes the file
// afterwards. A mapping of it stays valid.
function withCapture(count, use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tsfn-capture-'));
  try {
    const file = path.join(folder, 'packets.pcap');
    write(file, count);
    use(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = { FILLER, totalLength, withCapture };
