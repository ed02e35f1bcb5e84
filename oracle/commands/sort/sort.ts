// SORT: the elements of a list, set or sorted set in order: by themselves, by what other keys hold, or as they stand.
//
// What is equal may come in any order, and so may the members of a set that are not sorted: then several answers are
// right, and what SORT STORE leaves is in doubt.

import type { Call } from "../../command.ts";
import { parseBound } from "../../doubles.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, array, bulk, chosen, error, integer, nil, type Reply } from "../../reply.ts";
import { ranked } from "../../sorted-sets.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";
import { defaultUser, mayReadEveryKey } from "../../users.ts";

type Options = {
  isDescending: boolean;
  isAlpha: boolean;
  start: bigint;
  count: bigint;
  by: string | undefined;
  gets: string[];
  target: string | undefined;
};

/** An element with what it is sorted by; equal ranks may change places. */
type Sortable = { readonly element: string; readonly rank: number };

export function sort(call: Call, { mayStore }: { readonly mayStore: boolean }): Reply {
  const { model, session, words } = call;
  const user = model.users.get(session.user) ?? defaultUser();
  const mayReadAll = mayReadEveryKey(user, mayStore ? "sort" : "sort_ro", words);
  const options = optionsOf(words, mayStore, mayReadAll);
  if ("kind" in options) return options;
  const key = words[1] as string;
  const entry = model.use(session.db, key);
  if (entry !== undefined && ["string", "hash", "stream"].includes(entry.type)) return wrongType;
  // Redis needs its tree to walk it, and keeps that.
  if (entry?.type === "zset") model.setUnnoticed(session.db, key, { ...entry, encoding: "skiplist" });
  let elements: readonly string[] = [];
  if (entry?.type === "list") elements = [...entry.value];
  else if (entry?.type === "set") elements = [...entry.value];
  else if (entry?.type === "zset") elements = ranked(entry.value).map(([member]) => member);
  const isAsItStands = options.by !== undefined && !hasStar(options.by);
  // A set has no order to stand in; what is stored needs one.
  const isForced = isAsItStands && entry?.type === "set" && options.target !== undefined;
  const sorted = isForced
    ? sortedBy(call, elements, { ...options, by: undefined, isAlpha: true })
    : isAsItStands
      ? asItStands(elements, entry?.type === "set", options)
      : sortedBy(call, elements, options);
  if (sorted === undefined) return error(notDoubles);
  const [from, to] = window(sorted.length, options);
  const rowOf = ({ element }: Sortable): (string | undefined)[] => {
    if (options.gets.length === 0) return [element];
    return options.gets.map((pattern) => lookUp(call, pattern, element));
  };
  if (options.target === undefined) return reply(sorted, [from, to], rowOf);
  const stored = sorted.slice(from, to).flatMap(rowOf);
  if (stored.length === 0) model.delete(session.db, options.target);
  else {
    const value = stored.map((text) => text ?? "");
    if (isOpen(sorted, [from, to], rowOf)) model.inDoubt.push({ db: session.db, key: options.target });
    model.set(session.db, options.target, { type: "list", value, encoding: "quicklist" });
  }
  return integer(stored.length);
}

const notDoubles = "ERR One or more scores can't be converted into double";

// Patterns lead to keys that the rules of a user were not asked about.
function optionsOf(words: readonly string[], mayStore: boolean, mayReadAll: boolean): Options | Reply {
  const options: Options = {
    isDescending: false,
    isAlpha: false,
    start: 0n,
    count: -1n,
    by: undefined,
    gets: [],
    target: undefined,
  };
  for (let i = 2; i < words.length; i++) {
    const name = (words[i] as string).toUpperCase();
    const left = words.length - i - 1;
    if (name === "ASC") options.isDescending = false;
    else if (name === "DESC") options.isDescending = true;
    else if (name === "ALPHA") options.isAlpha = true;
    else if (name === "LIMIT" && left >= 2) {
      const start = int64(words[i + 1] as string);
      const count = int64(words[i + 2] as string);
      if (start === undefined || count === undefined) return notAnInteger;
      Object.assign(options, { start, count });
      i += 2;
    } else if (name === "STORE" && left >= 1 && mayStore) options.target = words[++i];
    else if (name === "BY" && left >= 1) {
      options.by = words[++i];
      if (options.by !== undefined && hasStar(options.by) && !mayReadAll) return error(errors.sortByDenied);
    } else if (name === "GET" && left >= 1) {
      if (!mayReadAll) return error(errors.sortGetDenied);
      options.gets.push(words[++i] as string);
    } else return syntaxError;
  }
  return options;
}

function asItStands(elements: readonly string[], isSet: boolean, { isDescending }: Options): Sortable[] {
  const rows = elements.map((element, i) => ({ element, rank: isSet ? 0 : i }));
  return isDescending ? rows.reverse() : rows;
}

/** In order; undefined when something to sort by is no number. */
function sortedBy(call: Call, elements: readonly string[], options: Options): Sortable[] | undefined {
  const { by, isAlpha, isDescending, target } = options;
  const rows = elements.map((element) => {
    const text = by === undefined ? element : lookUp(call, by, element);
    return { element, text, score: isAlpha || text === undefined ? 0 : numberOf(text) };
  });
  if (rows.some(({ score }) => score === undefined)) return undefined;
  const seen = (text: string): string => (target === undefined ? untilNul(text) : text);
  const compare = (a: (typeof rows)[number], b: (typeof rows)[number]): number => {
    if (!isAlpha) return order(a.score ?? 0, b.score ?? 0) || order(a.element, b.element);
    if (a.text === undefined || b.text === undefined)
      return Number(a.text !== undefined) - Number(b.text !== undefined);
    return order(seen(a.text), seen(b.text));
  };
  const ordered = rows.toSorted((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
  const sorted: Sortable[] = [];
  for (const [i, row] of ordered.entries()) {
    const before = ordered[i - 1];
    const rank = sorted.at(-1)?.rank ?? 0;
    sorted.push({
      element: row.element,
      rank: before === undefined || compare(before, row) === 0 ? rank : rank + 1,
    });
  }
  return sorted;
}

function order<Sorted extends number | string>(a: Sorted, b: Sorted): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Texts are compared as C's are, but for those that are to be stored.
function untilNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}

const normalMin = 2 ** -1022;

// As strtod reads it, unless that is out of range: an infinite number or a zero must be written as such.
function numberOf(text: string): number | undefined {
  const number = parseBound(text);
  if (number === undefined) return undefined;
  // So small a number is told with fewer digits than it has, which strtod takes for out of range; hex digits may be all.
  if (number !== 0 && Math.abs(number) < normalMin && !/^\s*[+-]?0x/i.test(text)) return undefined;
  if (Number.isFinite(number) && number !== 0) return number;
  if (number !== 0) return /inf/i.test(text) ? number : undefined;
  const [digits = ""] = untilNul(text).replace(/0x/i, "").split(/[ep]/i);
  return /[1-9a-f]/i.test(digits) ? undefined : number;
}

/** What a pattern of BY or GET gives for an element; undefined: nothing. */
function lookUp({ model, session }: Call, pattern: string, element: string): string | undefined {
  const searched = beforeNul(pattern);
  if (searched === "#") return element;
  const star = searched.indexOf("*");
  if (star < 0) return undefined;
  const arrow = searched.indexOf("->", star + 1);
  const hasField = arrow >= 0 && arrow + 2 < searched.length;
  const keyPattern = hasField ? pattern.slice(0, arrow) : pattern;
  const entry = model.use(session.db, keyPattern.slice(0, star) + element + keyPattern.slice(star + 1));
  if (hasField) return entry?.type === "hash" ? entry.value.get(pattern.slice(arrow + 2)) : undefined;
  return entry?.type === "string" ? entry.value : undefined;
}

// What of a pattern is searched for its star and arrow.
function beforeNul(pattern: string): string {
  return pattern.split("\0", 1)[0] as string;
}

function hasStar(pattern: string): boolean {
  return beforeNul(pattern).includes("*");
}

// LIMIT, as [from, to).
function window(length: number, { start, count }: Options): readonly [number, number] {
  const from = start < 0n ? 0 : Math.min(Number(start), length);
  const wanted = count < 0n ? length : Math.min(Number(count), length);
  return [from, Math.min(from + wanted, length)];
}

type Row = readonly (string | undefined)[];

// Whether rows that differ may change places.
function isOpen(
  sorted: readonly Sortable[],
  [from, to]: readonly [number, number],
  rowOf: (sortable: Sortable) => Row,
): boolean {
  const shown = new Set(sorted.slice(from, to).map(({ rank }) => rank));
  const first = new Map<number, string>();
  return sorted.some((sortable) => {
    const { rank } = sortable;
    if (!shown.has(rank)) return false;
    const text = JSON.stringify(rowOf(sortable));
    if (!first.has(rank)) first.set(rank, text);
    return first.get(rank) !== text;
  });
}

function reply(
  sorted: readonly Sortable[],
  [from, to]: readonly [number, number],
  rowOf: (sortable: Sortable) => Row,
): Reply {
  const exact = sorted.slice(from, to).flatMap(rowOf);
  const items = exact.map((text) => (text === undefined ? nil : bulk(text)));
  if (!isOpen(sorted, [from, to], rowOf)) return array(items);
  const width = to > from ? exact.length / (to - from) : 0;
  return chosen(`${JSON.stringify(exact)}, those that are equal in any order`, (answer) => {
    if (answer.kind !== "array" || answer.items.length !== exact.length) return false;
    // Each row must be one of those of its rank, and each of these comes once at most.
    const open = new Map<number, string[]>();
    for (const sortable of sorted) {
      const texts = open.get(sortable.rank) ?? [];
      texts.push(JSON.stringify(rowOf(sortable).map((text) => text ?? null)));
      open.set(sortable.rank, texts);
    }
    for (let i = from; i < to; i++) {
      const at = (i - from) * width;
      const texts = open.get(sorted[i]?.rank ?? -1) ?? [];
      const found = texts.indexOf(JSON.stringify(answer.items.slice(at, at + width).map(textOf)));
      if (found < 0) return false;
      texts.splice(found, 1);
    }
    return true;
  });
}

function textOf(answer: Answer): string | null {
  return answer.kind === "bulk" ? answer.text : null;
}
