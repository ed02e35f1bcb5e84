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
//   - every change goes through `touched`, once per element changed.

import type { Rng } from "../lib/rng.ts";
import type { Arena, Ref } from "../store/arena.ts";
import { ENCODING_COMPACT } from "../store/entry.ts";
import { COUNT_BYTES, Collections, LARGE_BYTES, LARGE_MARK } from "./collections.ts";
import { type Databases, NO_EXPIRY } from "./databases.ts";
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
  /** Whether the key exists. */
  exists = false;
  /** The TYPE_ code of store/entry.ts that this view shows. */
  readonly type: number;
  protected root: Ref = 0;
  private key: Uint8Array = NONE;
  private keyStart = 0;
  private keyEnd = 0;
  private readonly none = new Uint8Array(0);

  constructor(type: number) {
    this.type = type;
  }

  /** Shows what a lookup of `key` put into `entry`. The key's bytes must stay while the view is used. */
  attach(found: boolean, key: Uint8Array, keyStart: number, keyEnd: number): void {
    this.exists = found;
    this.key = key;
    this.keyStart = keyStart;
    this.keyEnd = keyEnd;
    this.root = 0;
    if (!found) return;
    this.root = Collections.rootIn(this.entry.data, this.entry.valueStart);
    if (this.root !== 0) this.openLarge();
  }

  /** Shows the collection of an entry that another view found; it must be of this type. */
  show(found: EntryView): this {
    const { entry } = this;
    entry.owner = found.owner;
    entry.db = found.db;
    entry.hash = found.hash;
    this.owner.fill(entry, found.ref);
    this.attach(true, entry.bytes, entry.keyStart, entry.keyEnd);
    return this;
  }

  /** Shows an empty collection that no key holds. */
  detach(): void {
    this.exists = false;
    this.root = 0;
    this.key = this.none;
    this.keyStart = 0;
    this.keyEnd = 0;
  }

  /** Number of elements (fields of a hash, members of a set); 0 when the key does not exist. */
  get length(): number {
    if (this.root !== 0) return this.largeLength;
    return this.exists ? this.packedCount : 0;
  }

  /** Removes the key with all that it holds; false when there is none. */
  removeKey(): boolean {
    if (!this.exists) return false;
    this.owner.remove(this.entry);
    this.detach();
    return true;
  }

  /** True while the elements stand in the entry: then walks are in insertion order, or the type's own. */
  get isPacked(): boolean {
    return this.root === 0;
  }

  /**
   * Calls `visit` for `count` different elements drawn at random (for all, if there are no more), every choice as
   * likely as any other; the view shows them one by one. `visit` may not change the collection.
   */
  sample(count: number, rng: Rng, visit: () => void): void {
    let left = this.length;
    if (this.root !== 0 && count * SPARSE_SHARE < left) {
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

  protected get owner(): Databases {
    return this.entry.owner as Databases;
  }

  protected get arena(): Arena {
    return this.owner.arena;
  }

  /** Points the view's structures at `root`. */
  protected abstract openLarge(): void;
  protected abstract get largeLength(): number;
  /** Moves all packed elements into the empty structure at `root`, which is open. */
  protected abstract unpackInto(): void;
  /** Bytes between the count and the first packed element. */
  protected get packedLead(): number {
    return 0;
  }

  protected get packedCount(): number {
    return this.entry.data.getUint16(this.entry.valueStart, true);
  }

  protected set packedCount(count: number) {
    this.entry.data.setUint16(this.entry.valueStart, count, true);
  }

  /** Where the packed elements begin; they end at `entry.valueEnd`. */
  protected get packedStart(): number {
    return this.entry.valueStart + COUNT_BYTES + this.packedLead;
  }

  /** Counts a change of the key. */
  protected touched(changes = 1): void {
    this.owner.touched(this.entry.db, this.entry.hash, changes);
  }

  /** Makes the key, packed and with no element yet. */
  protected createPacked(encoding: number, lead = 0): void {
    const { owner, entry } = this;
    const bytes = COUNT_BYTES + lead;
    owner.putCollection(entry, this.key, this.keyStart, this.keyEnd, this.type, encoding, bytes, NO_EXPIRY);
    this.exists = true;
    this.root = 0;
    this.packedCount = 0;
  }

  /** Whether a packed collection of `count` elements and `bytes` altogether may stay packed. */
  protected mayBePacked(count: number, bytes: number): boolean {
    if (this.entry.encoding === ENCODING_COMPACT) return count <= PACKED_COUNT_MAX;
    return count <= SMALL_COUNT_MAX && bytes <= SMALL_BYTES_MAX;
  }

  /** Bytes of the packed elements. */
  protected get packedBytes(): number {
    return this.entry.valueEnd - this.packedStart;
  }

  /** Makes a packed collection large. */
  protected enlarge(): void {
    const { owner, entry } = this;
    this.root = owner.collections.create(this.type);
    this.openLarge();
    this.unpackInto();
    const at = owner.spliceValue(entry, entry.valueStart, entry.valueEnd - entry.valueStart, LARGE_BYTES);
    entry.data.setUint16(at, LARGE_MARK, true);
    entry.data.setInt32(at + COUNT_BYTES, this.root, true);
  }

  /** Removes the key of a collection that has become empty. The change was counted with the element. */
  protected removeEmpty(): void {
    this.owner.discard(this.entry);
    this.detach();
  }
}
