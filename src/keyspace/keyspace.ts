// Keyspace: what a command sees. Databases of one shard, or of several when a command spans them.
//
// Every access names its key, and the key names the shard (`route`), so one handler serves both cases.
// A command that runs over several shards of one thread is atomic because nothing else runs meanwhile.
// `db` is the database the client has selected.
//
// Lookups fill a view (entry-view.ts). `entry` is the usual one; commands that need two entries at once
// pass a view of their own (`second`). Collections are shown in views that know their type (collection-view.ts).

import { keySlot, slotCount } from "../lib/crc16.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import { TYPE_HASH, TYPE_LIST, TYPE_SET, TYPE_STREAM, TYPE_ZSET } from "../store/entry.ts";
import type { Databases } from "./databases.ts";
import { EntryView } from "./entry-view.ts";
import { HashView } from "./hash-view.ts";
import { EVENT_MISS, type KeyEvents } from "./key-events.ts";
import { ListView } from "./list-view.ts";
import { SetView } from "./set-view.ts";
import { SortedSetView } from "./sorted-set-view.ts";
import { StreamView } from "./stream-view.ts";
import { stringEncoding } from "./string-encoding.ts";

const NONE = new Uint8Array(0);

export class Keyspace {
  /** The selected database. */
  db = 0;
  /** Whether lookups are accesses; false while a client runs that has asked not to touch keys. */
  isTouching = true;
  hits = 0;
  misses = 0;
  readonly databases: readonly Databases[];
  /** The view that lookups fill unless told otherwise, and one more for commands over two keys. */
  readonly entry = new EntryView(NONE);
  readonly second = new EntryView(NONE);
  /** The views that collections are shown in unless told otherwise. */
  readonly hash = new HashView();
  readonly list = new ListView();
  readonly set = new SetView();
  readonly sortedSet = new SortedSetView();
  readonly stream = new StreamView();

  private readonly only: Databases | undefined;
  private readonly rng: Rng;
  private readonly events: KeyEvents;

  constructor(databases: readonly Databases[], rng: Rng) {
    this.databases = databases;
    this.only = databases.length === 1 ? databases[0] : undefined;
    this.rng = rng;
    this.events = (databases[0] as Databases).events;
  }

  /** Wall-clock ms at which the running command sees the world. */
  get nowMs(): number {
    return (this.databases[0] as Databases).nowMs;
  }

  /** Finds argument i's key to read it: counts a hit or miss and records the access. */
  read(args: Args, i: number, view: EntryView = this.entry): EntryView | undefined {
    const key = args.bytes;
    const start = args.starts[i] as number;
    const end = args.ends[i] as number;
    const owner = this.only ?? this.route(key, start, end);
    const hash = i === 1 && args.isHashed ? args.keyHash : owner.hashOf(key, start, end);
    if (!owner.locate(this.db, key, start, end, view, hash, args.data)) {
      this.misses++;
      if (this.events.mask !== 0) this.notify(EVENT_MISS, "keymiss", args, i);
      return undefined;
    }
    this.hits++;
    if (this.isTouching) owner.touch(view);
    return view;
  }

  /** As `read`, but leaves the access word alone: for questions about the key rather than its value. */
  inspect(args: Args, i: number, view: EntryView = this.entry): EntryView | undefined {
    const found = this.inspectUntold(args, i, view);
    if (found === undefined && this.events.mask !== 0) this.notify(EVENT_MISS, "keymiss", args, i);
    return found;
  }

  /** As `inspect`, without telling of a key that is missing. */
  inspectUntold(args: Args, i: number, view: EntryView = this.entry): EntryView | undefined {
    const found = this.peek(args, i, view);
    if (found === undefined) this.misses++;
    else this.hits++;
    return found;
  }

  /** Finds argument i's key to change it: records the access, counts nothing. */
  write(args: Args, i: number, view: EntryView = this.entry, db: number = this.db): EntryView | undefined {
    const found = this.peek(args, i, view, db);
    const owner = view.owner as Databases;
    if (owner.snapshot !== undefined) owner.tellSnapshot(view.db, view.hash);
    if (found !== undefined && this.isTouching) owner.touch(found);
    return found;
  }

  /** Finds argument i's key without leaving a trace. */
  peek(args: Args, i: number, view: EntryView = this.entry, db: number = this.db): EntryView | undefined {
    const key = args.bytes;
    const start = args.starts[i] as number;
    const end = args.ends[i] as number;
    const owner = this.only ?? this.route(key, start, end);
    const hash = i === 1 && args.isHashed ? args.keyHash : owner.hashOf(key, start, end);
    return owner.locate(db, key, start, end, view, hash, args.data) ? view : undefined;
  }

  /** As `peek`, for a key that is not an argument. */
  peekKey(
    key: Uint8Array,
    start: number,
    end: number,
    view: EntryView = this.entry,
    db: number = this.db,
  ): EntryView | undefined {
    const owner = this.only ?? this.route(key, start, end);
    return owner.locate(db, key, start, end, view) ? view : undefined;
  }

  /**
   * Finds argument i's hash to read it: counts a hit or miss and records the access, as `read`. A key that does not
   * exist is shown as a hash without fields; undefined when the key holds another type. `view`: one of the caller's
   * own, for commands over several keys.
   */
  readHash(args: Args, i: number, view: HashView = this.hash): HashView | undefined {
    return hold(this.read(args, i, view.entry), view.entry, TYPE_HASH, args, i) ? view.opened() : undefined;
  }

  /** Finds argument i's hash to change it; as `readHash`, but counts nothing. The first field set makes the key. */
  hashForUpdate(args: Args, i: number, view: HashView = this.hash): HashView | undefined {
    return hold(this.write(args, i, view.entry), view.entry, TYPE_HASH, args, i) ? view.opened() : undefined;
  }

  /** As `readHash`, of a list. */
  readList(args: Args, i: number, view: ListView = this.list): ListView | undefined {
    return hold(this.read(args, i, view.entry), view.entry, TYPE_LIST, args, i) ? view.opened() : undefined;
  }

  /** As `hashForUpdate`, of a list. */
  listForUpdate(args: Args, i: number, view: ListView = this.list): ListView | undefined {
    return hold(this.write(args, i, view.entry), view.entry, TYPE_LIST, args, i) ? view.opened() : undefined;
  }

  /** As `readHash`, of a set. */
  readSet(args: Args, i: number, view: SetView = this.set): SetView | undefined {
    return hold(this.read(args, i, view.entry), view.entry, TYPE_SET, args, i) ? view.opened() : undefined;
  }

  /** As `hashForUpdate`, of a set. */
  setForUpdate(args: Args, i: number, view: SetView = this.set): SetView | undefined {
    return hold(this.write(args, i, view.entry), view.entry, TYPE_SET, args, i) ? view.opened() : undefined;
  }

  /** As `readHash`, of a sorted set. */
  readSortedSet(args: Args, i: number, view: SortedSetView = this.sortedSet): SortedSetView | undefined {
    return hold(this.read(args, i, view.entry), view.entry, TYPE_ZSET, args, i) ? view.opened() : undefined;
  }

  /** As `hashForUpdate`, of a sorted set. */
  sortedSetForUpdate(args: Args, i: number, view: SortedSetView = this.sortedSet): SortedSetView | undefined {
    return hold(this.write(args, i, view.entry), view.entry, TYPE_ZSET, args, i) ? view.opened() : undefined;
  }

  /** As `readHash`, of a stream. */
  readStream(args: Args, i: number, view: StreamView = this.stream): StreamView | undefined {
    return hold(this.read(args, i, view.entry), view.entry, TYPE_STREAM, args, i) ? view.opened() : undefined;
  }

  /** Shows argument i's stream in `stream` without leaving a trace; false when it holds none. */
  peekStream(args: Args, i: number): boolean {
    const { stream } = this;
    const found = this.peek(args, i, stream.entry);
    if (found?.type !== stream.type) return false;
    stream.entry.hold(true, args.bytes, args.start(i), args.end(i));
    stream.opened();
    return true;
  }

  /** As `hashForUpdate`, of a stream; it is made by its `create`. */
  streamForUpdate(args: Args, i: number, view: StreamView = this.stream): StreamView | undefined {
    return hold(this.write(args, i, view.entry), view.entry, TYPE_STREAM, args, i)
      ? view.opened()
      : undefined;
  }

  /**
   * Sets argument i's key to the string value[start, end), with the encoding Redis would choose, whatever
   * the key held. `expireAtMs`: absolute, NO_EXPIRY or KEEP_EXPIRY. Fills `entry`.
   */
  setString(args: Args, i: number, value: Uint8Array, start: number, end: number, expireAtMs: number): void {
    const encoding = stringEncoding(value, start, end);
    const key = args.bytes;
    const keyStart = args.starts[i] as number;
    const keyEnd = args.ends[i] as number;
    const owner = this.only ?? this.route(key, keyStart, keyEnd);
    const view = this.entry;
    const hash = i === 1 && args.isHashed ? args.keyHash : owner.hashOf(key, keyStart, keyEnd);
    const found = owner.locate(this.db, key, keyStart, keyEnd, view, hash, args.data);
    const data = value === args.bytes ? args.data : undefined;
    owner.putString(view, found, key, keyStart, keyEnd, value, start, end, encoding, expireAtMs, data);
  }

  /**
   * As `setString` with the encoding given, right after a `write` of the same argument that filled `entry`
   * (`found`: whether it found the key): the key is not looked up again.
   */
  setLocated(
    args: Args,
    i: number,
    found: boolean,
    value: Uint8Array,
    end: number,
    encoding: number,
    expireAtMs: number,
  ): void {
    const view = this.entry;
    const owner = view.owner as Databases;
    owner.putString(view, found, args.bytes, args.start(i), args.end(i), value, 0, end, encoding, expireAtMs);
  }

  /** As `setString`, for a key that is not an argument, and with the encoding given. */
  setEncoded(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    start: number,
    end: number,
    encoding: number,
    expireAtMs: number,
    db: number = this.db,
  ): void {
    const owner = this.only ?? this.route(key, keyStart, keyEnd);
    const view = this.entry;
    const found = owner.locate(db, key, keyStart, keyEnd, view);
    owner.putString(view, found, key, keyStart, keyEnd, value, start, end, encoding, expireAtMs);
  }

  /** Makes a found string `length` bytes long (see Databases.resizeString); `view` stays valid. */
  resize(view: EntryView, length: number): void {
    (view.owner as Databases).resizeString(view, length);
  }

  /** Makes argument i's key, which must not exist, a raw string of `length` zero bytes. Fills `entry`. */
  createZeros(args: Args, i: number, length: number): EntryView {
    const key = args.bytes;
    const start = args.starts[i] as number;
    const end = args.ends[i] as number;
    const owner = this.only ?? this.route(key, start, end);
    owner.locate(this.db, key, start, end, this.entry);
    owner.putZeros(this.entry, key, start, end, length);
    return this.entry;
  }

  /** Makes a found string RAW without counting a change: its bytes stay as they are. */
  makeRaw(view: EntryView): void {
    (view.owner as Databases).makeRaw(view);
  }

  /** Removes argument i's key; false when there was none. */
  remove(args: Args, i: number): boolean {
    const view = this.peek(args, i);
    if (view === undefined) return false;
    (view.owner as Databases).remove(view);
    return true;
  }

  /** Removes a found key. */
  removeEntry(view: EntryView): void {
    (view.owner as Databases).remove(view);
  }

  /** Sets (ms > 0) or removes (NO_EXPIRY) a found key's expiry; `view` stays valid. */
  setExpiry(view: EntryView, atMs: number): void {
    (view.owner as Databases).setExpiry(view, atMs);
  }

  /** Says what a command did to argument i's key; `kind` is an EVENT_ class. A class that is off costs a comparison. */
  notify(kind: number, event: string, args: Args, i: number, db: number = this.db): void {
    if ((this.events.mask & kind) === 0) return;
    this.events.tell(event, db, args.bytes, args.start(i), args.end(i));
  }

  /** As `notify`, for a key that is not an argument. */
  notifyKey(
    kind: number,
    event: string,
    key: Uint8Array,
    start: number,
    end: number,
    db: number = this.db,
  ): void {
    if ((this.events.mask & kind) !== 0) this.events.tell(event, db, key, start, end);
  }

  /** Tells those who wait for a found stream that it has grown, or lost what they waited with. */
  grown(view: EntryView): void {
    const owner = view.owner as Databases;
    if (owner.awaited !== undefined) owner.grown(view);
  }

  /** The value shown by `view`, which was looked up to be read, is about to change in place: a snapshot must have it before. */
  changing(view: EntryView): void {
    const owner = view.owner as Databases;
    if (owner.snapshot !== undefined) owner.tellSnapshot(view.db, view.hash);
  }

  /** The value shown by `view` was changed in place: counts as `changes` of its key. */
  touched(view: EntryView, changes: number): void {
    (view.owner as Databases).touched(view.db, view.hash, changes);
  }

  /** Keys in a database, expired ones that nobody touched yet included. */
  size(db: number = this.db): number {
    let count = 0;
    for (const each of this.databases) count += each.dicts[db]?.size ?? 0;
    return count;
  }

  /** Keys with an expiry in a database. */
  expiresCount(db: number = this.db): number {
    let count = 0;
    for (const each of this.databases) count += each.expiries[db]?.size ?? 0;
    return count;
  }

  /** Empties a database; returns how many keys it had. */
  flush(db: number): number {
    let count = 0;
    for (const each of this.databases) count += each.flush(db);
    return count;
  }

  /** Empties all databases; returns how many keys there were. */
  flushAll(): number {
    let count = 0;
    for (const each of this.databases) count += each.flushAll();
    return count;
  }

  /** Exchanges two databases. */
  swap(a: number, b: number): void {
    for (const each of this.databases) each.swap(a, b);
    this.countChange();
  }

  /** Counts a change of data that is no key's. */
  countChange(): void {
    (this.databases[0] as Databases).dirty++;
  }

  /**
   * SCAN: visits live keys of the selected database from `cursor` until about `count` were seen; returns
   * the next cursor, 0 at the end. A cursor is shard * 2^32 + hash. `visit` may not change the keyspace.
   */
  scan(cursor: number, count: number, visit: (view: EntryView) => void): number {
    let shard = Math.floor(cursor / 4294967296);
    let hash = cursor % 4294967296;
    // KEYS asks for all at once and gets it.
    let left = Number.isFinite(count) && this.databases[0]?.probe.buggify("scan.short") ? 1 : count;
    const view = this.second;
    while (shard < this.databases.length) {
      const owner = this.databases[shard] as Databases;
      const next = (owner.dicts[this.db] as NonNullable<(typeof owner.dicts)[0]>).scan(hash, left, (ref) => {
        left--;
        view.owner = owner;
        view.db = this.db;
        owner.fill(view, ref);
        if (!owner.isOver(view)) visit(view);
      });
      if (next !== 0) return shard * 4294967296 + next;
      shard++;
      hash = 0;
      if (left <= 0 && shard < this.databases.length) return shard * 4294967296;
    }
    return 0;
  }

  /** A random live key of the selected database, or undefined when (nearly) all of it has expired. */
  random(): EntryView | undefined {
    const view = this.entry;
    for (let tries = 0; tries < 100; tries++) {
      const total = this.size();
      if (total === 0) return undefined;
      let drawn = this.rng.below(total);
      for (const owner of this.databases) {
        const dict = owner.dicts[this.db] as NonNullable<(typeof owner.dicts)[0]>;
        if (drawn >= dict.size) {
          drawn -= dict.size;
          continue;
        }
        const ref = dict.random(() => this.rng.u32());
        view.owner = owner;
        view.db = this.db;
        view.hash = dict.hashOfEntry(ref);
        owner.fill(view, ref);
        if (!owner.isOver(view)) return view;
        owner.expireSome(this.db, 16);
        break;
      }
    }
    return undefined;
  }

  /** The databases, one shard's, that a key lives in. */
  ownerOf(key: Uint8Array, start: number, end: number): Databases {
    return this.only ?? this.route(key, start, end);
  }

  private route(key: Uint8Array, start: number, end: number): Databases {
    return this.databases[shardOfSlot(keySlot(key, start, end), this.databases.length)] as Databases;
  }
}

// Makes a view's entry show what was found of argument i's collection; false when that is of another type.
function hold(found: EntryView | undefined, entry: EntryView, type: number, args: Args, i: number): boolean {
  if (found !== undefined && found.type !== type) return false;
  entry.hold(found !== undefined, args.bytes, args.start(i), args.end(i));
  return true;
}

/** The shard that owns a slot: contiguous, nearly equal ranges. */
export function shardOfSlot(slot: number, shards: number): number {
  return Math.floor((slot * shards) / slotCount);
}
