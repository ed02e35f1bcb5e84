// IDs of stream entries: 128-bit numbers whose upper half is milliseconds and whose lower half is a sequence.

import { word } from "./errors.ts";
import { int64 } from "./numbers.ts";
import { type Answer, bulk, type Reply } from "./reply.ts";

const SEQUENCE_BITS = 64n;
export const sequenceMax = (1n << SEQUENCE_BITS) - 1n;
export const idMax = (1n << 128n) - 1n;
const TEXT_LENGTH_MAX = 127;

export function idOf(ms: bigint, sequence: bigint): bigint {
  return (ms << SEQUENCE_BITS) | sequence;
}

export function msOf(id: bigint): bigint {
  return id >> SEQUENCE_BITS;
}

export function sequenceOf(id: bigint): bigint {
  return id & sequenceMax;
}

export function idText(id: bigint): string {
  return `${msOf(id)}-${sequenceOf(id)}`;
}

export function idReply(id: bigint): Reply {
  return bulk(idText(id));
}

/** The ID that an answer is, or undefined. */
export function idFrom(answer: Answer): bigint | undefined {
  return answer.kind === "bulk" && /^\d+-\d+$/.test(answer.text) ? strictId(answer.text, 0n) : undefined;
}

/** "-" and "+" for the ends, "ms", which `missing` completes, or "ms-sequence"; undefined: it is none of them. */
export function looseId(text: string, missing: bigint): bigint | undefined {
  if (text.length <= TEXT_LENGTH_MAX) {
    if (word(text) === "-") return 0n;
    if (word(text) === "+") return idMax;
  }
  return strictId(text, missing);
}

/** As `looseId`, without the ends. */
export function strictId(text: string, missing: bigint): bigint | undefined {
  const halves = halvesOf(text);
  if (halves === undefined) return undefined;
  const [ms, rest] = halves;
  const sequence = rest === undefined ? missing : unsigned(rest);
  return sequence === undefined ? undefined : idOf(ms, sequence);
}

/** The milliseconds of "ms-*", or undefined. */
export function openId(text: string): bigint | undefined {
  const halves = halvesOf(text);
  return halves?.[1] === "*" ? halves[0] : undefined;
}

function halvesOf(text: string): readonly [bigint, string | undefined] | undefined {
  const seen = word(text);
  if (text.length > TEXT_LENGTH_MAX || seen === "-" || seen === "+") return undefined;
  const dash = seen.indexOf("-");
  const ms = unsigned(dash < 0 ? seen : seen.slice(0, dash));
  return ms === undefined ? undefined : [ms, dash < 0 ? undefined : seen.slice(dash + 1)];
}

/** An end of a range; "(" in front leaves the ID itself out. Or why it is none. */
export function rangeStart(text: string): bigint | "invalid" | "invalid start" {
  const { id, isOpen } = rangeEnd(text, 0n);
  if (id === undefined) return "invalid";
  if (!isOpen) return id;
  return id === idMax ? "invalid start" : id + 1n;
}

export function rangeStop(text: string): bigint | "invalid" | "invalid end" {
  const { id, isOpen } = rangeEnd(text, sequenceMax);
  if (id === undefined) return "invalid";
  if (!isOpen) return id;
  return id === 0n ? "invalid end" : id - 1n;
}

function rangeEnd(
  text: string,
  missing: bigint,
): { readonly id: bigint | undefined; readonly isOpen: boolean } {
  const isOpen = text.length > 1 && text.startsWith("(");
  return { id: isOpen ? strictId(text.slice(1), missing) : looseId(text, missing), isOpen };
}

const unsignedForm = /^[ \t\n\v\f\r]*([+-]?)(\d+)$/;

// As C's strtoull reads it, which takes a sign and wraps what is negative; but a plain negative number is none.
function unsigned(text: string): bigint | undefined {
  const plain = int64(text);
  if (plain !== undefined) return plain < 0n ? undefined : plain;
  const [, sign = "", digits] = unsignedForm.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const size = BigInt(digits);
  if (size > sequenceMax) return undefined;
  return sign === "-" ? BigInt.asUintN(64, -size) : size;
}
