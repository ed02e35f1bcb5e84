// Databases: one shard's numbered databases, key -> typed value, with expiry, eviction and flushing.
//
// Owned by one shard actor; nothing else touches it. How entries stand in memory is entries.ts's. Time is `nowMs`, set by
// whoever runs commands; nothing here reads a clock.
// Invariants:
//   - a key whose expiry is <= nowMs is never seen: `locate` removes it first.
//   - a field whose expiry is <= nowMs is never seen: `setTime` removes those that are due. When they are too many for
//     that, or must stay, `hasDueFields` is set and views hide them.

import { latin1Text } from "../lib/bytes.ts";
import { byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { Dict } from "../store/dict.ts";
import { keyLengthAt, readVarint, TYPE_HASH, varintBytes } from "../store/entry.ts";
import type { ExpiryIndex } from "../store/expiry-index.ts";
import { Entries } from "./entries.ts";
import { EntryView } from "./entry-view.ts";
import { EVENT_EVICTED, EVENT_EXPIRED, EVENT_GENERIC, EVENT_HASH } from "./key-events.ts";
import { type CollectionLimits, defaultLimits } from "./limits.ts";

export { KEEP_EXPIRY, NO_EXPIRY } from "./entries.ts";

/** Due fields of hashes that are removed at once when time goes on: about 0.2 ms; a cycle removes the others. */
const FIELDS_AT_ONCE = 128;

/** Why a key vanished without a command naming it. */
export type RemovalReason = "expired" | "evicted";

export class Databases extends Entries {
  /** Wall-clock ms at which the running command sees the world. Where fields may expire, `setTime` sets it. */
  nowMs = 0;
  /** There may be fields of hashes whose time has come. */
  hasDueFields = false;
  expiredKeys = 0;
  /** Told of each key that vanishes without a command naming it, just before; the key is Latin-1 text. */
  onRemoved: ((db: number, key: string, why: RemovalReason) => void) | undefined = undefined;
  /** Told of fields of a hash that vanish because their time has come, just before; of all of them without a name. */
  onFieldsRemoved: ((db: number, key: string, fields: readonly string[]) => void) | undefined = undefined;
  /** Keys whose time has come are hidden and stay where they are; only while nothing is written. */
  keepsExpired = false;
  /** Up to which sizes collections have their compact encodings; set by the owner. */
  limits: CollectionLimits = defaultLimits;
  /** Flushed databases whose blocks are still to be freed. */
  readonly doomed: { dict: Dict; cell: number }[] = [];

  /** Sets the time at which the next commands see the world, and removes fields that are due then. */
  setTime(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.hasDueFields || this.fieldExpiries.fromMs <= nowMs) this.expireFields(FIELDS_AT_ONCE);
  }

  /**
   * Finds a live key and fills `view`; removes it first when it has expired. Not an access. `hash`, and a view
   * of the key's buffer: where the caller has them.
   */
  locate(
    db: number,
    key: Uint8Array,
    start: number,
    end: number,
    view: EntryView,
    hash: number = this.hashOf(key, start, end),
    data?: DataView,
  ): boolean {
    const dict = this.dicts[db] as Dict;
    const ref = dict.find(hash, key, start, end, data);
    view.hash = hash;
    view.db = db;
    view.owner = this;
    if (ref === 0) return false;
    this.fill(view, ref);
    if (view.hasExpiry && this.expiryOf(ref) <= this.nowMs) {
      if (this.keepsExpired) return false;
      this.probe.mark("expire.on-access");
      this.lose(db, hash, ref, "expired");
      this.expiredKeys++;
      return false;
    }
    if (this.hasDueFields && view.type === TYPE_HASH && this.fieldExpiries.areAllDue(ref, this.nowMs)) {
      if (!this.keepsExpired) this.loseFields(view, FIELDS_AT_ONCE);
      return false;
    }
    return true;
  }

  /** Whether the time of a found entry has come: its own, or that of all its fields. */
  isOver(view: EntryView): boolean {
    if (view.hasExpiry && this.expiryOf(view.ref) <= this.nowMs) return true;
    return this.hasDueFields && view.type === TYPE_HASH && this.fieldExpiries.areAllDue(view.ref, this.nowMs);
  }

  tellSnapshot(db: number, hash: number): void {
    this.snapshot?.changing(this, db, hash);
  }

  /** Removes a found key. */
  remove(view: EntryView): void {
    this.touched(view.db, view.hash);
    this.erase(view.db, view.hash, view.ref);
  }

  /** Removes a found key whose collection another entry has taken over: only the entry goes. */
  removeShell(view: EntryView): void {
    this.touched(view.db, view.hash);
    this.dropExpiry(view.db, view.ref);
    (this.dicts[view.db] as Dict).remove(view.hash, view.ref);
    this.arena.free(view.ref);
    this.awaited?.vanished(view.db, view.hash);
  }

  /** Removes a collection that has become empty: not counted as a change. */
  discard(view: EntryView): void {
    this.erase(view.db, view.hash, view.ref);
  }

  /** Deletes up to `countMax` keys whose time has come; returns how many were. Cost per key: O(log n). */
  expireSome(db: number, countMax: number): number {
    const index = this.expiries[db] as ExpiryIndex;
    const dict = this.dicts[db] as Dict;
    let count = 0;
    if (this.keepsExpired) return 0;
    while (count < countMax && index.nextMs <= this.nowMs) {
      const ref = index.nextRef;
      this.lose(db, dict.hashOfEntry(ref), ref, "expired");
      count++;
    }
    this.expiredKeys += count;
    if (count > 0) this.probe.mark("expire.by-cycle");
    return count;
  }

  /**
   * Removes up to about `countMax` fields whose time has come, with the keys that have no other; false when none is
   * due any more. Cost per field: O(log n).
   */
  expireFields(countMax: number): boolean {
    const { fieldExpiries, nowMs } = this;
    this.hasDueFields = fieldExpiries.fromMs <= nowMs;
    if (this.keepsExpired) return false;
    let left = countMax;
    const view = new EntryView(new Uint8Array(0));
    for (let db = 0; db < this.dicts.length && left > 0; db++) {
      for (;;) {
        const entry = fieldExpiries.nextDue(db, nowMs);
        if (entry === 0) break;
        if (left <= 0) return true;
        view.owner = this;
        view.db = db;
        view.hash = (this.dicts[db] as Dict).hashOfEntry(entry);
        this.fill(view, entry);
        left -= this.loseFields(view, left);
      }
    }
    fieldExpiries.renewFrom();
    this.hasDueFields = fieldExpiries.fromMs <= nowMs;
    return this.hasDueFields;
  }

  /** Removes an entry to make room: as little a client's change as an expiry is. */
  evict(db: number, ref: Ref): void {
    this.lose(db, (this.dicts[db] as Dict).hashOfEntry(ref), ref, "evicted");
  }

  /** Empties one database. Its blocks are freed at once as a whole, or later in slices (`freeSome`). */
  flush(db: number): number {
    const dict = this.dicts[db] as Dict;
    const count = dict.size;
    if (count === 0) return 0;
    this.snapshot?.flushing(this, db);
    this.watched?.flushing(db);
    this.dirty += count;
    this.awaited?.flushed(db);
    (this.expiries[db] as ExpiryIndex).clear();
    this.fieldExpiries.clear(db);
    const isOnlyOne = this.doomed.length === 0 && this.dicts.every((d) => d === dict || d.size === 0);
    if (isOnlyOne && this.snapshot === undefined) {
      for (const d of this.dicts) d.reset();
      this.collections.reset();
      this.arena.dropAll();
    } else {
      this.doomed.push({ dict, cell: 0 });
      this.dicts[db] = new Dict(this.arena, this.seed, this.probe);
    }
    return count;
  }

  /** Empties all databases: the arena is dropped as a whole. Returns how many keys there were. */
  flushAll(): number {
    let count = 0;
    if (this.snapshot !== undefined) {
      for (let db = 0; db < this.dicts.length; db++) count += this.flush(db);
      return count;
    }
    this.watched?.flushing(-1);
    for (const dict of this.dicts) {
      count += dict.size;
      dict.reset();
    }
    for (const index of this.expiries) index.clear();
    for (let db = 0; db < this.dicts.length; db++) this.fieldExpiries.clear(db);
    this.doomed.length = 0;
    this.collections.reset();
    this.arena.dropAll();
    this.dirty += count;
    this.awaited?.flushed(-1);
    return count;
  }

  /**
   * Frees about `entries` blocks of removed collections or flushed databases, or one dropped segment; false when done,
   * or when a snapshot needs what is left.
   */
  freeSome(entries: number): boolean {
    if (this.collections.freeSome(entries)) return true;
    const first = this.doomed[0];
    if (first === undefined || this.snapshot?.needs(first.dict) === true) return this.arena.releaseDropped();
    const before = first.dict.size;
    for (let freed = 0; freed < entries && first.dict.size > 0; first.cell++) {
      freed += first.dict.takeTable(first.cell, (ref) => this.freeBlocks(ref));
    }
    this.collections.freedLater += before - first.dict.size;
    if (first.dict.size === 0) {
      first.dict.clearTables();
      this.doomed.shift();
    }
    return true;
  }

  /** Exchanges two databases. */
  swap(a: number, b: number): void {
    if (a !== b) this.snapshot?.swapping(this, a, b);
    if (a !== b) this.watched?.swapping(a, b);
    const dict = this.dicts[a] as Dict;
    this.dicts[a] = this.dicts[b] as Dict;
    this.dicts[b] = dict;
    const index = this.expiries[a] as ExpiryIndex;
    this.expiries[a] = this.expiries[b] as ExpiryIndex;
    this.expiries[b] = index;
    this.fieldExpiries.swap(a, b);
    if (a !== b) this.awaited?.swapped(a, b);
  }

  /** Large collections, and entries of flushed databases, that are still to be freed. */
  get pendingFrees(): number {
    let count = this.collections.doomedCount;
    for (const { dict } of this.doomed) count += dict.size;
    return count;
  }

  /** Bytes of the data set and its indexes: what maxmemory is held against. */
  get usedBytes(): number {
    let bytes = this.arena.usedBytes;
    for (const dict of this.dicts) bytes += dict.directoryBytes;
    for (const index of this.expiries) bytes += index.overheadBytes;
    return bytes + this.fieldExpiries.overheadBytes;
  }

  // Removes an entry that no command names.
  private lose(db: number, hash: number, ref: Ref, why: RemovalReason): void {
    if (this.onRemoved !== undefined) this.tellRemoved(db, ref, why);
    if (this.snapshot !== undefined) this.tellSnapshot(db, hash);
    if (this.watched !== undefined) this.watched.changed(db, hash);
    if ((this.events.mask & (why === "expired" ? EVENT_EXPIRED : EVENT_EVICTED)) === 0) {
      this.erase(db, hash, ref);
      return;
    }
    const view = new EntryView(new Uint8Array(0));
    this.fill(view, ref);
    const key = view.bytes.slice(view.keyStart, view.keyEnd);
    this.erase(db, hash, ref);
    this.events.tell(why, db, key, 0, key.length);
  }

  // Removes due fields of a hash, up to `countMax` unless all are; returns how many steps that took.
  private loseFields(view: EntryView, countMax: number): number {
    const { events, fieldExpiries } = this;
    const { db, hash, ref } = view;
    const isTold = (events.mask & (EVENT_HASH | EVENT_GENERIC)) !== 0;
    const key = isTold ? view.bytes.slice(view.keyStart, view.keyEnd) : undefined;
    if (this.snapshot !== undefined) this.tellSnapshot(db, hash);
    if (this.watched !== undefined) this.watched.changed(db, hash);
    const isGone = fieldExpiries.areAllDue(ref, this.nowMs);
    if (this.onFieldsRemoved !== undefined) {
      const name = latin1Text(view.bytes, view.keyStart, view.keyEnd);
      const fields = isGone ? [] : fieldExpiries.dueFields(ref, this.nowMs, countMax);
      this.onFieldsRemoved(db, name, fields);
    }
    let steps = 1;
    // All at once cost no more than one: what large collections own is freed in slices.
    if (isGone) this.erase(db, hash, ref);
    else steps = fieldExpiries.removeDue(db, ref, this.nowMs, countMax);
    if (key !== undefined) {
      if ((events.mask & EVENT_HASH) !== 0) events.tell("hexpired", db, key, 0, key.length);
      if (isGone && (events.mask & EVENT_GENERIC) !== 0) events.tell("del", db, key, 0, key.length);
    }
    return steps;
  }

  private tellRemoved(db: number, ref: Ref, why: RemovalReason): void {
    const bytes = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const base = byteOffset(ref);
    const at = base + keyLengthAt(bytes[base] as number);
    const length = readVarint(bytes, at);
    const start = at + varintBytes(length);
    this.onRemoved?.(db, latin1Text(bytes, start, start + length), why);
  }

  private erase(db: number, hash: number, ref: Ref): void {
    this.dropExpiry(db, ref);
    (this.dicts[db] as Dict).remove(hash, ref);
    this.freeEntry(db, ref);
    if (this.awaited !== undefined) this.awaited.vanished(db, hash);
  }
}
