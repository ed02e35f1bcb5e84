// Entry view: where the parts of one found entry stand, as offsets into its segment.
//
// A view is filled by a lookup and reused by the next one, so no object is made per access. It is
// valid until the keyspace is next changed or the view is used for another lookup.
// It also knows what the views of all types of collections have in common (collection-view.ts): one class for that, and
// not a base of five, means that what runs for each command is compiled for one class.

import type { Arena, Ref } from "../store/arena.ts";
import { COUNT_BYTES, Collections } from "./collections.ts";
import type { Databases } from "./databases.ts";

export class EntryView {
  /** The databases (one shard's) the entry lives in, and which of them. */
  owner: Databases | undefined = undefined;
  db = 0;
  hash = 0;
  ref: Ref = 0;
  /** The segment's bytes; all offsets below index it. */
  bytes: Uint8Array;
  /** The same bytes, for `copyWords`. */
  data: DataView;
  base = 0;
  /** One of the TYPE_ codes of store/entry.ts. */
  type = 0;
  /** One of the ENCODING_ codes of store/entry.ts. */
  encoding = 0;
  hasExpiry = false;
  keyStart = 0;
  keyEnd = 0;
  /** The value's bytes: valid for strings. */
  valueStart = 0;
  valueEnd = 0;
  /** Of a collection: whether the key is there, and the root of a large one, 0 of a packed one. */
  exists = false;
  root: Ref = 0;
  /** Of a collection: the key, wanted[wantedStart, wantedEnd), which must stay while the view is used. */
  wanted: Uint8Array;
  wantedStart = 0;
  wantedEnd = 0;

  constructor(none: Uint8Array) {
    this.bytes = none;
    this.wanted = none;
    this.data = new DataView(none.buffer);
  }

  /** Value length in bytes, for strings. */
  get valueLength(): number {
    return this.valueEnd - this.valueStart;
  }

  /** Absolute expiry in ms, or 0 when the key has none. */
  get expireAtMs(): number {
    return this.hasExpiry && this.owner !== undefined ? this.owner.expiryOf(this.ref) : 0;
  }

  /** Shows the collection that a lookup of the key found, or where it would be. */
  hold(found: boolean, key: Uint8Array, start: number, end: number): void {
    this.exists = found;
    this.root = found ? Collections.rootIn(this.data, this.valueStart) : 0;
    this.wanted = key;
    this.wantedStart = start;
    this.wantedEnd = end;
  }

  /** The databases of an entry that a lookup has filled this for. */
  get databases(): Databases {
    return this.owner as Databases;
  }

  get arena(): Arena {
    return (this.owner as Databases).arena;
  }

  /** Counts a change of the key. */
  touched(changes = 1): void {
    (this.owner as Databases).touched(this.db, this.hash, changes);
  }

  /** Number of elements of a packed collection. */
  get packedCount(): number {
    return this.data.getUint16(this.valueStart, true);
  }

  set packedCount(count: number) {
    this.data.setUint16(this.valueStart, count, true);
  }

  /** Where packed elements begin, which have nothing in front but their count; they end at `valueEnd`. */
  get packedStart(): number {
    return this.valueStart + COUNT_BYTES;
  }

  /** Bytes of those elements. */
  get packedBytes(): number {
    return this.valueEnd - this.valueStart - COUNT_BYTES;
  }
}
