// Key sample: a share of all keys, by their hashes.
//
// Role: says which keys an observer of a sample is told of. The hash is the dict's own, which has to be computed for
// the command anyway, so that a key beside the sample costs next to nothing. Keys with one hash tag are in the sample
// together or not at all: of these the tag is hashed. The dict's hash is keyed anew at each start, so each start draws
// another sample.

import { latin1Bytes } from "../lib/bytes.ts";
import type { Args } from "../resp/args.ts";

export type HashOf = (bytes: Uint8Array, start: number, end: number) => number;

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

export class KeySample {
  private readonly oneIn: number;
  private readonly hashOf: HashOf;

  /** One key in `oneIn`, an integer from 1. */
  constructor(oneIn: number, hashOf: HashOf) {
    this.oneIn = oneIn;
    this.hashOf = hashOf;
  }

  /** Whether argument i is a key of the sample; leaves the hash of argument 1 in `args` for the command. */
  hasArgument(args: Args, i: number): boolean {
    const { bytes } = args;
    const start = args.start(i);
    const end = args.end(i);
    for (let at = start; at < end; at++) if (bytes[at] === OPEN_BRACE) return this.has(bytes, start, end);
    if (i !== 1) return this.isDrawn(this.hashOf(bytes, start, end));
    if (!args.isHashed) args.setKeyHash(this.hashOf(bytes, start, end));
    return this.isDrawn(args.keyHash);
  }

  /** As `hasArgument`, for a key as Latin-1 text. */
  hasText(key: string): boolean {
    return this.has(latin1Bytes(key), 0, key.length);
  }

  private has(bytes: Uint8Array, start: number, end: number): boolean {
    let open = start;
    while (open < end && bytes[open] !== OPEN_BRACE) open++;
    let close = open + 1;
    while (close < end && bytes[close] !== CLOSE_BRACE) close++;
    // As for hash slots: an unclosed or empty tag is no tag.
    const hasTag = close < end && close > open + 1;
    return this.isDrawn(hasTag ? this.hashOf(bytes, open + 1, close) : this.hashOf(bytes, start, end));
  }

  private isDrawn(hash: number): boolean {
    return (hash & 0x3fff_ffff) % this.oneIn === 0; // A small integer, whose remainder takes one instruction.
  }
}
