// Sort order: in which order SORT returns elements: by number or by text, their own or another key's.
//
// Numbers that are equal leave it to the bytes of the elements. Texts are compared as C strings in the C locale, that
// is up to the first NUL, but all of their bytes when the result is stored; equal ones keep their order, unless
// LIMIT leaves a part of what BY orders (partial-sort.ts).

import type { Keyspace } from "../../keyspace/keyspace.ts";
import { compareBytes } from "../../lib/bytes.ts";
import { parseDouble } from "../../lib/format-double.ts";
import { type Compare, partialSort } from "./partial-sort.ts";
import type { SortQuery } from "./sort-query.ts";
import { TextList } from "./text-list.ts";

/** A smaller number cannot be read without loss, which C reports. */
const NORMAL_MIN = 2 ** -1022;

/**
 * The indexes of `elements` as the query orders them, right from place `first` up to `end`; undefined when something
 * to sort by is no number.
 */
export function sortedOrder(
  query: SortQuery,
  keyspace: Keyspace,
  elements: TextList,
  first: number,
  end: number,
): readonly number[] | undefined {
  const order = Array.from({ length: elements.count }, (_, i) => i);
  if (query.isUnsorted) return order;
  const compare = query.isAlphabetic
    ? byText(query, keyspace, elements)
    : byNumber(query, keyspace, elements);
  if (compare === undefined) return undefined;
  const isPart = query.by !== undefined && (first > 0 || end < elements.count);
  if (!isPart) order.sort(compare);
  else if (first < end) partialSort(order, compare, first, end - 1);
  return order;
}

function byText(query: SortQuery, keyspace: Keyspace, elements: TextList): Compare {
  const direction = query.isDescending ? -1 : 1;
  const weights = query.by === undefined ? elements : weightTexts(query, keyspace, elements);
  const isWhole = query.storeAt > 0;
  return (a, b) => direction * compareTexts(weights, a, b, isWhole);
}

function byNumber(query: SortQuery, keyspace: Keyspace, elements: TextList): Compare | undefined {
  const direction = query.isDescending ? -1 : 1;
  const weights = weightNumbers(query, keyspace, elements);
  if (weights === undefined) return undefined;
  return (a, b) => {
    const left = weights[a] as number;
    const right = weights[b] as number;
    if (left !== right) return left < right ? -direction : direction;
    return direction * compareTexts(elements, a, b, true);
  };
}

function weightTexts({ by }: SortQuery, keyspace: Keyspace, elements: TextList): TextList {
  const weights = new TextList();
  for (let i = 0; i < elements.count; i++) {
    if (by?.find(keyspace, elements.bytes, elements.start(i), elements.end(i))) {
      weights.add(by.bytes, by.start, by.end);
    } else {
      weights.addMissing();
    }
  }
  return weights;
}

// All are looked up, even after one that is no number.
function weightNumbers({ by }: SortQuery, keyspace: Keyspace, elements: TextList): Float64Array | undefined {
  const weights = new Float64Array(elements.count);
  let isFaulty = false;
  for (let i = 0; i < elements.count; i++) {
    const start = elements.start(i);
    const end = elements.end(i);
    let weight: number | undefined = 0;
    if (by === undefined) weight = numberOf(elements.bytes, start, end);
    else if (by.find(keyspace, elements.bytes, start, end)) weight = numberOf(by.bytes, by.start, by.end);
    if (weight === undefined) isFaulty = true;
    else weights[i] = weight;
  }
  return isFaulty ? undefined : weights;
}

/** The number that C's strtod reads from a C string, when it reads all of it without loss: of an empty one 0. */
function numberOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  const textEnd = endOfText(bytes, start, end);
  if (textEnd === start) return 0;
  let at = start;
  while (at < textEnd && isSpace(bytes[at] as number)) at++;
  const value = parseDouble(bytes, at, textEnd);
  if (value === undefined || value === 0) return value;
  return Math.abs(value) < NORMAL_MIN ? undefined : value;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

// Missing ones come first.
function compareTexts(texts: TextList, a: number, b: number, isWhole: boolean): number {
  if (texts.isMissing(a) || texts.isMissing(b))
    return Number(texts.isMissing(b)) - Number(texts.isMissing(a));
  const { bytes } = texts;
  const aStart = texts.start(a);
  const bStart = texts.start(b);
  const aEnd = isWhole ? texts.end(a) : endOfText(bytes, aStart, texts.end(a));
  const bEnd = isWhole ? texts.end(b) : endOfText(bytes, bStart, texts.end(b));
  return compareBytes(bytes, aStart, aEnd, bytes, bStart, bEnd);
}

// Where a C string ends.
function endOfText(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === 0) return at;
  return end;
}
