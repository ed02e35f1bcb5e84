// Args: one request's arguments as byte ranges of the buffer they arrived in. Nothing is copied.
//
// Argument 0 is the command's name (of a subcommand: the container's name; argument 1 the
// subcommand's). Ranges are valid while the command runs; who keeps an argument copies it.

import { dataViewOf, equalsCaseless, latin1Text, TEXT_CHARS_MAX } from "../lib/bytes.ts";
import { parseInt64Big, parseSafeInteger } from "../lib/int64.ts";

const FIRST_CAPACITY = 64;

export class Args {
  bytes: Uint8Array;
  /** The same bytes, for `copyWords`. */
  data: DataView;
  /** starts[i] .. ends[i] is argument i. */
  starts = new Int32Array(FIRST_CAPACITY);
  ends = new Int32Array(FIRST_CAPACITY);
  count = 0;
  /** Grows whenever the list is emptied for another request: who remembers it can tell. */
  revision = 0;
  /** Argument 1's key hash, once someone has computed it ahead of the command. */
  keyHash = 0;
  isHashed = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.data = dataViewOf(bytes);
  }

  /** Empties the list; `bytes` is the buffer the next ranges refer to. */
  reset(bytes: Uint8Array): void {
    this.refer(bytes);
    this.count = 0;
    this.revision++;
    this.isHashed = false;
  }

  setKeyHash(hash: number): void {
    this.keyHash = hash;
    this.isHashed = true;
  }

  /** Makes the ranges refer to another buffer that holds the same bytes. */
  refer(bytes: Uint8Array): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.data = dataViewOf(bytes);
  }

  /** Adds the range [start, end). */
  push(start: number, end: number): void {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  start(i: number): number {
    return this.starts[i] as number;
  }

  end(i: number): number {
    return this.ends[i] as number;
  }

  /** Length of argument i in bytes. */
  length(i: number): number {
    return (this.ends[i] as number) - (this.starts[i] as number);
  }

  /** True when argument i spells `lower` (given in lower case) in any mix of case. */
  is(i: number, lower: string): boolean {
    return equalsCaseless(this.bytes, this.starts[i] as number, this.ends[i] as number, lower);
  }

  /** Argument i as a canonical integer within +-(2^53 - 1); NaN when it is not one. No allocation. */
  safeInteger(i: number): number {
    return parseSafeInteger(this.bytes, this.starts[i] as number, this.ends[i] as number);
  }

  /** Argument i as a canonical signed 64-bit integer, or undefined. Allocates: for the rare path. */
  bigInteger(i: number): bigint | undefined {
    return parseInt64Big(this.bytes, this.starts[i] as number, this.ends[i] as number);
  }

  /**
   * Argument i decoded byte by byte (Latin-1), or its first `bytesMax` bytes; never more than `TEXT_CHARS_MAX`.
   * Allocates: for rare commands and error texts.
   */
  text(i: number, bytesMax: number = TEXT_CHARS_MAX): string {
    const start = this.starts[i] as number;
    return latin1Text(this.bytes, start, Math.min(this.ends[i] as number, start + bytesMax));
  }

  /** As `text`, up to the first NUL: what Redis quotes of an argument in an error. */
  textBeforeNul(i: number, bytesMax: number = TEXT_CHARS_MAX): string {
    const text = this.text(i, bytesMax);
    const nul = text.indexOf("\0");
    return nul < 0 ? text : text.slice(0, nul);
  }

  /** A copy of argument i's bytes. */
  copy(i: number): Uint8Array {
    // Not `slice`, which in Node's own kind of byte array is another view of the same bytes.
    const copy = new Uint8Array(this.length(i));
    copy.set(this.bytes.subarray(this.starts[i] as number, this.ends[i] as number));
    return copy;
  }

  private grow(): void {
    const starts = new Int32Array(this.starts.length * 2);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Int32Array(this.ends.length * 2);
    ends.set(this.ends);
    this.ends = ends;
  }
}
