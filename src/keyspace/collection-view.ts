// Collection view: what the views of hashes, lists, sets and sorted sets have in common.
//
// A view shows one collection, found or not yet there. It is filled by Keyspace (`readHash`, `hashForUpdate` ...)
// and reused by the next such call. A key that does not exist is shown as an empty collection; the first element
// put into it makes the key, and the last one taken out of it removes the key.
//
// The encoding (which OBJECT ENCODING names) and the form are two things. The encoding follows Redis's limits. The
// form is ours: a run of packed elements in the entry itself, or a structure of its own with a root cell. With the
// compact encoding the form is packed (order then is Redis's too); with the large one a collection stays packed
// while it is very small, since a table would cost more than its elements.
// Invariants:
//   - a form changes from packed to large and never back.
//   - `entry` shows the key's entry after every method.
//   - every change goes through `EntryView.touched`, once per element changed.

import type { Rng } from "../lib/rng.ts";
import type { Ref } from "../store/arena.ts";
import { ENCODING_COMPACT } from "../store/entry.ts";
import { COUNT_BYTES, LARGE_BYTES, LARGE_MARK } from "./collections.ts";
import { NO_EXPIRY } from "./databases.ts";
import { EntryView } from "./entry-view.ts";

/** A packed collection with the large encoding's name has at most so many elements and bytes. */
const SMALL_COUNT_MAX = 24;
const SMALL_BYTES_MAX = 2048;
/** No packed collection has more, whatever the configuration says: beyond, walking it would be too slow. */
const PACKED_COUNT_MAX = 16_384;

/** Of fewer elements than one in so many, each is drawn for itself and drawn again when it came before. */
const SPARSE_SHARE = 3;

const NONE = new Uint8Array(0);

export abstract class CollectionView {
  /** The key's entry; while there is none, where the key would be. */
  readonly entry = new EntryView(NONE);
  /** The TYPE_ code of store/entry.ts that this view shows. */
  readonly type: number;

  constructor(type: number) {
    this.type = type;
  }

  /** Whether the key exists. */
  get exists(): boolean {
    return this.entry.exists;
  }

  /** Shows what `entry`, which now holds the collection of this type or none, names; to be called after `hold`. */
  abstract opened(): this;

  /** Shows the collection of an entry that another view found; it must be of this type. */
  show(found: EntryView): this {
    const { entry } = this;
    entry.owner = found.owner;
    entry.db = found.db;
    entry.hash = found.hash;
    entry.databases.fill(entry, found.ref);
    entry.hold(true, entry.bytes, entry.keyStart, entry.keyEnd);
    return this.opened();
  }

  /** Shows an empty collection that no key holds. */
  detach(): void {
    this.entry.hold(false, NONE, 0, 0);
  }

  /** Number of elements (fields of a hash, members of a set); 0 when the key does not exist. */
  abstract get length(): number;

  /** Removes the key with all that it holds; false when there is none. */
  removeKey(): boolean {
    if (!this.entry.exists) return false;
    this.entry.databases.remove(this.entry);
    this.detach();
    return true;
  }

  /** True while the elements stand in the entry: then walks are in insertion order, or the type's own. */
  get isPacked(): boolean {
    return this.entry.root === 0;
  }

  /**
   * Calls `visit` for `count` different elements drawn at random (for all, if there are no more), every choice as
   * likely as any other; the view shows them one by one. `visit` may not change the collection.
   */
  sample(count: number, rng: Rng, visit: () => void): void {
    let left = this.length;
    if (this.entry.root !== 0 && count * SPARSE_SHARE < left) {
      const drawn = new Set<Ref>();
      while (drawn.size < count) {
        this.random(rng);
        if (drawn.has(this.cellHere)) continue;
        drawn.add(this.cellHere);
        visit();
      }
      return;
    }
    // Each element in turn is taken with the chance that makes the choice even.
    let wanted = Math.min(count, left);
    for (let more = this.begin(); more && wanted > 0; more = this.next()) {
      if (rng.below(left--) >= wanted) continue;
      wanted--;
      visit();
    }
  }

  /** Shows an element drawn at random, each as likely as any other. Not for an empty collection. */
  abstract random(rng: Rng): void;
  /** Goes to the next element of a walk and shows it; false at the end. */
  abstract next(): boolean;
  /** Goes to the first element and shows it; false when there is none. */
  protected abstract begin(): boolean;
  /** The cell of the element shown, in a large collection. */
  protected abstract get cellHere(): Ref;

  /** Points the view's structures at the root. */
  protected abstract openLarge(): void;
  /** Moves all packed elements into the empty structure at the root, which is open. */
  protected abstract unpackInto(): void;

  /** Makes the key, packed and with no element yet. */
  protected createPacked(encoding: number, lead = 0): void {
    const { entry } = this;
    const { databases, wanted, wantedStart, wantedEnd } = entry;
    const bytes = COUNT_BYTES + lead;
    databases.putCollection(entry, wanted, wantedStart, wantedEnd, this.type, encoding, bytes, NO_EXPIRY);
    entry.exists = true;
    entry.root = 0;
    entry.packedCount = 0;
  }

  /** Makes a packed collection large. */
  protected enlarge(): void {
    const { entry } = this;
    const { databases } = entry;
    entry.root = databases.collections.create(this.type);
    this.openLarge();
    this.unpackInto();
    const at = databases.spliceValue(entry, entry.valueStart, entry.valueEnd - entry.valueStart, LARGE_BYTES);
    entry.data.setUint16(at, LARGE_MARK, true);
    entry.data.setInt32(at + COUNT_BYTES, entry.root, true);
  }

  /** Removes the key of a collection that has become empty. The change was counted with the element. */
  protected removeEmpty(): void {
    this.entry.databases.discard(this.entry);
    this.detach();
  }
}

/** Whether a packed collection of `count` elements and `bytes` altogether may stay packed. */
export function mayBePacked(entry: EntryView, count: number, bytes: number): boolean {
  if (entry.encoding === ENCODING_COMPACT) return count <= PACKED_COUNT_MAX;
  return count <= SMALL_COUNT_MAX && bytes <= SMALL_BYTES_MAX;
}
