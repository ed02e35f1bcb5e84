// A growing run of bytes that encoders write into and that is used again after `clear`.
//
// Role: the target of every RDB encoder. Growth doubles, so a byte is copied about once on average, and a
// sink in steady use allocates nothing.
// Invariant: bytes[0..sizeBytes) is what was written; the rest is room, and its content means nothing.

import { copyBytes } from "../lib/bytes.ts";

const startSizeBytes = 256;

export class ByteSink {
  /** Replaced when the sink grows: do not hold on to it over a write. */
  bytes: Uint8Array = new Uint8Array(startSizeBytes);
  sizeBytes = 0;

  /** Makes room for `count` more bytes at sizeBytes. */
  reserve(count: number): void {
    const needed = this.sizeBytes + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.sizeBytes));
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.sizeBytes++] = value;
  }

  /** Appends an integer of 0 .. 2^53 - 1 as 8 bytes, little-endian. */
  uint64(value: number): void {
    this.reserve(8);
    for (let i = 0, rest = value; i < 8; i++, rest = Math.floor(rest / 256)) {
      this.bytes[this.sizeBytes++] = rest % 256;
    }
  }

  /** Appends source[start..end). */
  copy(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    copyBytes(this.bytes, this.sizeBytes, source, start, end);
    this.sizeBytes += end - start;
  }

  /** Empties the sink and keeps its room. */
  clear(): void {
    this.sizeBytes = 0;
  }
}
