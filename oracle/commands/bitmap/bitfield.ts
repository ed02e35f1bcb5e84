// BITFIELD and BITFIELD_RO: numbers of 1 to 64 bits inside a string, read, written and increased.

import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { array, error, integer, nil, type Reply } from "../../reply.ts";
import { notAnInteger, rawEntry, stringAt, syntaxError, wrongType } from "../../strings.ts";
import { badOffset, bitAt, bitOffset, reaching, withBits } from "./bits.ts";

type Field = { readonly isSigned: boolean; readonly width: number; readonly offset: number };
type Overflow = "WRAP" | "SAT" | "FAIL";
type Operation = {
  readonly kind: "GET" | "SET" | "INCRBY";
  readonly field: Field;
  readonly amount: bigint;
  readonly overflow: Overflow;
};

export const bitfield: OracleCommand = {
  name: "bitfield",
  arity: -2,
  class: "exact",
  run: (call) => run(call, false),
};

export const bitfieldRo: OracleCommand = {
  name: "bitfield_ro",
  arity: -2,
  class: "exact",
  run: (call) => run(call, true),
};

function run(call: Call, isReadOnly: boolean): Reply {
  const { model, session, words } = call;
  const operations = operationsOf(call);
  if (!Array.isArray(operations)) return operations;
  const written = operations.filter((operation) => operation.kind !== "GET");
  if (isReadOnly && written.length > 0) return error(errors.bitfieldReadonly);
  const before = stringAt(call, words[1] as string);
  if (before === "wrong type") return wrongType;
  let value = before?.value ?? "";
  // Room is made for every write before the first, and stays even if all of them fail.
  for (const { field } of written) value = reaching(value, field.offset + field.width - 1);
  const hasGrown = value.length > (before?.value.length ?? 0);
  let isChanged = false;
  const items: Reply[] = [];
  for (const operation of operations) {
    const { field } = operation;
    const old = numberAt(value, field);
    const after = operation.kind === "GET" ? old : result(operation, old);
    if (after === undefined) {
      items.push(nil);
      continue;
    }
    if (operation.kind !== "GET") {
      value = withBits(value, field.offset, bitsOf(after, field.width));
      isChanged ||= hasGrown || after !== old;
    }
    items.push(integer(operation.kind === "INCRBY" ? after : old));
  }
  const entry = rawEntry(value, before);
  if (isChanged) model.set(session.db, words[1] as string, entry);
  else if (written.length > 0) model.setUnnoticed(session.db, words[1] as string, entry);
  return array(items);
}

function operationsOf(call: Call): Operation[] | Reply {
  const { words } = call;
  const operations: Operation[] = [];
  let overflow: Overflow = "WRAP";
  let at = 2;
  while (at < words.length) {
    const name = (words[at] as string).toUpperCase();
    const left = words.length - at - 1;
    if (name === "OVERFLOW" && left >= 1) {
      const how = (words[at + 1] as string).toUpperCase();
      if (how !== "WRAP" && how !== "SAT" && how !== "FAIL") return error(errors.bitfieldOverflow);
      overflow = how;
      at += 2;
      continue;
    }
    if (name !== "GET" && name !== "SET" && name !== "INCRBY") return syntaxError;
    if (left < (name === "GET" ? 2 : 3)) return syntaxError;
    const type = typeOf(words[at + 1] as string);
    if (type === undefined) return error(errors.bitfieldType);
    const offset = bitOffset(call, words[at + 2] as string, type.width);
    if (offset === undefined) return badOffset;
    const amount = name === "GET" ? 0n : int64(words[at + 3] as string);
    if (amount === undefined) return notAnInteger;
    operations.push({ kind: name, field: { ...type, offset }, amount, overflow });
    at += name === "GET" ? 3 : 4;
  }
  return operations;
}

function typeOf(text: string): { isSigned: boolean; width: number } | undefined {
  const isSigned = text.startsWith("i");
  if (!isSigned && !text.startsWith("u")) return undefined;
  const width = int64(text.slice(1));
  if (width === undefined || width < 1n || width > (isSigned ? 64n : 63n)) return undefined;
  return { isSigned, width: Number(width) };
}

function numberAt(value: string, { isSigned, width, offset }: Field): bigint {
  let number = 0n;
  for (let i = 0; i < width; i++) number = number * 2n + BigInt(bitAt(value, offset + i));
  return isSigned ? BigInt.asIntN(width, number) : number;
}

function bitsOf(number: bigint, width: number): (0 | 1)[] {
  const digits = BigInt.asUintN(width, number).toString(2).padStart(width, "0");
  return Array.from(digits, (digit) => (digit === "1" ? 1 : 0));
}

// What is to be written; undefined when it does not fit and the call asked to fail then.
function result({ kind, field, amount, overflow }: Operation, old: bigint): bigint | undefined {
  const { isSigned, width } = field;
  const high = (1n << BigInt(isSigned ? width - 1 : width)) - 1n;
  const low = isSigned ? -high - 1n : 0n;
  // A negative number SET to an unsigned field is read as one of 64 bits without a sign: too high, not too low.
  const given = kind === "SET" && !isSigned ? BigInt.asUintN(64, amount) : amount;
  const wanted = kind === "SET" ? given : old + amount;
  if (wanted >= low && wanted <= high) return wanted;
  if (overflow === "FAIL") return undefined;
  // Redis compares with the room left above, in 64 bits: of a number near -2^63 that is negative, so it is too high.
  const isTakenForHigh = kind === "SET" && isSigned && width < 64 && amount <= high - (1n << 63n);
  if (overflow === "SAT") return wanted > high || isTakenForHigh ? high : low;
  return isSigned ? BigInt.asIntN(width, wanted) : BigInt.asUintN(width, wanted);
}
