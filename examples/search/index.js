// SPDX-License-Identifier: MIT
'use strict';

const { monitorEventLoopDelay } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseOptions } = require('./options');
const { Output } = require('./output');
const { Progress } = require('./progress');

const { makeJob } = require('./build/Release/addon.node');

// As a shell reports what a signal ends: 128 and its number.
const BY_SIGINT = 130;
const BY_SIGPIPE = 141;

// How long the last line waits for a reader after Ctrl-C.
const PATIENCE = 1000;

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

class Search {
  constructor(options) {
    this.options = options;
    this.lines = 0;
    this.files = 0;
    this.errors = 0;
    this.isInterrupted = false;
    this.controller = new AbortController();
    this.delay = monitorEventLoopDelay({ resolution: 1 });
    this.progress = new Progress(process.stderr, () => ({
      ...this.job.progress(),
      lines: this.lines,
    }));
    this.output = new Output(process.stdout, {
      onFull: () => this.job.pause(),
      onRoom: () => this.job.resume(),
      onError: (err) => this.onOutputError(err),
      onWrite: () => process.stdout.isTTY && this.progress.hide(),
    });
  }

  // --- what comes from the threads ---

  onMatch(err, match) {
    if (err) return this.report(err.message);
    this.lines++;
    if (match.first) this.files++;
    if (this.options.count) return;
    this.output.add(`${match.path}:${match.line}:${match.column}:`, match.text);
  }

  report(message) {
    this.errors++;
    this.progress.hide();
    process.stderr.write(`search: ${message}\n`);
  }

  // --- what ends it early ---

  onInterrupt() {
    if (this.isInterrupted) process.exit(BY_SIGINT);
    this.isInterrupted = true;
    this.controller.abort();
    setTimeout(() => this.giveUp(), PATIENCE).unref();
  }

  onOutputError(err) {
    this.outputError = err;
    if (err.code !== 'EPIPE') this.report(`write error: ${err.message}`);
    this.controller.abort();
  }

  // --- its course ---

  async run() {
    const { pattern, folders, threads, count } = this.options;
    this.started = performance.now();
    process.on('SIGINT', () => this.onInterrupt());
    this.delay.enable();
    this.job = makeJob({
      pattern: Buffer.from(pattern),
      folders,
      threads,
      output: count ? undefined : 1,
    });
    this.progress.start();
    try {
      await this.job.start((err, match) => this.onMatch(err, match), this.controller.signal);
    } catch (err) {
      if (!this.controller.signal.aborted) this.report(err.message);
    }
    this.ended = performance.now();
    await sleep(2); // a last delay shows once the loop has turned
    this.delay.disable();
    this.progress.stop();
    return this.end();
  }

  // The last line, then the exit status.
  async end() {
    if (!this.outputError) await this.output.end(this.summary());
    if (this.outputError) return this.outputError.code === 'EPIPE' ? BY_SIGPIPE : 2;
    if (this.isInterrupted) return BY_SIGINT;
    if (this.errors > 0) return 2;
    return this.lines > 0 ? 0 : 1;
  }

  summary() {
    const { searched } = this.job.progress();
    const seconds = ((this.ended ?? performance.now()) - this.started) / 1000;
    // Each sample of the monitor has its own millisecond in it.
    const delay = Math.max(0, this.delay.max / 1e6 - 1);
    const lines = `${plural(this.lines, 'matching line')} in ${this.files}`;
    return [
      `${this.isInterrupted ? 'interrupted: ' : ''}${lines} of ${plural(searched, 'file')}`,
      plural(this.options.threads, 'thread'),
      `${seconds.toFixed(2)} s`,
      `longest event-loop delay ${delay.toFixed(1)} ms`,
    ].join(', ');
  }

  // Nobody reads the output: the counts go where somebody may.
  giveUp() {
    this.progress.stop();
    process.stderr.write(`${this.summary()}\n`);
    process.exit(BY_SIGINT);
  }
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  process.exitCode = options.status ?? (await new Search(options).run());
}

main().catch((err) => {
  console.error(err);
  process.exitCode = 2;
});
