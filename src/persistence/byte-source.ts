// Byte source: a file read from front to end through a window, of which as much is kept as the caller still needs.
//
//   file    | given back | start .... window .... | not read yet |
//                        0   at            filled
//
// Role: what a loader reads from. `need` brings bytes into the window; `settle` gives back what lies before `at`. The
// window grows only for bytes that the file has, so what a damaged length claims is never allocated.
// Invariants:
//   - window[0, filled) are the file's bytes from `startOffset` on.
//   - views of the window are valid until the next `settle` that moves or `need` that grows it.

/** Fills target[start, end) with the file's bytes from `offset` on; how many there were, or undefined on an error. */
export type ReadAt = (offset: number, target: Uint8Array, start: number, end: number) => number | undefined;

const WINDOW_BYTES = 1024 * 1024;

export class ByteSource {
  window: Uint8Array;
  /** Where reading is, in the window. */
  at = 0;
  /** Told of the bytes that are given back, window[start, end), in their order. */
  onPassed: (window: Uint8Array, start: number, end: number) => void = () => {};
  /** A read failed; from then on there are no more bytes. */
  hasFailed = false;
  readonly sizeBytes: number;
  private readonly readAt: ReadAt;
  private readonly windowBytes: number;
  private filled = 0;
  private startOffset = 0;

  constructor(sizeBytes: number, readAt: ReadAt, windowBytes: number = WINDOW_BYTES) {
    this.sizeBytes = sizeBytes;
    this.readAt = readAt;
    this.windowBytes = windowBytes;
    this.window = new Uint8Array(Math.min(windowBytes, sizeBytes));
  }

  /** Where reading is, in the file. */
  get offset(): number {
    return this.startOffset + this.at;
  }

  /** Bytes of the file behind `at`. */
  get leftBytes(): number {
    return this.sizeBytes - this.offset;
  }

  /** True when window[position, position + count) can be brought in; the file may end before. */
  need(position: number, count: number): boolean {
    const end = position + count;
    return end <= this.filled || this.fill(end);
  }

  /** What lies before `at` is not needed any more. */
  settle(): void {
    const { window, at } = this;
    if (at < window.length >>> 1) return;
    this.onPassed(window, 0, at);
    // A window that had to grow for one value shrinks again.
    const isTooLarge = window.length > this.windowBytes && this.filled - at <= this.windowBytes;
    const next = isTooLarge ? new Uint8Array(this.windowBytes) : window;
    if (next === window) window.copyWithin(0, at, this.filled);
    else next.set(window.subarray(at, this.filled));
    this.window = next;
    this.filled -= at;
    this.startOffset += at;
    this.at = 0;
  }

  /** Gives back everything before `at`, however little. */
  pass(): void {
    this.onPassed(this.window, 0, this.at);
    this.window = this.window.slice(this.at, this.filled);
    this.filled -= this.at;
    this.startOffset += this.at;
    this.at = 0;
  }

  private fill(end: number): boolean {
    if (this.hasFailed || this.startOffset + end > this.sizeBytes) return false;
    if (end > this.window.length) {
      const size = Math.min(Math.max(end, this.window.length * 2), this.sizeBytes - this.startOffset);
      const grown = new Uint8Array(size);
      grown.set(this.window.subarray(0, this.filled));
      this.window = grown;
    }
    const until = Math.min(this.window.length, this.sizeBytes - this.startOffset);
    const count = this.readAt(this.startOffset + this.filled, this.window, this.filled, until);
    if (count === undefined) this.hasFailed = true;
    this.filled += count ?? 0;
    return end <= this.filled;
  }
}
