// SPDX-License-Identifier: MIT
'use strict';

// A bar on a terminal; nothing at all elsewhere.

const { Presets, SingleBar } = require('cli-progress');

const MILLISECONDS = 100;
const CLEAR_LINE = '\r\x1b[2K';

class Progress {
  // read(): { found, searched, bytes, lines } as of now.
  constructor(stream, read) {
    this.stream = stream;
    this.read = read;
    this.bar = stream.isTTY ? this.makeBar() : null;
  }

  makeBar() {
    const bar = new SingleBar(
      {
        stream: this.stream,
        format: '{bar} {value}/{total} files | {megabytes} MB | {lines} lines',
        clearOnComplete: true,
        forceRedraw: true, // what is printed meanwhile wipes it away
        linewrap: true, // for what is printed; the bar is cut to fit
        gracefulExit: false, // Ctrl-C is the search's own
      },
      Presets.shades_classic,
    );
    // What is printed meanwhile scrolls: where the bar began is not its place.
    bar.terminal.cursorSave = bar.terminal.cursorRestore = () => {};
    return bar;
  }

  start() {
    if (!this.bar) return;
    this.bar.start(0, 0, { megabytes: 0, lines: 0 });
    this.timer = setInterval(() => this.update(), MILLISECONDS);
  }

  update() {
    const { found, searched, bytes, lines } = this.read();
    this.bar.setTotal(found);
    this.bar.update(searched, { megabytes: Math.round(bytes / 1e6), lines });
  }

  // Before something is printed on the same terminal; the bar comes back by
  // itself.
  hide() {
    if (this.bar) this.stream.write(CLEAR_LINE);
  }

  stop() {
    if (!this.bar) return;
    clearInterval(this.timer);
    this.update();
    this.bar.stop();
    this.bar = null;
  }
}

module.exports = { Progress };
