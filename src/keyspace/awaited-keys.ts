// Awaited keys: what a shard's databases tell whoever keeps the requests that wait for keys.
//
// Role: an interface, so that the databases know nothing of clients. It is attached while somebody waits, and costs
// one comparison per key made or removed otherwise.

export type AwaitedKeys = {
  /** A collection was made at a key, or a stream there has grown. */
  appeared(db: number, hash: number, key: Uint8Array, start: number, end: number): void;
  /** A key with this hash was removed, or holds another value than the one before. */
  vanished(db: number, hash: number): void;
  /** A database was emptied; -1: all were. */
  flushed(db: number): void;
  /** Two databases have been exchanged. */
  swapped(a: number, b: number): void;
};
