// Value extent: where a value in an RDB file ends, found from its lengths alone.
//
// Role: lets a loader bring exactly one value into memory before a codec looks at it. Nothing is decoded or kept; every
// length is held against what the file still has.

import type { ByteSource } from "./byte-source.ts";

/** The shape of a value: one string, or so many items of a row of parts each. */
type Part = "string" | "length" | "id" | "score-text" | 8;
type Shape = "string" | "stream" | { readonly lead?: 8; readonly items: readonly Part[] };

const items = (...parts: readonly Part[]): Shape => ({ items: parts });

/** The types there are, but for modules'. Streams' shapes differ by version. */
const shapes: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  [0, "string"],
  [1, items("string")],
  [2, items("string")],
  [3, items("string", "score-text")],
  [4, items("string", "string")],
  [5, items("string", 8)],
  [9, "string"],
  [10, "string"],
  [11, "string"],
  [12, "string"],
  [13, "string"],
  [14, items("string")],
  [15, "stream"],
  [16, "string"],
  [17, "string"],
  [18, items("length", "string")],
  [19, "stream"],
  [20, "string"],
  [21, "stream"],
  [24, { lead: 8, items: ["length", "string", "string"] }],
  [25, { lead: 8, items: [] }],
]);

const CUT_OFF = -1;
const STREAM_2 = 19;
const STREAM_3 = 21;
const TIMED_LISTPACK = 25;
const ID_BYTES = 16;

/** True for the types of values that are read. */
export function isKnownType(rdbType: number): boolean {
  return shapes.has(rdbType);
}

/** Where the value of a known type that begins at `from` in the source's window ends; -1 when it cannot be whole. */
export function valueEnd(source: ByteSource, rdbType: number, from: number): number {
  const shape = shapes.get(rdbType);
  if (shape === "string" || shape === undefined) return stringEnd(source, from);
  if (shape === "stream") return streamEnd(source, rdbType, from);
  const at = shape.lead === undefined ? from : bytesEnd(source, from, shape.lead);
  if (rdbType === TIMED_LISTPACK) return stringEnd(source, at);
  return itemsEnd(source, at, shape.items);
}

/** Where the string at `from` ends. */
export function stringEnd(source: ByteSource, from: number): number {
  if (from < 0 || !source.need(from, 1)) return CUT_OFF;
  const first = source.window[from] as number;
  if (first < 0xc0) {
    const at = lengthEnd(source, from);
    return bytesEnd(source, at, lastLength.value);
  }
  if (first === 0xc0) return bytesEnd(source, from, 2);
  if (first === 0xc1) return bytesEnd(source, from, 3);
  if (first === 0xc2) return bytesEnd(source, from, 5);
  if (first !== 0xc3) return CUT_OFF;
  const madeAt = lengthEnd(source, from + 1);
  const made = lastLength.value;
  return bytesEnd(source, lengthEnd(source, madeAt), made);
}

// The length that `lengthEnd` read last.
const lastLength = { value: 0 };

/** Where the length at `from` ends, or -1; `lengthRead` then tells it. */
export function lengthEnd(source: ByteSource, from: number): number {
  if (from < 0 || !source.need(from, 1)) return CUT_OFF;
  const first = source.window[from] as number;
  if (first < 0x40) {
    lastLength.value = first;
    return from + 1;
  }
  const extra = first < 0x80 ? 1 : first === 0x80 ? 4 : first === 0x81 ? 8 : 0;
  if (extra === 0 || !source.need(from, 1 + extra)) return CUT_OFF;
  const { window } = source;
  let value = extra === 1 ? first & 0x3f : 0;
  for (let i = 1; i <= extra; i++) value = value * 256 + (window[from + i] as number);
  lastLength.value = value;
  return from + 1 + extra;
}

/** The length that was read last. It may be too large to be exact, and then is larger than any file. */
export function lengthRead(): number {
  return lastLength.value;
}

function bytesEnd(source: ByteSource, from: number, count: number): number {
  // Not more than the file has, so that the sum stays exact.
  if (from < 0 || count > source.sizeBytes || !source.need(from, count)) return CUT_OFF;
  return from + count;
}

function itemsEnd(source: ByteSource, from: number, parts: readonly Part[]): number {
  let at = lengthEnd(source, from);
  const count = lastLength.value;
  // Each item takes a byte or more, so a count that is not true ends with the file.
  for (let i = 0; i < count && at >= 0; i++) {
    for (const part of parts) at = partEnd(source, at, part);
  }
  return at;
}

function partEnd(source: ByteSource, from: number, part: Part): number {
  switch (part) {
    case "string":
      return stringEnd(source, from);
    case "length":
      return lengthEnd(source, from);
    case "id":
      return lengthEnd(source, lengthEnd(source, from));
    case "score-text": {
      if (from < 0 || !source.need(from, 1)) return CUT_OFF;
      const size = source.window[from] as number;
      return bytesEnd(source, from + 1, size >= 253 ? 0 : size);
    }
    default:
      return bytesEnd(source, from, part);
  }
}

function streamEnd(source: ByteSource, rdbType: number, from: number): number {
  let at = itemsEnd(source, from, ["string", "string"]);
  at = lengthEnd(source, at);
  at = partEnd(source, at, "id");
  if (rdbType >= STREAM_2) {
    at = partEnd(source, at, "id");
    at = partEnd(source, at, "id");
    at = lengthEnd(source, at);
  }
  at = lengthEnd(source, at);
  const groups = lastLength.value;
  for (let i = 0; i < groups && at >= 0; i++) at = groupEnd(source, rdbType, at);
  return at;
}

function groupEnd(source: ByteSource, rdbType: number, from: number): number {
  let at = partEnd(source, stringEnd(source, from), "id");
  if (rdbType >= STREAM_2) at = lengthEnd(source, at);
  at = lengthEnd(source, at);
  const pending = lastLength.value;
  for (let i = 0; i < pending && at >= 0; i++) at = lengthEnd(source, bytesEnd(source, at, ID_BYTES + 8));
  at = lengthEnd(source, at);
  const consumers = lastLength.value;
  for (let i = 0; i < consumers && at >= 0; i++) {
    at = bytesEnd(source, stringEnd(source, at), rdbType === STREAM_3 ? 16 : 8);
    at = lengthEnd(source, at);
    const own = lastLength.value;
    if (at >= 0) at = bytesEnd(source, at, own * ID_BYTES);
  }
  return at;
}
