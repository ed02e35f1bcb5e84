// LiveNode: what checks may ask of a running node. Implemented by process.ts over the production server.

export type LiveNode = {
  readonly id: number;
  readonly generation: number;
  /** The node's own wall clock now. */
  wallMs(): number;
  /** Its wall clock when the present turn began: what a command takes for now lies between this and `wallMs`. */
  turnStartedMs?(): number;
  /** Bytes the server says are in use: the store's, and what it takes for itself; maxmemory is held against this. */
  usedBytes(): number;
  /** What is still to be freed, in slices, of removed collections and flushed databases; 0: nothing. */
  pendingFrees(): number;
  /** The configured maxmemory, 0 for none. */
  maxmemory(): number;
  /** Named queues and buffers with their present size and bound. */
  queues(): readonly { readonly name: string; readonly size: number; readonly bound: number }[];
  /** The same, but with the store's bytes counted by walking all that refers to them; slow. */
  walkedBytes(): number;
  /** Live keys of one database with type and value as `comparableText` gives them, and expiry; slow. */
  state(db: number): ReadonlyMap<string, { readonly value: string; readonly expireAtMs: number | undefined }>;
  /** Clients that have requests waiting, or one that waits for a key: server ids. */
  waiting(): readonly number[];
};

/** A value as one text that two implementations can compare: of a collection, its elements. */
export function comparableText(type: string, value: string | readonly string[]): string {
  if (typeof value === "string") return `${type} ${value}`;
  return `${type} ${JSON.stringify(type === "set" ? value.toSorted() : value)}`;
}
