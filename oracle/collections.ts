// Collections: what the commands on hashes, sets and sorted sets share.
//
// Invariants: a value is not changed in place: a command copies it, changes the copy and stores that. A large one would
// make that too slow for live traffic: the copy (`writable`) is then used again, as long as no other entry has it. An empty
// collection is stored as no key at all. An encoding never goes back to the compact one while its key lives.

import type { Call } from "./command.ts";
import { Deque, type Elements } from "./elements.ts";
import type { Entry, HashValue, ListValue, Model, SetValue, SortedSetValue, Value } from "./model.ts";
import { isInt64 } from "./numbers.ts";
import { forgetOrder } from "./sorted-sets.ts";

export type EntryOf<Type extends Value["type"]> = Extract<Entry, { readonly type: Type }>;

/** The live entry of a type at `key`, used now; "wrong type" when it is of another. */
export function entryAt<Type extends Value["type"]>(
  { model, session }: Call,
  key: string,
  type: Type,
): EntryOf<Type> | undefined | "wrong type" {
  const entry = model.use(session.db, key);
  if (entry === undefined) return undefined;
  return entry.type === type ? (entry as EntryOf<Type>) : "wrong type";
}

/** Stores a value in place of `before`, whose time to live it keeps; an empty one removes the key. */
export function store(
  { model, session }: Call,
  key: string,
  value: HashValue | ListValue | SetValue | SortedSetValue,
  before: Entry | undefined,
): void {
  if ((value.type === "list" ? value.value.length : value.value.size) === 0) {
    model.delete(session.db, key);
    return;
  }
  const entry = { ...value, expireAtMs: before?.expireAtMs, accessSeconds: undefined };
  const hadTimes = value.type === "hash" && before?.type === "hash" && before.hadTimes === true;
  model.set(session.db, key, hadTimes ? ({ ...entry, hadTimes } as Entry) : entry);
}

/** From so many elements on a value is not copied for each change. */
const LARGE = 1024;

/** The value of `before` to be changed and then stored by `storeWritable`: a copy, or its own. */
export function writableMap<T>({ model }: Call, value: ReadonlyMap<string, T> | undefined): Map<string, T> {
  if (value === undefined || !model.isOwn(value)) return new Map(value);
  forgetOrder(value as ReadonlyMap<string, never>);
  return value as Map<string, T>;
}

export function writableSet({ model }: Call, value: ReadonlySet<string> | undefined): Set<string> {
  return value !== undefined && model.isOwn(value) ? (value as Set<string>) : new Set(value);
}

/** As a deque, if it is large. */
export function writableList({ model }: Call, value: Elements | undefined): Deque | string[] {
  if (value !== undefined && model.isOwn(value)) return value as Deque;
  return value !== undefined && value.length >= LARGE ? new Deque(value) : [...(value ?? [])];
}

/** As `store`, of a value that was `writable` and is nobody else's. */
export function storeWritable(
  call: Call,
  key: string,
  value: HashValue | ListValue | SetValue | SortedSetValue,
  before: Entry | undefined,
): void {
  store(call, key, value, before);
  const isLarge = value.type === "list" ? value.value instanceof Deque : value.value.size >= LARGE;
  // Fields with times are kept elsewhere too.
  if (isLarge && !(value.type === "hash" && (value.ends !== undefined || value.hadTimes === true))) {
    call.model.setOwn(value.value);
  }
}

/** A hash after fields were written. `isLarge`: it was before, or something written does not fit into a listpack. */
export function hashOf(
  model: Model,
  value: ReadonlyMap<string, string>,
  { isLarge, ends }: { readonly isLarge: boolean; readonly ends?: HashValue["ends"] },
): HashValue {
  const isPacked = !isLarge && value.size <= limit(model, "hash-max-listpack-entries");
  return { type: "hash", value, ends, encoding: isPacked ? "listpack" : "hashtable" };
}

/** The times of fields but for some; undefined when none is left. */
export function endsWithout(ends: HashValue["ends"], fields: Iterable<string>): HashValue["ends"] {
  if (ends === undefined) return undefined;
  const left = new Map(ends);
  for (const field of fields) left.delete(field);
  return left.size === 0 ? undefined : left;
}

export function isTooLongForHash(model: Model, text: string): boolean {
  return text.length > limit(model, "hash-max-listpack-value");
}

/** A set after members were added; `isLarge`: it was a hash table before. */
export function setOf(model: Model, value: ReadonlySet<string>, isLarge: boolean): SetValue {
  const isSmall = !isLarge && value.size <= limit(model, "set-max-intset-entries");
  const isPacked = isSmall && [...value].every(isInt64);
  return { type: "set", value, encoding: isPacked ? "intset" : "hashtable" };
}

/** A sorted set as it is built at once: of what a command computed, or of a payload. */
export function sortedSetOf(model: Model, value: ReadonlyMap<string, number>): SortedSetValue {
  const isPacked =
    value.size <= limit(model, "zset-max-listpack-entries") &&
    ![...value.keys()].some((member) => isTooLongForSortedSet(model, member));
  return isPacked ? packedSortedSet(value) : { type: "zset", value, encoding: "skiplist" };
}

/** A listpack holds whole numbers as such, so that a zero loses its sign. */
export function packedSortedSet(value: ReadonlyMap<string, number>): SortedSetValue {
  return {
    type: "zset",
    value: new Map([...value].map(([member, score]) => [member, score === 0 ? 0 : score])),
    encoding: "listpack",
  };
}

/** A sorted set with a member that it did not have. */
export function withMember(
  call: Call,
  before: SortedSetValue | undefined,
  [member, score]: readonly [string, number],
): SortedSetValue {
  const value = writableMap(call, before?.value).set(member, score);
  const isPacked =
    before?.encoding !== "skiplist" &&
    value.size <= limit(call.model, "zset-max-listpack-entries") &&
    !isTooLongForSortedSet(call.model, member);
  return isPacked ? packedSortedSet(value) : { type: "zset", value, encoding: "skiplist" };
}

export function isTooLongForSortedSet(model: Model, text: string): boolean {
  return text.length > limit(model, "zset-max-listpack-value");
}

export function limit(model: Model, directive: string): number {
  return Number(model.directive(directive));
}
