// Text list: copies of byte strings, in the order they were added, some of them maybe missing.
//
// Role: what a command computes with before it replies or stores, when the key it reads may change meanwhile.
// Invariant: text i is bytes[starts[i], ends[i]); of a missing one the start is MISSING.

import { copyBytes } from "../../lib/bytes.ts";

const FIRST_COUNT = 64;
const FIRST_BYTES = 1024;
const MISSING = -1;

export class TextList {
  count = 0;
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  private starts = new Int32Array(FIRST_COUNT);
  private ends = new Int32Array(FIRST_COUNT);
  private used = 0;

  /** Adds a copy of source[start, end). */
  add(source: Uint8Array, start: number, end: number): void {
    const from = this.used;
    const to = from + end - start;
    if (to > this.bytes.length) this.growBytes(to);
    copyBytes(this.bytes, from, source, start, end);
    this.used = to;
    this.push(from, to);
  }

  /** Adds one that is missing. */
  addMissing(): void {
    this.push(MISSING, MISSING);
  }

  isMissing(i: number): boolean {
    return this.starts[i] === MISSING;
  }

  start(i: number): number {
    return this.starts[i] as number;
  }

  end(i: number): number {
    return this.ends[i] as number;
  }

  private push(start: number, end: number): void {
    if (this.count === this.starts.length) {
      this.starts = doubled(this.starts);
      this.ends = doubled(this.ends);
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  private growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}
