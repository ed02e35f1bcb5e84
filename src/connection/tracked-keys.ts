// Tracked keys: which clients have read which keys, until these change (CLIENT TRACKING).
//
// Role: one table for all databases and shards, by the key's name alone, as in Redis: who has read a key hears of a
// change of that name in any database. It is bounded by tracking-table-max-keys, and its owner sees to that.
// Keys are told apart by their hash when they change, as by those that are watched (keyspace/watched-keys.ts): of two
// keys of one hash, one chance in 2^32, both are then taken to have changed, which costs a client one more read.
// Ids of clients stay when a client goes: they are dropped with the key, and mean nobody by then.

import { latin1Text } from "../lib/bytes.ts";

type TrackedKey = {
  readonly hash: number;
  /** Latin-1. */
  readonly name: string;
  /** One id, or several: nearly every key is read by one client. */
  readers: number | Set<number>;
  /** The next key with the same hash. */
  next: TrackedKey | undefined;
};

/** What is told of a key that has changed: its name and the ids of those who have read it. */
export type ForReaders = (name: string, readers: readonly number[]) => void;

export class TrackedKeys {
  keyCount = 0;
  /** The sum of the readers of all keys. */
  itemCount = 0;
  private readonly byHash = new Map<number, TrackedKey>();
  // Where the search for the oldest key goes on: an iterator of its own does not walk over what was deleted before.
  private oldest: MapIterator<TrackedKey> | undefined = undefined;

  /** Notes that `reader` has read key[start, end), whose hash is given. */
  remember(hash: number, key: Uint8Array, start: number, end: number, reader: number): void {
    const first = this.byHash.get(hash);
    for (let each = first; each !== undefined; each = each.next) {
      if (!isNamed(each.name, key, start, end)) continue;
      this.addReader(each, reader);
      return;
    }
    const added = { hash, name: latin1Text(key, start, end), readers: reader, next: first };
    this.byHash.set(hash, added);
    this.keyCount++;
    this.itemCount++;
  }

  /** Forgets the keys with this hash, and tells who has read them. */
  take(hash: number, tell: ForReaders): void {
    const first = this.byHash.get(hash);
    if (first === undefined) return;
    this.byHash.delete(hash);
    for (let each: TrackedKey | undefined = first; each !== undefined; each = each.next) {
      const readers = typeof each.readers === "number" ? [each.readers] : [...each.readers];
      this.keyCount--;
      this.itemCount -= readers.length;
      tell(each.name, readers);
    }
  }

  /** As `take`, of the key that has been here the longest. */
  takeOldest(tell: ForReaders): void {
    this.oldest ??= this.byHash.values();
    let { done, value } = this.oldest.next();
    if (done === true) {
      this.oldest = this.byHash.values();
      ({ done, value } = this.oldest.next());
    }
    if (done !== true && value !== undefined) this.take(value.hash, tell);
  }

  clear(): void {
    this.byHash.clear();
    this.oldest = undefined;
    this.keyCount = 0;
    this.itemCount = 0;
  }

  private addReader(tracked: TrackedKey, reader: number): void {
    const { readers } = tracked;
    if (typeof readers === "number") {
      if (readers === reader) return;
      tracked.readers = new Set([readers, reader]);
    } else {
      if (readers.has(reader)) return;
      readers.add(reader);
    }
    this.itemCount++;
  }
}

function isNamed(name: string, key: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== key[start + i]) return false;
  return true;
}
