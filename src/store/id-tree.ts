// Id tree: entries with a few bytes of payload, ordered by 128-bit id. For streams: blocks of entries by their
// first id, and pending entries by id.
//
//   leaf entry   | id: four unsigned 32-bit words, the most significant first | payload |
//
// An id is a stream's: words 0 and 1 are the milliseconds, words 2 and 3 the sequence number, each as the upper
// and the lower half of 64 bits, held as int32 whose bits count.

import type { Arena } from "./arena.ts";
import type { TreeKey } from "./counted-tree.ts";
import { TreeView } from "./tree-view.ts";

export const ID_BYTES = 16;

/** Four words, the most significant first. */
export type Id = { w0: number; w1: number; w2: number; w3: number };

// The id that is looked for.
class IdKey implements TreeKey {
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;

  compare(data: DataView, at: number): number {
    let difference = (this.w0 >>> 0) - data.getUint32(at, true);
    if (difference !== 0) return difference;
    difference = (this.w1 >>> 0) - data.getUint32(at + 4, true);
    if (difference !== 0) return difference;
    difference = (this.w2 >>> 0) - data.getUint32(at + 8, true);
    if (difference !== 0) return difference;
    return (this.w3 >>> 0) - data.getUint32(at + 12, true);
  }
}

export class IdTree extends TreeView {
  /** What stands behind each id, a multiple of 4. */
  readonly payloadBytes: number;
  private readonly key: IdKey;

  /** `blockAt`: where the payload names a block that is the entry's own. */
  constructor(arena: Arena, payloadBytes: number, blockAt?: number) {
    const key = new IdKey();
    const owned = blockAt === undefined ? {} : { blockAt: ID_BYTES + blockAt };
    super(arena, { keyBytes: ID_BYTES, valueBytes: payloadBytes, ...owned }, key);
    this.key = key;
    this.payloadBytes = payloadBytes;
  }

  /** Number of entries. */
  get size(): number {
    return this.tree.weight;
  }

  /** Goes to the first entry whose id is not less; true when it is equal. `isAtEntry` says whether there is one. */
  seek(id: Id): boolean {
    const { key } = this;
    key.w0 = id.w0;
    key.w1 = id.w1;
    key.w2 = id.w2;
    key.w3 = id.w3;
    return this.tree.seekKey();
  }

  /** Goes to the last entry whose id is not greater; false when there is none. */
  seekAtOrBefore(id: Id): boolean {
    if (this.seek(id)) return true;
    if (this.size === 0) return false;
    return this.tree.previous();
  }

  /** Adds an entry right after a `seek` of its id that found none, and goes to it. Its payload is zero. */
  insert(id: Id): void {
    const { tree } = this;
    const data = tree.entryData;
    tree.entry.fill(0);
    data.setInt32(0, id.w0, true);
    data.setInt32(4, id.w1, true);
    data.setInt32(8, id.w2, true);
    data.setInt32(12, id.w3, true);
    tree.insertEntry(1);
    this.seek(id);
  }

  /** Removes the entry at the path; the path is then lost. */
  remove(): void {
    this.tree.removeEntry();
  }

  /** Goes to the first entry; false when there is none. */
  seekFirst(): boolean {
    if (this.size === 0) return false;
    this.tree.seekPosition(0);
    return true;
  }

  /** Copies the id of the entry at the path to `target`. */
  readId(target: Id): void {
    const data = this.tree.leafData;
    const at = this.tree.entryAt;
    target.w0 = data.getInt32(at, true);
    target.w1 = data.getInt32(at + 4, true);
    target.w2 = data.getInt32(at + 8, true);
    target.w3 = data.getInt32(at + 12, true);
  }

  /** The payload of the entry at the path: `payloadData` at `payloadAt`, until the tree changes. */
  get payloadData(): DataView {
    return this.tree.leafData;
  }

  get payloadAt(): number {
    return this.tree.entryAt + ID_BYTES;
  }
}
