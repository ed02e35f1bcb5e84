// LiveNode: what checks may ask of a running node. Implemented by process.ts over the production server.

export type LiveNode = {
  readonly id: number;
  readonly generation: number;
  /** The node's own wall clock now. */
  wallMs(): number;
  /** Its wall clock when the present turn began: what a command takes for now lies between this and `wallMs`. */
  turnStartedMs?(): number;
  /** One live key; undefined when there is none. */
  heldAt(db: number, key: string): HeldValue | undefined;
  /** All fields that the store still has of a hash, those too whose time is over; undefined when there is no such key. */
  fieldsOf(db: number, key: string): readonly HeldField[] | undefined;
  /** Bytes the server says are in use: the store's, its clients', and what it takes for itself; maxmemory is held against this. */
  usedBytes(): number;
  /** Those of them that clients hold: requests on their way, replies not sent. */
  clientBytes(): number;
  /** What is still to be freed, in slices, of removed collections and flushed databases; 0: nothing. */
  pendingFrees(): number;
  /** The bytes of that, by walking all that is not to be freed; slow. */
  pendingBytes(): number;
  /** The configured maxmemory, 0 for none. */
  maxmemory(): number;
  /** Tells of each queue and buffer that is not empty, with its bound. Asked after each turn, so nothing is made for it. */
  eachQueue(tell: TellQueue): void;
  /** The same, but with the store's bytes counted by walking all that refers to them; slow. undefined: not while blocks wait to be freed. */
  walkedBytes(): number | undefined;
  /** Live keys of one database, or also those whose time is over and that are not removed yet; slow. */
  state(db: number, withEnded?: boolean): ReadonlyMap<string, HeldValue>;
  /** The code of each library of functions, by its name. */
  libraries?(): ReadonlyMap<string, string>;
  /** Clients whose request waits for a key: server ids. */
  waiting(): readonly number[];
};

/** `session`: of a queue that belongs to a client, the server's id for it. */
export type TellQueue = (name: string, size: number, bound: number, session?: number) => void;

/** What a key holds: type and value as `comparableText` gives them, and its expiry. */
export type HeldValue = {
  readonly value: string;
  readonly expireAtMs: number | undefined;
  /** As OBJECT ENCODING says. */
  readonly encoding?: string;
  /** As DUMP gives it, where the text says too little to make the value again. */
  readonly payload?: string;
};

/** `endMs`: when it ends, 0: never. */
export type HeldField = { readonly field: string; readonly value: string; readonly endMs: number };

/** A value as one text that two implementations can compare: of a collection, its elements. */
export function comparableText(type: string, value: string | readonly string[]): string {
  if (typeof value === "string") return `${type} ${value}`;
  return `${type} ${JSON.stringify(type === "set" ? value.toSorted() : value)}`;
}
