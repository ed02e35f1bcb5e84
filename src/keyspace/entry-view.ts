// Entry view: where the parts of one found entry stand, as offsets into its segment.
//
// A view is filled by a lookup and reused by the next one, so no object is made per access. It is
// valid until the keyspace is next changed or the view is used for another lookup.

import type { Ref } from "../store/arena.ts";
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

  constructor(none: Uint8Array) {
    this.bytes = none;
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
}
