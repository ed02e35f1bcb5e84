// Model: databases as plain Maps, under a clock that is told to it.
//
// Role: all that the oracle knows of a server's state. Slow and obvious is right here; what is fast is only what
// every command passes.
// Invariants:
//   - texts are Latin-1, one character for one byte; a value never holds an object of the server's.
//   - an entry whose time is over is missing to every command, whether or not the server has removed it yet. It
//     stays in its Map until it is overwritten or the server says that it removed it: DBSIZE counts it till then.
//   - an entry is never changed in place but for `accessSeconds`, so that two databases may not share one by mistake. Nor
//     is its value, unless it is large and known to be of no other entry (`isOwn`).

import type { Elements } from "./elements.ts";
import type { Reply } from "./reply.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { type Transaction, touchWatched, type Watch } from "./transactions.ts";
import { defaultUser, type User } from "./users.ts";

/** `isRaw`: grown or cut in place, so that OBJECT ENCODING says "raw" whatever the bytes are; "plain": embstr, never int. */
export type StringValue = {
  readonly type: "string";
  readonly value: string;
  readonly form?: "raw" | "plain" | undefined;
};

/**
 * Values by field, and of those that have one the time at which they end, Unix milliseconds. `encoding` as OBJECT
 * ENCODING says: it only ever goes from the first to the second.
 */
export type HashValue = {
  readonly type: "hash";
  readonly value: ReadonlyMap<string, string>;
  readonly ends?: ReadonlyMap<string, number> | undefined;
  /** A time was given to a field of it, or asked for: a listpack is then of another kind, and stays so. */
  readonly hadTimes?: boolean | undefined;
  readonly encoding: "listpack" | "hashtable";
};

export type SetValue = {
  readonly type: "set";
  readonly value: ReadonlySet<string>;
  readonly encoding: "intset" | "hashtable";
};

/** Scores by member, in no order. */
export type SortedSetValue = {
  readonly type: "zset";
  readonly value: ReadonlyMap<string, number>;
  readonly encoding: "listpack" | "skiplist";
};

/** Elements from head to tail. */
export type ListValue = {
  readonly type: "list";
  readonly value: Elements;
  readonly encoding: "quicklist";
};

/** Entries in the pieces in which they are kept, which trimming "about" shows, and groups by name. */
export type StreamValue = {
  readonly type: "stream";
  readonly value: readonly StreamNode[];
  /** How many entries are not deleted. */
  readonly length: number;
  /** IDs are 128-bit numbers: milliseconds, then the sequence. 0: none. */
  readonly firstId: bigint;
  readonly lastId: bigint;
  readonly maxDeletedId: bigint;
  /** 64 bits. */
  readonly entriesAdded: bigint;
  readonly groups: ReadonlyMap<string, StreamGroup>;
  readonly encoding: "stream";
};

export type StreamNode = {
  /** Of its first entry, as are `fields`: entries with the same ones take less room. */
  readonly masterId: bigint;
  readonly fields: readonly string[];
  readonly entries: readonly StreamEntry[];
};

/** `words`: fields and values in turn. One that is deleted keeps its place until its node goes. */
export type StreamEntry = {
  readonly id: bigint;
  readonly words: readonly string[];
  readonly isDeleted: boolean;
};

export type StreamGroup = {
  readonly lastId: bigint;
  /** -1: not known. */
  readonly entriesRead: bigint;
  readonly pending: ReadonlyMap<bigint, PendingEntry>;
  /** When each was last seen, Unix milliseconds. */
  readonly consumers: ReadonlyMap<string, number>;
};

export type PendingEntry = {
  readonly consumer: string;
  /** Unix milliseconds. */
  readonly deliveredMs: number;
  readonly deliveries: bigint;
};

/** A value with its type. Further types are further members of this union. */
export type Value = StringValue | HashValue | ListValue | SetValue | SortedSetValue | StreamValue;

export type Entry = Value & {
  /** Unix milliseconds; undefined: it does not expire. */
  readonly expireAtMs?: number | undefined;
  /** When it was last used, Unix seconds: a small integer, which V8 keeps without an object. undefined: not known. */
  accessSeconds?: number | undefined;
};

/** `isSure`: the server has it; otherwise it may. */
export type KnownScript = { readonly body: string; readonly isSure: boolean };

/** What the oracle keeps for one client. */
export type Session = {
  readonly id: number;
  db: number;
  protocol: 2 | 3;
  name: string;
  libraryName: string;
  libraryVersion: string;
  isAuthenticated: boolean;
  /** The name of the user that it is; who has not logged in is the default one. */
  user: string;
  /** "skip": the next reply is kept back; "skip-next": it becomes "skip" when the present command is over. */
  replyMode: "on" | "off" | "skip" | "skip-next";
  /** CLIENT NO-TOUCH: its commands leave keys' access times alone. */
  isNoTouch: boolean;
  /** MONITOR makes a kind of replica of a client, and those may not touch keys. */
  isMonitor: boolean;
  /** Its number as the server counts, once a reply has told it. */
  serverId: bigint | undefined;
  /** MULTI was called, and neither EXEC nor DISCARD since. */
  transaction: Transaction | undefined;
  /** EXEC or a script runs its calls: none of them waits. */
  isInExec: boolean;
  /** A script's own. */
  readonly isScript: boolean;
  /** Of the script that it runs, while the server tells of its calls. */
  script: Session | undefined;
  watches: Watch[];
  /** Something that it watches was changed. */
  isTouched: boolean;
  readonly subscriptions: Subscriptions;
  /** How it tracks keys. */
  tracking?: Tracking | undefined;
};

/** What a client has chosen with CLIENT TRACKING ON. */
export type Tracking = {
  readonly redirect: bigint;
  readonly isBroadcast: boolean;
  readonly choice: "OPTIN" | "OPTOUT" | "";
  readonly isNoLoop: boolean;
  readonly prefixes: ReadonlySet<string>;
  /** CLIENT CACHING was called just before. */
  isCaching: boolean;
};

/** Entries by key, and which of them or of their fields have a time: counting keys looks at these only. */
export class Database extends Map<string, Entry> {
  readonly expiring = new Set<string>();
  /** Keys that were set or taken away, noted once somebody has put a set here; it is theirs to empty. */
  changed: Set<string> | undefined = undefined;

  override set(key: string, entry: Entry): this {
    this.changed?.add(key);
    if (entry.expireAtMs !== undefined || (entry.type === "hash" && entry.ends !== undefined))
      this.expiring.add(key);
    else if (this.expiring.size > 0) this.expiring.delete(key);
    return super.set(key, entry);
  }

  override delete(key: string): boolean {
    this.changed?.add(key);
    if (this.expiring.size > 0) this.expiring.delete(key);
    return super.delete(key);
  }

  override clear(): void {
    if (this.changed !== undefined) for (const key of this.keys()) this.changed.add(key);
    this.expiring.clear();
    super.clear();
  }
}

export type ModelOptions = {
  readonly databases?: number;
  /** How far the server's clock may be from the one that is told, milliseconds. 0: replies that hold times are exact. */
  readonly timeToleranceMs?: number;
  /** The server tells of the calls that scripts make (Oracle.scripted), so that none is run here. */
  readonly isToldOfScripts?: boolean;
  /** Names of directives that only the server on trial has. */
  readonly ownDirectives?: Iterable<string>;
};

export class Model {
  /** Unix milliseconds as the present command sees them. */
  nowMs = 0;
  /** The latest that any command saw, or that the server is known to have seen without one: clocks are set back. */
  latestMs = 0;
  /** False while a client runs that asked not to touch keys. */
  isTouching = true;
  readonly databases: Database[];
  readonly timeToleranceMs: number;
  readonly isToldOfScripts: boolean;
  /** Directives, by name, as text in CONFIG GET's spelling. */
  readonly config = new Map<string, string>();
  /** Directives that CONFIG SET has set, by name: of these the host's own are known too. */
  readonly setByClients = new Set<string>();
  /** Directives that only the server on trial has; their values are not judged. */
  readonly ownDirectives: Set<string>;
  /** The latency monitor may have seen something: it was switched on at some time. */
  hasLatencySamples = false;
  /** How many commands the server says it has, once it has said so. */
  commandCount: bigint | undefined = undefined;
  /** Hashes whose fields have times, by the payloads that the server made of them: how it does that is its own affair. */
  readonly payloadsWithTimes = new Map<string, HashValue>();
  /** Keys of which the server's replies left open what they hold; whoever deletes them takes them off the list. */
  readonly inDoubt: { readonly db: number; readonly key: string }[] = [];
  /** Users by name; the default one is always there. */
  readonly users = new Map<string, User>([["default", defaultUser()]]);
  /** Scripts by the SHA-1 of their text, lower case. */
  readonly scripts = new Map<string, KnownScript>();
  /** False once the server may have been given scripts that were not told. */
  areScriptsKnown = true;
  /** The code of libraries of functions, by name. */
  readonly libraries = new Map<string, string>();
  /** False once a muted client may have loaded libraries: then what is there is seen by nobody, until all are flushed. */
  areLibrariesKnown = true;
  /** Sessions by id. */
  readonly sessions = new Map<number, Session>();
  /** Sessions that watch keys. */
  readonly watching = new Set<Session>();
  /**
   * Told of each message to a subscriber, those for its channel first; it may be replaced. A message to the client whose
   * EXEC is running stands inside of EXEC's reply, where the oracle's reply does not show it.
   */
  deliver: (to: Session, message: Reply) => void = () => {};
  private readonly own = new WeakSet<object>();
  /** Set by a change of the eviction policy, which gives the access bits of all keys another meaning. */
  isAccessUnknown = false;

  constructor(options: ModelOptions = {}) {
    this.databases = Array.from({ length: options.databases ?? 16 }, () => new Database());
    this.timeToleranceMs = options.timeToleranceMs ?? 0;
    this.isToldOfScripts = options.isToldOfScripts === true;
    this.ownDirectives = new Set(options.ownDirectives ?? []);
  }

  /** Unix seconds as the present command sees them. */
  get nowSeconds(): number {
    return Math.floor(this.nowMs / 1000);
  }

  /** The live entry at `key`; its access time stays. */
  get(db: number, key: string): Entry | undefined {
    const entry = (this.databases[db] as Database).get(key);
    if (entry?.expireAtMs !== undefined && entry.expireAtMs <= this.nowMs) return undefined;
    if (entry?.type === "hash" && entry.ends !== undefined) return this.withoutEndedFields(db, key, entry);
    return entry;
  }

  private withoutEndedFields(db: number, key: string, entry: Entry & HashValue): Entry | undefined {
    const isEnded = (field: string): boolean =>
      (entry.ends?.get(field) ?? Number.POSITIVE_INFINITY) <= this.nowMs;
    let hasEnded = false;
    for (const endMs of entry.ends?.values() ?? []) hasEnded ||= endMs <= this.nowMs;
    if (!hasEnded) return entry;
    const value = new Map([...entry.value].filter(([field]) => !isEnded(field)));
    // As with a key whose time is over, the server may not have removed it yet.
    if (value.size === 0) return undefined;
    const ends = new Map([...(entry.ends ?? [])].filter(([field]) => !isEnded(field)));
    const left: Entry = { ...entry, value, ends: ends.size === 0 ? undefined : ends };
    (this.databases[db] as Database).set(key, left);
    return left;
  }

  /** The live entry at `key`, used now. */
  use(db: number, key: string): Entry | undefined {
    const entry = this.get(db, key);
    if (entry !== undefined && this.isTouching) entry.accessSeconds = this.nowSeconds;
    return entry;
  }

  set(db: number, key: string, entry: Entry): void {
    this.setUnnoticed(db, key, entry);
    if (this.watching.size > 0) touchWatched(this, db, key);
  }

  /** As `set`, of a value that may be kept in another form but is the same: who watches the key is not told. */
  setUnnoticed(db: number, key: string, entry: Entry): void {
    // Whoever stores a value may have found it in another entry.
    if (typeof entry.value !== "string") this.own.delete(entry.value);
    // Whether a change that is no access makes a new object, used now, is the server's affair.
    if (entry.accessSeconds === undefined && this.isTouching) entry.accessSeconds = this.nowSeconds;
    (this.databases[db] as Database).set(key, entry);
  }

  /** Says of a stored value that it is of no other entry, until it is stored again. */
  setOwn(value: object): void {
    this.own.add(value);
  }

  isOwn(value: object): boolean {
    return this.own.has(value);
  }

  /** Replaces the time of a live entry; undefined takes it away. */
  setExpiry(db: number, key: string, entry: Entry, expireAtMs: number | undefined): void {
    this.set(db, key, { ...entry, expireAtMs });
  }

  /** True when there was a live entry. */
  delete(db: number, key: string): boolean {
    const isLive = this.get(db, key) !== undefined;
    if (isLive && this.watching.size > 0) touchWatched(this, db, key);
    (this.databases[db] as Database).delete(key);
    return isLive;
  }

  /** How many keys of a database are live. */
  liveCount(db: number): number {
    const database = this.databases[db] as Database;
    let count = database.size;
    for (const key of database.expiring) if (this.get(db, key) === undefined) count--;
    return count;
  }

  /** Keys and entries of a database that are live. */
  *live(db: number): Generator<readonly [string, Entry]> {
    for (const [key] of this.databases[db] as Database) {
      const entry = this.get(db, key);
      if (entry !== undefined) yield [key, entry];
    }
  }

  directive(name: string): string {
    return this.config.get(name) ?? "";
  }
}
