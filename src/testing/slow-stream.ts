// Slow stream: a connection whose network takes bytes only when the test says so.
//
// Role: the stream port for tests of back-pressure. Like the real port it keeps the very buffers it was given, so
// whoever writes into one that still waits is found out; and it reads on while writes wait.

import type { Stream, StreamEvents } from "../env/net.ts";

export class SlowStream implements Stream {
  readonly remote = { kind: "tcp", host: "127.0.0.1", port: 40001 } as const;
  readonly local = { kind: "tcp", host: "127.0.0.1", port: 6379 } as const;
  /** What the peer has received, Latin-1. */
  received = "";
  isClosed = false;
  isEnding = false;
  queuedBytes = 0;
  /** Most bytes that ever waited. */
  queuedBytesMax = 0;
  /** Bytes the network takes at once before writes wait; used up by writing. */
  roomBytes: number;
  private waiting: { bytes: Uint8Array; length: number }[] = [];
  private events: StreamEvents | undefined = undefined;

  constructor(accept: (stream: Stream) => StreamEvents, roomBytes: number) {
    this.roomBytes = roomBytes;
    this.events = accept(this);
  }

  write(bytes: Uint8Array, length: number): boolean {
    if (this.isClosed) return true;
    if (this.queuedBytes === 0 && length <= this.roomBytes) {
      this.roomBytes -= length;
      this.receive(bytes, length);
      return true;
    }
    this.waiting.push({ bytes, length });
    this.queuedBytes += length;
    this.queuedBytesMax = Math.max(this.queuedBytesMax, this.queuedBytes);
    return false;
  }

  pauseReading(): void {}

  resumeReading(): void {}

  end(): void {
    this.isEnding = true;
    if (this.queuedBytes === 0) this.destroy();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.waiting = [];
    this.events?.closed(undefined);
  }

  /** The peer sends; the bytes are overwritten afterwards, as the port's read buffer is. */
  send(text: string | Uint8Array): void {
    if (this.isClosed || this.isEnding) return;
    const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : Buffer.from(text);
    this.events?.data(bytes, bytes.length);
    bytes.fill(0xdd);
  }

  /** The network takes up to `bytes` of what waits, and tells when nothing waits any more. */
  drain(bytes = Number.POSITIVE_INFINITY): void {
    let left = bytes;
    while (left > 0 && !this.isClosed) {
      const first = this.waiting[0];
      if (first === undefined) return;
      const taken = Math.min(left, first.length);
      this.receive(first.bytes, taken);
      left -= taken;
      this.queuedBytes -= taken;
      if (taken < first.length) {
        this.waiting[0] = { bytes: first.bytes.subarray(taken), length: first.length - taken };
        return;
      }
      this.waiting.shift();
      if (this.queuedBytes > 0) continue;
      if (this.isEnding) this.destroy();
      else this.events?.drained();
    }
  }

  private receive(bytes: Uint8Array, length: number): void {
    this.received += Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
  }
}
