// Entries: the keys of one shard's databases with their values, as blocks in its arena.
//
// Role: how an entry is found by its reference, made, changed and moved; Databases adds what becomes of it with time, and
// the databases as wholes. Each key stands in one block (store/entry.ts), what large collections own in structures beside
// it (collections.ts).
// Invariants:
//   - no JavaScript object per key outlives a call.
//   - a block that gets another name gets it everywhere: in the dict, in the index of expiries, in that of fields.
//   - `dirty` grows by one for each change of a key by a command; expiry and eviction do not count.

import { copyBytes, copyWords } from "../lib/bytes.ts";
import { halfSipHash13 } from "../lib/half-siphash.ts";
import { type Probe, silentProbe } from "../lib/probe.ts";
import { Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { Dict, type HashSeed } from "../store/dict.ts";
import {
  ENCODING_RAW,
  EXPIRY_FLAG,
  EXPIRY_HEADER_BYTES,
  HEADER_BYTES,
  keyLengthAt,
  readVarint,
  TYPE_STRING,
  varintBytes,
  varintBytesAt,
  writeVarint,
} from "../store/entry.ts";
import { ExpiryIndex } from "../store/expiry-index.ts";
import type { AccessClock } from "./access-clock.ts";
import type { AwaitedKeys } from "./awaited-keys.ts";
import type { BeforeChange } from "./before-change.ts";
import { Collections } from "./collections.ts";
import type { EntryView } from "./entry-view.ts";
import { FieldExpiries } from "./field-expiries.ts";
import { EVENT_NEW, KeyEvents } from "./key-events.ts";
import type { WatchedKeys } from "./watched-keys.ts";

/** Expiry arguments: no expiry, and "leave what the key has". */
export const NO_EXPIRY = 0;
export const KEEP_EXPIRY = -1;

const RAW_FLAGS = TYPE_STRING | (ENCODING_RAW << 3);
const PREALLOCATE_BYTES_MAX = 1024 * 1024;

export type EntriesOptions = {
  readonly databases: number;
  readonly seed: HashSeed;
  readonly access: AccessClock;
  readonly probe?: Probe;
  readonly events?: KeyEvents;
};

export abstract class Entries {
  readonly arena = new Arena();
  readonly dicts: Dict[] = [];
  readonly expiries: ExpiryIndex[] = [];
  /** The hashes whose fields expire. */
  readonly fieldExpiries: FieldExpiries;
  readonly access: AccessClock;
  readonly probe: Probe;
  /** Changes since the start; CONFIG RESETSTAT does not reset it. */
  dirty = 0;
  /** Told of keys that appear; undefined while nobody waits for any. */
  awaited: AwaitedKeys | undefined = undefined;
  /** Told of each change of a key; undefined while nobody watches any. */
  watched: WatchedKeys | undefined = undefined;
  /** Told of each change of a key before it happens; undefined while no snapshot is taken. */
  snapshot: BeforeChange | undefined = undefined;
  /** Who is told what happens to keys. */
  readonly events: KeyEvents;
  readonly seed: HashSeed;
  /** What large collections own beside their entries. */
  readonly collections: Collections;

  constructor(options: EntriesOptions) {
    this.seed = options.seed;
    this.events = options.events ?? new KeyEvents();
    this.collections = new Collections(this.arena, this.seed);
    this.probe = options.probe ?? silentProbe;
    this.access = options.access;
    this.fieldExpiries = new FieldExpiries(this.arena, this.seed, options.databases);
    for (let db = 0; db < options.databases; db++) {
      this.dicts.push(new Dict(this.arena, this.seed, this.probe));
      this.expiries.push(new ExpiryIndex(this.arena));
    }
  }

  /**
   * Every change of a key by a command passes here, with the hash of the key. `changes`: what INFO's
   * rdb_changes_since_last_save grows by.
   */
  touched(db: number, hash: number, changes = 1): void {
    this.dirty += changes;
    if (this.snapshot !== undefined) this.tellSnapshot(db, hash);
    if (this.watched !== undefined) this.watched.changed(db, hash);
  }

  /** Tells the snapshot that keys with this hash are about to change. */
  abstract tellSnapshot(db: number, hash: number): void;

  /** The hash of a key, in every database. */
  hashOf(key: Uint8Array, start: number, end: number): number {
    return halfSipHash13(key, start, end, this.seed.k0, this.seed.k1);
  }

  /** An entry that may be the one of a key with this hash, or 0. Changes nothing. */
  candidate(db: number, hash: number): Ref {
    return (this.dicts[db] as Dict).candidate(hash);
  }

  /** Reads an entry's first bytes for the sake of the processor's cache. */
  peekByte(ref: Ref): number {
    const bytes = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const base = byteOffset(ref);
    return (bytes[base] as number) + (bytes[Math.min(base + 64, bytes.length - 1)] as number);
  }

  /** Fills `view` for an entry known by its reference; `db` and `hash` are the caller's to set. */
  fill(view: EntryView, ref: Ref): void {
    const bytes = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const base = byteOffset(ref);
    const flags = bytes[base] as number;
    view.ref = ref;
    view.bytes = bytes;
    view.data = this.arena.data[segmentOf(ref)] as DataView;
    view.base = base;
    view.type = flags & 7;
    view.encoding = (flags >>> 3) & 3;
    view.hasExpiry = (flags & EXPIRY_FLAG) !== 0;
    let at = base + keyLengthAt(flags);
    const keyLength = readVarint(bytes, at);
    at += varintBytes(keyLength);
    view.keyStart = at;
    at += keyLength;
    view.keyEnd = at;
    const valueLength = readVarint(bytes, at);
    at += varintBytesAt(bytes, at);
    view.valueStart = at;
    view.valueEnd = at + valueLength;
  }

  /** True when the entry holds a string. */
  isString(ref: Ref): boolean {
    const flags = (this.arena.u8[segmentOf(ref)] as Uint8Array)[byteOffset(ref)] as number;
    return (flags & 7) === TYPE_STRING;
  }

  /** True when the entry has an expiry. */
  isVolatile(ref: Ref): boolean {
    const flags = (this.arena.u8[segmentOf(ref)] as Uint8Array)[byteOffset(ref)] as number;
    return (flags & EXPIRY_FLAG) !== 0;
  }

  /** Absolute expiry in ms of an entry that has one. */
  expiryOf(ref: Ref): number {
    return (this.arena.f64[segmentOf(ref)] as Float64Array)[(byteOffset(ref) >>> 3) + 1] as number;
  }

  /** Records an access: LRU time or LFU count, by the eviction policy. */
  touch(view: EntryView): void {
    const words = this.arena.i32[segmentOf(view.ref)] as Int32Array;
    const at = view.base >>> 2;
    const word = words[at] as number;
    const touched = (word & 0xff) | (this.access.touched(word >>> 8) << 8);
    // Within one second the word stays as it is, and an unwritten cache line need not go back to memory.
    if (touched !== word) words[at] = touched;
  }

  /** The access word (24 bits) of an entry. */
  accessWordOf(ref: Ref): number {
    return ((this.arena.i32[segmentOf(ref)] as Int32Array)[byteOffset(ref) >>> 2] as number) >>> 8;
  }

  setAccessWord(ref: Ref, word: number): void {
    const words = this.arena.i32[segmentOf(ref)] as Int32Array;
    const at = byteOffset(ref) >>> 2;
    words[at] = ((words[at] as number) & 0xff) | (word << 8);
  }

  /**
   * Sets a key to a string, whatever it held. `view` must come from a `locate` of the same key just
   * before (`found` is its answer). `expireAtMs`: an absolute time, NO_EXPIRY or KEEP_EXPIRY.
   * value[start, end) may not lie in this arena unless it is outside the entry itself. `data`: a view of `value`'s
   * buffer, where the caller has one.
   */
  putString(
    view: EntryView,
    found: boolean,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    start: number,
    end: number,
    encoding: number,
    expireAtMs: number,
    data?: DataView,
  ): void {
    const length = end - start;
    const keyLength = keyEnd - keyStart;
    this.touched(view.db, view.hash);
    if (found) {
      const hasExpiry = expireAtMs === KEEP_EXPIRY ? view.hasExpiry : expireAtMs !== NO_EXPIRY;
      if (view.type === TYPE_STRING && hasExpiry === view.hasExpiry) {
        const same = length === view.valueEnd - view.valueStart;
        if (same || this.fitsInPlace(view, length)) {
          const bytes = view.bytes;
          const at = same ? view.valueStart : writeVarint(bytes, view.keyEnd, length);
          if (data === undefined) copyBytes(bytes, at, value, start, end);
          else copyWords(view.data, at, data, start, end);
          view.valueStart = at;
          view.valueEnd = at + length;
          view.encoding = encoding;
          const words = this.arena.i32[segmentOf(view.ref)] as Int32Array;
          const flags = TYPE_STRING | (encoding << 3) | ((bytes[view.base] as number) & EXPIRY_FLAG);
          words[view.base >>> 2] = flags | (this.access.overwritten(words[view.base >>> 2] as number) << 8);
          if (expireAtMs > 0) this.moveExpiry(view, expireAtMs);
          return;
        }
      }
      if (this.awaited !== undefined && view.type !== TYPE_STRING) this.awaited.vanished(view.db, view.hash);
      const kept = expireAtMs === KEEP_EXPIRY ? view.expireAtMs : expireAtMs;
      const old = view.ref;
      const word = this.access.overwritten(this.accessWordOf(old) << 8);
      const to = this.newEntry(key, keyStart, keyEnd, length, encoding << 3, kept !== NO_EXPIRY, 0);
      this.setAccessWord(to, word);
      this.fill(view, to);
      copyBytes(view.bytes, view.valueStart, value, start, end);
      this.dropExpiry(view.db, old);
      (this.dicts[view.db] as Dict).replace(view.hash, old, to);
      this.freeEntry(view.db, old);
      if (kept !== NO_EXPIRY) this.addExpiry(view.db, to, kept);
      return;
    }
    const wanted = expireAtMs > 0 ? expireAtMs : NO_EXPIRY;
    const ref = this.newEntry(key, keyStart, keyEnd, length, encoding << 3, wanted !== NO_EXPIRY, 0);
    const at =
      byteOffset(ref) +
      (wanted !== NO_EXPIRY ? EXPIRY_HEADER_BYTES : HEADER_BYTES) +
      varintBytes(keyLength) +
      keyLength +
      varintBytes(length);
    const segment = segmentOf(ref);
    if (data === undefined) copyBytes(this.arena.u8[segment] as Uint8Array, at, value, start, end);
    else copyWords(this.arena.data[segment] as DataView, at, data, start, end);
    (this.dicts[view.db] as Dict).insert(view.hash, ref);
    if (wanted !== NO_EXPIRY) this.addExpiry(view.db, ref, wanted);
    this.fill(view, ref);
    if ((this.events.mask & EVENT_NEW) !== 0) this.tellNew(view);
  }

  /**
   * Makes the string in `view` `length` bytes long, keeping its bytes and TTL, new ones being 0;
   * it becomes RAW, with room to grow. The view stays valid and can then be written through.
   */
  resizeString(view: EntryView, length: number): void {
    this.touched(view.db, view.hash);
    const before = view.valueEnd - view.valueStart;
    if (length !== before && !this.growsInPlace(view, length)) {
      const spare = Math.min(length, PREALLOCATE_BYTES_MAX);
      const old = view.ref;
      const oldBytes = view.bytes;
      const { keyStart, keyEnd, valueStart } = view;
      const expireAtMs = view.expireAtMs;
      const word = this.accessWordOf(old);
      const to = this.newEntry(oldBytes, keyStart, keyEnd, length, RAW_FLAGS, expireAtMs !== 0, spare);
      this.fill(view, to);
      const kept = Math.min(before, length);
      copyBytes(view.bytes, view.valueStart, oldBytes, valueStart, valueStart + kept);
      view.bytes.fill(0, view.valueStart + kept, view.valueEnd);
      this.setAccessWord(to, word);
      this.dropExpiry(view.db, old);
      (this.dicts[view.db] as Dict).replace(view.hash, old, to);
      this.arena.free(old);
      if (expireAtMs !== 0) this.addExpiry(view.db, to, expireAtMs);
      return;
    }
    if (length !== before) {
      const bytes = view.bytes;
      const at = view.keyEnd + varintBytes(length);
      if (at !== view.valueStart) {
        bytes.copyWithin(at, view.valueStart, view.valueStart + Math.min(before, length));
      }
      writeVarint(bytes, view.keyEnd, length);
      view.valueStart = at;
      view.valueEnd = at + length;
      if (length > before) bytes.fill(0, at + before, at + length);
    }
    this.makeRaw(view);
  }

  /** Makes the string in `view` RAW, its bytes unchanged. Not counted as a change. */
  makeRaw(view: EntryView): void {
    view.bytes[view.base] = ((view.bytes[view.base] as number) & ~0x18) | (ENCODING_RAW << 3);
    view.encoding = ENCODING_RAW;
  }

  /** Makes a raw string of `length` zero bytes at a key that `view`'s `locate` did not find. */
  putZeros(view: EntryView, key: Uint8Array, keyStart: number, keyEnd: number, length: number): void {
    this.touched(view.db, view.hash);
    const ref = this.newEntry(key, keyStart, keyEnd, length, RAW_FLAGS, false, 0);
    (this.dicts[view.db] as Dict).insert(view.hash, ref);
    this.fill(view, ref);
    view.bytes.fill(0, view.valueStart, view.valueEnd);
    if ((this.events.mask & EVENT_NEW) !== 0) this.tellNew(view);
  }

  /**
   * Makes an entry of a collection at a key that `view`'s `locate` did not find, with `length` bytes of value for
   * the caller to fill. Fills `view`. Not counted as a change.
   */
  putCollection(
    view: EntryView,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    type: number,
    encoding: number,
    length: number,
    expireAtMs: number = NO_EXPIRY,
  ): void {
    const hasExpiry = expireAtMs !== NO_EXPIRY;
    const ref = this.newEntry(key, keyStart, keyEnd, length, type | (encoding << 3), hasExpiry, 0);
    (this.dicts[view.db] as Dict).insert(view.hash, ref);
    if (hasExpiry) this.addExpiry(view.db, ref, expireAtMs);
    this.fill(view, ref);
    if (this.awaited !== undefined) this.grown(view);
    if ((this.events.mask & EVENT_NEW) !== 0) this.tellNew(view);
  }

  /** Tells those who wait for the key that it has something new: at once when made, then whenever a stream grows. */
  grown(view: EntryView): void {
    this.awaited?.appeared(view.db, view.hash, view.bytes, view.keyStart, view.keyEnd);
  }

  /**
   * Makes the `oldBytes` at `at` (an absolute offset inside the value) `newBytes` long, moving what follows; returns
   * where they are then. The view stays valid; the new bytes hold whatever. Not counted as a change.
   */
  spliceValue(view: EntryView, at: number, oldBytes: number, newBytes: number): number {
    const before = view.valueEnd - view.valueStart;
    const length = before + newBytes - oldBytes;
    const head = at - view.valueStart;
    const tail = before - head - oldBytes;
    if (this.fitsInPlace(view, length)) {
      const { bytes } = view;
      const start = view.keyEnd + varintBytes(length);
      const shift = start - view.valueStart;
      const from = at + oldBytes;
      const to = at + newBytes + shift;
      // The part behind moves first when it goes up, last when it goes down, so as not to be written over.
      if (tail > 0 && to > from) bytes.copyWithin(to, from, from + tail);
      if (shift !== 0) bytes.copyWithin(start, view.valueStart, at);
      if (tail > 0 && to < from) bytes.copyWithin(to, from, from + tail);
      writeVarint(bytes, view.keyEnd, length);
      view.valueStart = start;
      view.valueEnd = start + length;
      return start + head;
    }
    const old = view.ref;
    const { bytes, keyStart, keyEnd, valueStart, type, encoding, expireAtMs } = view;
    const word = this.accessWordOf(old);
    const to = this.newEntry(bytes, keyStart, keyEnd, length, type | (encoding << 3), expireAtMs !== 0, 0);
    this.fill(view, to);
    copyBytes(view.bytes, view.valueStart, bytes, valueStart, at);
    copyBytes(view.bytes, view.valueStart + head + newBytes, bytes, at + oldBytes, at + oldBytes + tail);
    this.setAccessWord(to, word);
    this.dropExpiry(view.db, old);
    (this.dicts[view.db] as Dict).replace(view.hash, old, to);
    this.arena.free(old);
    if (expireAtMs !== 0) this.addExpiry(view.db, to, expireAtMs);
    return view.valueStart + head;
  }

  /** Gives a collection another encoding's name. Not counted as a change. */
  setEncoding(view: EntryView, encoding: number): void {
    view.bytes[view.base] = ((view.bytes[view.base] as number) & ~0x18) | (encoding << 3);
    view.encoding = encoding;
  }

  /** Gives the key an absolute expiry (> 0), or with NO_EXPIRY takes it away. The view stays valid. */
  setExpiry(view: EntryView, atMs: number): void {
    if (atMs === NO_EXPIRY && !view.hasExpiry) return;
    this.touched(view.db, view.hash);
    if (atMs !== NO_EXPIRY && view.hasExpiry) {
      this.moveExpiry(view, atMs);
      return;
    }
    // The header changes its size, so the key and value move to a block of the new size.
    const old = view.ref;
    const oldBytes = view.bytes;
    const { keyStart, valueEnd, keyEnd, type, encoding } = view;
    const bodyAt = keyStart - varintBytes(keyEnd - keyStart);
    const bodyBytes = valueEnd - bodyAt;
    const header = atMs !== NO_EXPIRY ? EXPIRY_HEADER_BYTES : HEADER_BYTES;
    const to = this.arena.alloc(header + bodyBytes);
    const words = this.arena.i32[segmentOf(to)] as Int32Array;
    const flags = type | (encoding << 3) | (atMs !== NO_EXPIRY ? EXPIRY_FLAG : 0);
    words[byteOffset(to) >>> 2] = flags | (this.accessWordOf(old) << 8);
    copyBytes(
      this.arena.u8[segmentOf(to)] as Uint8Array,
      byteOffset(to) + header,
      oldBytes,
      bodyAt,
      bodyAt + bodyBytes,
    );
    this.dropExpiry(view.db, old);
    (this.dicts[view.db] as Dict).replace(view.hash, old, to);
    this.arena.free(old);
    if (atMs !== NO_EXPIRY) this.addExpiry(view.db, to, atMs);
    this.fill(view, to);
    this.fieldExpiries.moved(to);
  }

  /** Moves one entry during an evacuation; returns its name afterwards. */
  relocate(db: number, ref: Ref): Ref {
    if (!this.arena.shouldMove(ref)) return ref;
    const to = this.arena.move(ref);
    const base = byteOffset(to);
    const flags = (this.arena.u8[segmentOf(to)] as Uint8Array)[base] as number;
    if ((flags & EXPIRY_FLAG) !== 0) {
      const position = (this.arena.i32[segmentOf(to)] as Int32Array)[(base >>> 2) + 1] as number;
      (this.expiries[db] as ExpiryIndex).rename(position, to);
    }
    this.fieldExpiries.moved(to);
    return to;
  }

  private newEntry(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueLength: number,
    typeAndEncoding: number, // as in an entry's first byte
    hasExpiry: boolean,
    spareBytes: number,
  ): Ref {
    const keyLength = keyEnd - keyStart;
    const header = hasExpiry ? EXPIRY_HEADER_BYTES : HEADER_BYTES;
    const bytes = header + varintBytes(keyLength) + keyLength + varintBytes(valueLength) + valueLength;
    const ref = this.arena.alloc(bytes + spareBytes);
    const base = byteOffset(ref);
    const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const flags = typeAndEncoding | (hasExpiry ? EXPIRY_FLAG : 0);
    const words = this.arena.i32[segmentOf(ref)] as Int32Array;
    words[base >>> 2] = flags | (this.access.created() << 8);
    let at = writeVarint(u8, base + header, keyLength);
    copyBytes(u8, at, key, keyStart, keyEnd);
    at += keyLength;
    writeVarint(u8, at, valueLength);
    return ref;
  }

  // A string of another length may stay in its block when it fits and does not leave it mostly empty.
  private fitsInPlace(view: EntryView, length: number): boolean {
    const need = view.keyEnd - view.base + varintBytes(length) + length;
    const capacity = this.arena.capacityOf(view.ref);
    return need <= capacity && (capacity <= 32 || Arena.roundUp(need) === capacity);
  }

  private growsInPlace(view: EntryView, length: number): boolean {
    const need = view.keyEnd - view.base + varintBytes(length) + length;
    return need <= this.arena.capacityOf(view.ref);
  }

  private tellNew(view: EntryView): void {
    this.events.tell("new", view.db, view.bytes, view.keyStart, view.keyEnd);
  }

  protected freeEntry(db: number, ref: Ref): void {
    this.fieldExpiries.drop(db, ref);
    this.freeBlocks(ref);
  }

  // Strings and packed collections own nothing but their entry block.
  protected freeBlocks(ref: Ref): void {
    if (!this.isString(ref)) this.collections.release(ref);
    this.arena.free(ref);
  }

  protected dropExpiry(db: number, ref: Ref): void {
    const base = byteOffset(ref);
    const flags = (this.arena.u8[segmentOf(ref)] as Uint8Array)[base] as number;
    if ((flags & EXPIRY_FLAG) === 0) return;
    const position = (this.arena.i32[segmentOf(ref)] as Int32Array)[(base >>> 2) + 1] as number;
    (this.expiries[db] as ExpiryIndex).remove(position);
  }

  private addExpiry(db: number, ref: Ref, atMs: number): void {
    (this.arena.f64[segmentOf(ref)] as Float64Array)[(byteOffset(ref) >>> 3) + 1] = atMs;
    (this.expiries[db] as ExpiryIndex).add(ref, atMs);
  }

  private moveExpiry(view: EntryView, atMs: number): void {
    const at = byteOffset(view.ref);
    (this.arena.f64[segmentOf(view.ref)] as Float64Array)[(at >>> 3) + 1] = atMs;
    const position = (this.arena.i32[segmentOf(view.ref)] as Int32Array)[(at >>> 2) + 1] as number;
    (this.expiries[view.db] as ExpiryIndex).update(position, atMs);
  }
}
