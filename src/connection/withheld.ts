// Withheld replies: what a turn has made for a client whose class has a hard output limit, until the turn ends.
//
// Role: Redis sends nothing before its turn ends, so a client whose replies pass the limit is closed without any of them;
// clients rely on that where they take a broken connection for "nothing happened yet". Here replies leave as buffers
// fill, unless there is such a limit. A client has this while it holds something.
// Invariant: replies leave in the order in which they were made.

import { REPLY_BUFFER_BYTES } from "../resp/reply-writer.ts";

export class Withheld {
  /** Bytes that are held. */
  bytes = 0;
  private readonly replies: { readonly buffer: Uint8Array; readonly length: number }[] = [];

  /** Keeps buffer[0, length); returns a buffer to go on with. */
  keep(buffer: Uint8Array, length: number): Uint8Array {
    const isSparse = length < buffer.length / 2;
    this.add(isSparse ? buffer.slice(0, length) : buffer, length);
    return isSparse ? buffer : new Uint8Array(REPLY_BUFFER_BYTES);
  }

  /** Keeps buffer[0, length), which is given away. */
  add(buffer: Uint8Array, length: number): void {
    this.bytes += length;
    this.replies.push({ buffer, length });
  }

  /** Gives all to `hand`, oldest first. */
  release(hand: (buffer: Uint8Array, length: number) => void): void {
    for (const { buffer, length } of this.replies) hand(buffer, length);
  }
}
