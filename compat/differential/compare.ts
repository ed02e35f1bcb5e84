// Compare: whether two raw replies to one call agree, by the way that call is to be compared.
//
// Role: pure. Errors are always compared byte for byte, whatever the class: both servers refuse, with one text.
// Returns undefined when they agree, else what is wrong in a few words.

import { type Frame, isErrorFrame, isNullFrame, parseFrame } from "../resp/reply-frame.ts";
import { type Comparison, infoFieldsOfOne } from "./by-design.ts";

/** Seconds, and milliseconds where the command counts in them, by which clocks may be apart. */
const secondsApartMax = 2;
const millisecondsApartMax = 2500;
/** Milliseconds between two times at which both were told the same. */
const clocksApartMsMax = 10_000;

export function difference(
  stock: Buffer | undefined,
  candidate: Buffer | undefined,
  comparison: Comparison,
  isInMilliseconds = false,
): string | undefined {
  if (stock === undefined && candidate === undefined) return undefined;
  if (stock === undefined) return "only the candidate answered";
  if (candidate === undefined) return "no answer";
  if (stock.equals(candidate)) return undefined;
  if (comparison === "exact") return "bytes differ";
  if (isErrorFrame(stock) || isErrorFrame(candidate)) return "one refuses, or with another text";
  const a = parseFrame(stock);
  const b = parseFrame(candidate);
  switch (comparison) {
    case "any":
      return undefined;
    case "unordered":
      return sameElements(a, b) ? undefined : "elements differ";
    case "random":
    case "kind":
      return a.mark === b.mark && isNullFrame(a) === isNullFrame(b) ? undefined : "types differ";
    case "shape":
      return sameShape(a, b) ? undefined : "shapes differ";
    case "time":
      return sameTime(a, b, isInMilliseconds ? millisecondsApartMax : secondsApartMax)
        ? undefined
        : "times differ";
    case "fields":
      return fieldNames(a) === fieldNames(b) ? undefined : `fields differ: ${firstOther(a, b)}`;
    case "docs":
      return sameTree(a, b, ["summary", "complexity", "history"]) ? undefined : "documentation differs";
    case "hello":
      return sameTree(a, b, ["id"]) ? undefined : "greetings differ";
    case "payload":
      return isSameTable(stock, candidate) ? undefined : "payloads differ";
    case "nearest":
      return sameElements(a, b) || areSameButForMembers(a, b) ? undefined : "elements differ";
    case "clock":
      return isSameButForTimes(stock.toString("latin1"), candidate.toString("latin1"))
        ? undefined
        : "bytes differ, and not only times";
    case "scan":
      return a.items.length === 2 && b.items.length === 2 && a.items[1]?.mark === b.items[1]?.mark
        ? undefined
        : "shapes differ";
  }
}

// A set (2) or hash (4) as a table: the same elements in some order, so the same bytes, but for version and checksum.
function isSameTable(a: Buffer, b: Buffer): boolean {
  const start = a.indexOf(10) + 1;
  const type = a[start];
  // A list (18) is cut into nodes as it grew or as it is written; its elements are compared with the state.
  if (type === 18) return b[b.indexOf(10) + 1] === 18;
  if (a.length !== b.length) return false;
  if (type === 19 && b[start] === 19) return isSameStream(a, b);
  if (type !== b[start] || (type !== 2 && type !== 4)) return false;
  const sorted = (bytes: Buffer): Uint8Array => Uint8Array.from(bytes.subarray(start, -12)).sort();
  return Buffer.compare(sorted(a), sorted(b)) === 0;
}

// A stream (19) tells when its consumers were seen: eight bytes each, milliseconds, which may be a little apart.
function isSameStream(a: Buffer, b: Buffer): boolean {
  for (let i = 0; i < a.length - 10; ) {
    if (a[i] === b[i]) i++;
    else {
      const end = endOfTime(a, b, i);
      if (end === 0) return false;
      i = end;
    }
  }
  return true;
}

// Where the time that holds byte `at` ends in both; 0 when none does.
function endOfTime(a: Buffer, b: Buffer, at: number): number {
  for (let start = Math.max(0, at - 7); start <= at && start + 8 <= a.length; start++) {
    const [left, right] = [Number(a.readBigUInt64LE(start)), Number(b.readBigUInt64LE(start))];
    const areTimes = [left, right].every((ms) => ms > 1e12 && ms < 1e13);
    if (areTimes && Math.abs(left - right) <= clocksApartMsMax) return start + 8;
  }
  return 0;
}

/** True when two raw replies are the same but for numbers that are wall-clock times in ms, which are not far apart. */
export function isSameButForTimes(a: string, b: string): boolean {
  const time = /(?<=\r\n):(\d{13})(?=\r\n)/g;
  if (a.replaceAll(time, ":T") !== b.replaceAll(time, ":T")) return false;
  const others = [...b.matchAll(time)].map((match) => Number(match[1]));
  return [...a.matchAll(time)].every(
    (match, i) => Math.abs(Number(match[1]) - (others[i] ?? 0)) <= clocksApartMsMax,
  );
}

// RESP2 flattens a map into an array, so the elements of both are compared one by one.
function sameElements(a: Frame, b: Frame): boolean {
  if (a.mark !== b.mark || a.items.length !== b.items.length) return false;
  const sorted = (frame: Frame): string[] => frame.items.map((item) => item.raw.toString("latin1")).sort();
  const left = sorted(a);
  const right = sorted(b);
  return left.every((text, i) => text === right[i]);
}

// With COUNT, of members that are equally far any may be left out: what is told of each must be the same all the same.
function areSameButForMembers(a: Frame, b: Frame): boolean {
  if (a.mark !== b.mark || a.items.length !== b.items.length) return false;
  const told = (item: Frame): string =>
    item.items.length === 0
      ? item.mark
      : item.items
          .slice(1)
          .map(({ raw }) => raw.toString("latin1"))
          .join("");
  return a.items.every((item, i) => told(item) === told(b.items[i] as Frame));
}

function sameShape(a: Frame, b: Frame): boolean {
  if (a.mark !== b.mark || isNullFrame(a) !== isNullFrame(b) || a.items.length !== b.items.length)
    return false;
  return a.items.every((item, i) => sameShape(item, b.items[i] as Frame));
}

function sameTime(a: Frame, b: Frame, apartMax: number): boolean {
  if (a.mark !== b.mark || a.items.length !== b.items.length) return false;
  // TIME answers with seconds and microseconds; the latter start over each second.
  if (a.items.length === 2) return sameTime(a.items[0] as Frame, b.items[0] as Frame, apartMax);
  if (a.text === b.text) return true;
  const left = Number(a.text);
  const right = Number(b.text);
  return left >= 0 && right >= 0 && Math.abs(left - right) <= apartMax;
}

// Equal but for the values that follow one of `except`.
function sameTree(a: Frame, b: Frame, except: readonly string[]): boolean {
  if (a.raw.equals(b.raw)) return true;
  if (a.mark !== b.mark || a.items.length !== b.items.length || a.items.length === 0) return false;
  return a.items.every((item, i) => {
    const before = a.items[i - 1]?.text ?? "";
    const other = b.items[i] as Frame;
    if (i % 2 === 1 && except.includes(before)) return item.mark === other.mark;
    return sameTree(item, other, except);
  });
}

function fieldNames(frame: Frame): string {
  return namesOf(frame).join(" ");
}

function firstOther(a: Frame, b: Frame): string {
  const left = namesOf(a);
  const right = namesOf(b);
  const missing = left.filter((name) => !right.includes(name)).slice(0, 8);
  const extra = right.filter((name) => !left.includes(name)).slice(0, 8);
  return `missing ${missing.join(",") || "none"}; extra ${extra.join(",") || "none"}`;
}

function namesOf(frame: Frame): string[] {
  return frame.text
    .split("\r\n")
    .map((line) => (line.startsWith("# ") ? line : line.split(":", 1).join("")))
    .filter((name) => name !== "" && !infoFieldsOfOne.test(name));
}
