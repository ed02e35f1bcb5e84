// Key queues: who waits for which keys of one shard, first come first.
//
// Role: the databases tell of keys that appear (keyspace/awaited-keys.ts); a key that somebody waits for is then
// handed on as ready, once until it is looked at. Who waits, and what becomes of it, is the owner's.
// Invariants:
//   - a queue stands in the table while it has waiters, and the table is attached to the databases while it has queues.
//   - a waiter stands in a queue at most once, and keeps its place until it leaves.

import type { AwaitedKeys } from "../keyspace/awaited-keys.ts";
import type { Databases } from "../keyspace/databases.ts";
import { EntryView } from "../keyspace/entry-view.ts";
import { equalBytes } from "../lib/bytes.ts";

export type Waiter = {
  /** Its waiting is over when the key is removed, or holds another type. */
  readonly endsWithKey: boolean;
};

/** Those who wait for one key. */
export type KeyQueue<W extends Waiter> = {
  readonly owner: KeyQueues<W>;
  readonly db: number;
  readonly hash: number;
  readonly key: Uint8Array;
  /** In the order in which they came. */
  readonly waiters: Set<W>;
  /** How many of them are to be told when the key goes away. */
  leavers: number;
  /** Handed on as ready and not looked at yet; the owner clears it. */
  isReady: boolean;
  /** The next queue whose key has the same hash. */
  next: KeyQueue<W> | undefined;
};

export class KeyQueues<W extends Waiter> implements AwaitedKeys {
  private readonly databases: Databases;
  private readonly onReady: (queue: KeyQueue<W>) => void;
  private readonly byHash = new Map<number, KeyQueue<W>>();
  private readonly view = new EntryView(new Uint8Array(0));

  /** `onReady` is told of each queue whose key may have something for its waiters. */
  constructor(databases: Databases, onReady: (queue: KeyQueue<W>) => void) {
    this.databases = databases;
    this.onReady = onReady;
  }

  /** Puts a waiter at the end of the queue for key[start, end), unless it stands there. */
  join(db: number, key: Uint8Array, start: number, end: number, waiter: W): KeyQueue<W> {
    const hash = this.databases.hashOf(key, start, end);
    let queue = this.find(db, hash, key, start, end);
    if (queue === undefined) {
      const copy = new Uint8Array(end - start);
      copy.set(key.subarray(start, end));
      const next = this.byHash.get(hash);
      queue = { owner: this, db, hash, key: copy, waiters: new Set(), leavers: 0, isReady: false, next };
      this.byHash.set(hash, queue);
      this.databases.awaited = this;
    }
    if (!queue.waiters.has(waiter)) {
      queue.waiters.add(waiter);
      if (waiter.endsWithKey) queue.leavers++;
    }
    return queue;
  }

  /** Takes a waiter out. */
  leave(queue: KeyQueue<W>, waiter: W): void {
    if (!queue.waiters.delete(waiter)) return;
    if (waiter.endsWithKey) queue.leavers--;
    if (queue.waiters.size > 0) return;
    const first = this.byHash.get(queue.hash);
    if (first === queue) {
      if (queue.next === undefined) this.byHash.delete(queue.hash);
      else this.byHash.set(queue.hash, queue.next);
    } else {
      let before = first;
      while (before !== undefined && before.next !== queue) before = before.next;
      if (before !== undefined) before.next = queue.next;
    }
    if (this.byHash.size === 0) this.databases.awaited = undefined;
  }

  /** The TYPE_ code of what is at the queue's key now, or -1. */
  typeAt({ db, hash, key }: KeyQueue<W>): number {
    return this.databases.locate(db, key, 0, key.length, this.view, hash) ? this.view.type : -1;
  }

  // --- AwaitedKeys ---

  appeared(db: number, hash: number, key: Uint8Array, start: number, end: number): void {
    const queue = this.find(db, hash, key, start, end);
    if (queue !== undefined) this.ready(queue);
  }

  vanished(db: number, hash: number): void {
    for (let queue = this.byHash.get(hash); queue !== undefined; queue = queue.next) {
      if (queue.db === db && queue.leavers > 0) this.ready(queue);
    }
  }

  flushed(db: number): void {
    this.readyIn((queue) => (db < 0 || queue.db === db) && queue.leavers > 0);
  }

  swapped(a: number, b: number): void {
    this.readyIn((queue) => queue.db === a || queue.db === b);
  }

  private readyIn(isMeant: (queue: KeyQueue<W>) => boolean): void {
    for (const first of this.byHash.values()) {
      for (let queue: KeyQueue<W> | undefined = first; queue !== undefined; queue = queue.next) {
        if (isMeant(queue)) this.ready(queue);
      }
    }
  }

  private ready(queue: KeyQueue<W>): void {
    if (queue.isReady) return;
    queue.isReady = true;
    this.onReady(queue);
  }

  private find(
    db: number,
    hash: number,
    key: Uint8Array,
    start: number,
    end: number,
  ): KeyQueue<W> | undefined {
    let queue = this.byHash.get(hash);
    while (
      queue !== undefined &&
      (queue.db !== db || !equalBytes(queue.key, 0, queue.key.length, key, start, end))
    ) {
      queue = queue.next;
    }
    return queue;
  }
}
