// Change stream: what has changed, as replicas are sent it: bytes in chunks, which go away when everybody has them.
//
//   startOffset                                  endOffset
//   | chunk, full | chunk, full | chunk, in part |
//        ^ one replica            ^ another
//
// Role: one copy for all replicas, each of which knows its own place. Places count bytes since the first of all.
// Invariants:
//   - bytes that were added never change, so that the network may keep parts of chunks.
//   - all chunks but the last are full.

const CHUNK_BYTES = 64 * 1024;

export class ChangeStream {
  /** Behind the last byte. */
  endOffset = 0;
  private baseOffset = 0; // of the first chunk
  private chunks: Uint8Array[] = [];

  /** Of the first byte that is kept. */
  get startOffset(): number {
    return this.baseOffset;
  }

  get keptBytes(): number {
    return this.chunks.length * CHUNK_BYTES;
  }

  /** Adds a copy of bytes[from, to). */
  append(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const used = this.endOffset - this.baseOffset;
      const place = used % CHUNK_BYTES;
      let chunk = this.chunks[(used - place) / CHUNK_BYTES];
      if (chunk === undefined) {
        chunk = new Uint8Array(CHUNK_BYTES);
        this.chunks.push(chunk);
      }
      const count = Math.min(to - at, CHUNK_BYTES - place);
      chunk.set(bytes.subarray(at, at + count), place);
      this.endOffset += count;
      at += count;
    }
  }

  /** What stands together from `offset` on; undefined at the end. It may be kept. */
  at(offset: number): Uint8Array | undefined {
    if (offset >= this.endOffset) return undefined;
    const place = (offset - this.baseOffset) % CHUNK_BYTES;
    const chunk = this.chunks[(offset - this.baseOffset - place) / CHUNK_BYTES] as Uint8Array;
    return chunk.subarray(place, Math.min(CHUNK_BYTES, place + this.endOffset - offset));
  }

  /** Gives up what stands before `offset`, as far as it fills chunks. */
  dropBefore(offset: number): void {
    const count = Math.floor((offset - this.baseOffset) / CHUNK_BYTES);
    if (count <= 0) return;
    this.chunks.splice(0, count);
    this.baseOffset += count * CHUNK_BYTES;
  }

  /** Gives up everything. */
  clear(): void {
    this.chunks = [];
    this.baseOffset = this.endOffset;
  }
}
