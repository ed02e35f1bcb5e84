// Id tree: entries with a few bytes of payload, ordered by 128-bit id. For streams: blocks of entries by their
// first id, and pending entries by id.
//
//   leaf entry   | id: four unsigned 32-bit words, the most significant first | payload |
//
// An id is a stream's: words 0 and 1 are the milliseconds, words 2 and 3 the sequence number, each as the upper
// and the lower half of 64 bits, held as int32 whose bits count.

import type { Arena } from "./arena.ts";
import { CountedTree } from "./counted-tree.ts";

export const ID_BYTES = 16;

/** Four words, the most significant first. */
export type Id = { w0: number; w1: number; w2: number; w3: number };

export class IdTree extends CountedTree {
  private w0 = 0;
  private w1 = 0;
  private w2 = 0;
  private w3 = 0;
  /** What stands behind each id, a multiple of 4. */
  readonly payloadBytes: number;

  constructor(arena: Arena, payloadBytes: number) {
    super(arena, { keyBytes: ID_BYTES, valueBytes: payloadBytes });
    this.payloadBytes = payloadBytes;
  }

  /** Number of entries. */
  get size(): number {
    return this.weight;
  }

  /** Goes to the first entry whose id is not less; true when it is equal. `isAtEntry` says whether there is one. */
  seek(id: Id): boolean {
    this.w0 = id.w0;
    this.w1 = id.w1;
    this.w2 = id.w2;
    this.w3 = id.w3;
    return this.seekKey();
  }

  /** Goes to the last entry whose id is not greater; false when there is none. */
  seekAtOrBefore(id: Id): boolean {
    if (this.seek(id)) return true;
    if (this.size === 0) return false;
    return this.previous();
  }

  /** Adds an entry right after a `seek` of its id that found none, and goes to it. Its payload is zero. */
  insert(id: Id): void {
    const data = this.entryData;
    this.entry.fill(0);
    data.setInt32(0, id.w0, true);
    data.setInt32(4, id.w1, true);
    data.setInt32(8, id.w2, true);
    data.setInt32(12, id.w3, true);
    this.insertEntry(1);
    this.seek(id);
  }

  /** Removes the entry at the path; the path is then lost. */
  remove(): void {
    this.removeEntry();
  }

  /** Goes to the first entry; false when there is none. */
  seekFirst(): boolean {
    if (this.size === 0) return false;
    this.seekPosition(0);
    return true;
  }

  /** Copies the id of the entry at the path to `target`. */
  readId(target: Id): void {
    const data = this.leafData;
    const at = this.entryAt;
    target.w0 = data.getInt32(at, true);
    target.w1 = data.getInt32(at + 4, true);
    target.w2 = data.getInt32(at + 8, true);
    target.w3 = data.getInt32(at + 12, true);
  }

  /** The payload of the entry at the path: `payloadData` at `payloadAt`, until the tree changes. */
  get payloadData(): DataView {
    return this.leafData;
  }

  get payloadAt(): number {
    return this.entryAt + ID_BYTES;
  }

  protected override compare(data: DataView, at: number): number {
    let difference = (this.w0 >>> 0) - data.getUint32(at, true);
    if (difference !== 0) return difference;
    difference = (this.w1 >>> 0) - data.getUint32(at + 4, true);
    if (difference !== 0) return difference;
    difference = (this.w2 >>> 0) - data.getUint32(at + 8, true);
    if (difference !== 0) return difference;
    return (this.w3 >>> 0) - data.getUint32(at + 12, true);
  }
}
