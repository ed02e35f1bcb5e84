// Watched keys: the versions of those keys of one shard that some client watches (WATCH).
//
// Role: a version grows with every change of its key, whatever the cause: commands, expiry, eviction, FLUSHALL,
// SWAPDB. A client compares it with the one it saw. The table is attached to the databases while a key is watched, or
// while a listener wants to hear of all changes, and nothing is counted otherwise.
// Keys are told apart by their hash when they change: two keys of one hash, one chance in 2^32, change together, and
// EXEC then refuses needlessly.

import type { Databases } from "./databases.ts";
import { EntryView } from "./entry-view.ts";

export type WatchedKey = {
  readonly owner: WatchedKeys;
  readonly db: number;
  readonly hash: number;
  readonly key: Uint8Array;
  /** Grows with every change of the key. */
  version: number;
  /** How many watch it. */
  watchers: number;
};

/** Who is told of every change of any key, watched or not; nothing is told of databases that are emptied. */
export interface ChangeListener {
  /** Keys with this hash change, appear or vanish, just before that or just after. */
  changed(owner: Databases, db: number, hash: number): void;
  /** Two databases are about to be exchanged. */
  swapping(): void;
}

export class WatchedKeys {
  private readonly databases: Databases;
  private everyChange: ChangeListener | undefined = undefined;
  private readonly byHash = new Map<number, WatchedKey[]>();
  private readonly view = new EntryView(new Uint8Array(0));

  constructor(databases: Databases) {
    this.databases = databases;
  }

  /** Counts one more watcher of key[start, end), which is expired first if its time has come. */
  watch(db: number, key: Uint8Array, start: number, end: number): WatchedKey {
    const { databases, byHash, view } = this;
    const hash = databases.hashOf(key, start, end);
    databases.locate(db, key, start, end, view, hash);
    const same = byHash.get(hash);
    let watched = same?.find((each) => each.db === db && isSame(each.key, key, start, end));
    if (watched === undefined) {
      const copy = new Uint8Array(end - start);
      copy.set(key.subarray(start, end));
      watched = { owner: this, db, hash, key: copy, version: 0, watchers: 0 };
      if (same === undefined) byHash.set(hash, [watched]);
      else same.push(watched);
      this.attach();
    }
    watched.watchers++;
    return watched;
  }

  /** Counts one watcher less. */
  unwatch(watched: WatchedKey): void {
    if (--watched.watchers > 0) return;
    const left = (this.byHash.get(watched.hash) ?? []).filter((each) => each !== watched);
    if (left.length > 0) this.byHash.set(watched.hash, left);
    else this.byHash.delete(watched.hash);
    this.attach();
  }

  /** Is told of all changes. */
  get listener(): ChangeListener | undefined {
    return this.everyChange;
  }

  set listener(listener: ChangeListener | undefined) {
    this.everyChange = listener;
    this.attach();
  }

  /** The version now: a key whose time has come changes by it. */
  versionOf(watched: WatchedKey): number {
    this.isThere(watched, watched.db);
    return watched.version;
  }

  /** A key with this hash has changed. */
  changed(db: number, hash: number): void {
    if (this.everyChange !== undefined) this.everyChange.changed(this.databases, db, hash);
    const same = this.byHash.get(hash);
    if (same === undefined) return;
    for (const each of same) if (each.db === db) each.version++;
  }

  /** A database (-1: each of them) is about to be emptied. */
  flushing(db: number): void {
    for (const same of this.byHash.values()) {
      for (const each of same) {
        if ((db < 0 || each.db === db) && this.isThere(each, each.db)) each.version++;
      }
    }
  }

  /** Two databases are about to be exchanged: what is in neither does not change. */
  swapping(a: number, b: number): void {
    this.everyChange?.swapping();
    for (const same of this.byHash.values()) {
      for (const each of same) {
        if (each.db !== a && each.db !== b) continue;
        const other = each.db === a ? b : a;
        if (this.isThere(each, other) || this.isThere(each, each.db)) each.version++;
      }
    }
  }

  // Nobody is told of changes while there is nobody to tell.
  private attach(): void {
    const isNeeded = this.byHash.size > 0 || this.everyChange !== undefined;
    this.databases.watched = isNeeded ? this : undefined;
  }

  private isThere({ key, hash }: WatchedKey, db: number): boolean {
    return this.databases.locate(db, key, 0, key.length, this.view, hash);
  }
}

function isSame(key: Uint8Array, other: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== other[start + i]) return false;
  return true;
}
