// Request queue: the requests of a transaction, from MULTI to EXEC, as copied bytes.
//
//   bytes  | S E T k v | G E T k |          words one after the other
//   ends   | 3 | 4 | 5 | 8 | 9 |            where each ends
//   counts | 3 | 2 |                        words of each request
//
// Role: keeps requests without an object for each, and gives them back one at a time.

import type { Command } from "../commands/define.ts";
import type { Args } from "../resp/args.ts";

const BYTES_MIN = 256;
const WORDS_MIN = 16;

/** From this size on the bytes grow by a quarter and no longer by as much again: they count as the client's. */
const LARGE_BYTES = 256 * 1024;

export class RequestQueue {
  readonly commands: Command[] = [];
  private bytes = new Uint8Array(BYTES_MIN);
  private ends = new Int32Array(WORDS_MIN);
  private readonly counts: number[] = [];
  private byteCount = 0;
  private wordCount = 0;

  get length(): number {
    return this.commands.length;
  }

  /** Bytes of all words, which is what they take from the client's allowance. */
  get wordBytes(): number {
    return this.byteCount;
  }

  /** Bytes held. */
  get memoryBytes(): number {
    return this.bytes.length + this.ends.length * 4 + this.commands.length * 24;
  }

  /** Copies a request to the end. */
  push(command: Command, args: Args): void {
    for (let i = 0; i < args.count; i++) this.pushWord(args, i);
    this.counts.push(args.count);
    this.commands.push(command);
  }

  /**
   * Calls `run` for each request in order, from the given one on, until it returns false; the arguments stand in
   * `args`, for the time of the call. How many requests are done then, counted from the first.
   */
  each(args: Args, run: (command: Command) => boolean, from = 0): number {
    const { bytes, ends, counts } = this;
    let word = 0;
    for (let i = 0; i < from; i++) word += counts[i] as number;
    let at = word === 0 ? 0 : (ends[word - 1] as number);
    for (let i = from; i < counts.length; i++) {
      args.reset(bytes);
      for (const last = word + (counts[i] as number); word < last; word++) {
        const end = ends[word] as number;
        args.push(at, end);
        at = end;
      }
      if (!run(this.commands[i] as Command)) return i + 1;
    }
    return counts.length;
  }

  private pushWord(args: Args, i: number): void {
    const end = this.byteCount + args.length(i);
    if (end > this.bytes.length) {
      const { length } = this.bytes;
      const roomier = length < LARGE_BYTES ? length * 2 : length + length / 4;
      const grown = new Uint8Array(Math.max(end, Math.floor(roomier)));
      grown.set(this.bytes.subarray(0, this.byteCount));
      this.bytes = grown;
    }
    if (this.wordCount === this.ends.length) {
      const grown = new Int32Array(this.ends.length * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.bytes.set(args.bytes.subarray(args.start(i), args.end(i)), this.byteCount);
    this.byteCount = end;
    this.ends[this.wordCount++] = end;
  }
}
