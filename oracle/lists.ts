// Lists: what the commands on them share.

import { type EntryOf, entryAt, storeWritable, writableList } from "./collections.ts";
import type { Call } from "./command.ts";
import { Deque, type Elements } from "./elements.ts";
import { int64 } from "./numbers.ts";
import type { Outcome } from "./one-of.ts";
import { array, bulk, type Reply } from "./reply.ts";
import { notAnInteger, wrongType } from "./strings.ts";

export type End = "left" | "right";

export function listAt(call: Call, key: string): EntryOf<"list"> | undefined | "wrong type" {
  return entryAt(call, key, "list");
}

/** Stores the elements at a key, whose time to live stays; none remove it. */
export function storeList(
  call: Call,
  key: string,
  elements: Elements,
  before: EntryOf<"list"> | undefined,
): void {
  storeWritable(call, key, { type: "list", value: elements, encoding: "quicklist" }, before);
}

export function endOf(word: string): End | undefined {
  const end = word.toLowerCase();
  return end === "left" || end === "right" ? end : undefined;
}

/** First and last element that a range means, both counted from the head; undefined when it holds none. */
export function rangeOf(length: number, first: bigint, last: bigint): readonly [number, number] | undefined {
  const from = Math.max(Number(first < 0n ? BigInt(length) + first : first), 0);
  const to = Math.min(Number(last < 0n ? BigInt(length) + last : last), length - 1);
  return from > to ? undefined : [from, to];
}

/** The ends of a range from two words, or the error. */
export function boundsOf(first: string, last: string): readonly [bigint, bigint] | Reply {
  const from = int64(first);
  const to = int64(last);
  return from === undefined || to === undefined ? notAnInteger : [from, to];
}

/** Takes elements from an end, the outermost first. */
export function take(
  call: Call,
  key: string,
  { entry, end, count }: { readonly entry: EntryOf<"list">; readonly end: End; readonly count: number },
): readonly string[] {
  if (count === 0) return [];
  const value = writableList(call, entry.value);
  if (value instanceof Deque) {
    const taken = Array.from({ length: Math.min(count, value.length) }, () => value.pop(end));
    storeList(call, key, value, entry);
    return taken;
  }
  const taken = end === "left" ? value.slice(0, count) : value.slice(-count).reverse();
  storeList(call, key, end === "left" ? value.slice(count) : value.slice(0, -count), entry);
  return taken;
}

export type PopOptions = { readonly keys: readonly string[]; readonly end: End; readonly count: number };

/** What LMPOP and BLMPOP do with one key, and answer: its name and what is taken; undefined when it is missing. */
export function popMany(call: Call, key: string, { end, count }: PopOptions): Outcome | undefined {
  const entry = listAt(call, key);
  if (entry === undefined) return undefined;
  if (entry === "wrong type") return { reply: wrongType };
  const { value } = entry;
  const taken = end === "left" ? value.slice(0, count) : value.slice(-count).reverse();
  return {
    reply: array([bulk(key), array(taken.map(bulk))]),
    adopt: () => take(call, key, { entry, end, count }),
  };
}

export type Move = {
  readonly from: string;
  readonly to: string;
  readonly fromEnd: End;
  readonly toEnd: End;
};

/** The move of one element; undefined when there is none. */
export function move(call: Call, { from, to, fromEnd, toEnd }: Move): Outcome | undefined {
  const source = listAt(call, from);
  if (source === undefined) return undefined;
  if (source === "wrong type") return { reply: wrongType };
  const target = listAt(call, to);
  if (target === "wrong type") return { reply: wrongType };
  const moved = source.value.at(fromEnd === "left" ? 0 : -1) as string;
  const rest = fromEnd === "left" ? source.value.slice(1) : source.value.slice(0, -1);
  const adopt = (): void => {
    const before = from === to ? rest : (target?.value ?? []);
    // A list that is its own target never vanishes between.
    if (from !== to) storeList(call, from, rest, source);
    storeList(call, to, toEnd === "left" ? [moved, ...before] : [...before, moved], target);
  };
  return { reply: bulk(moved), adopt };
}
