// BITFIELD and BITFIELD_RO: reads and changes integers of any width inside the string at a key.
//
// The operations are checked from first to last before the key is touched, then read once more and done;
// nothing is kept in between. The string first grows to the last bit that any of them writes, even if all
// of these then fail on overflow. A call without a write only reads.

import type { EntryView } from "../../keyspace/entry-view.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { parseSafeInteger } from "../../lib/int64.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_RAW, TYPE_STRING } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, block, integer, key, oneOf, optional, repeated, string, word } from "../syntax.ts";
import {
  amountToSet,
  bitsOfValue,
  FAIL,
  fitNarrow,
  fitWide,
  isNarrow,
  type Overflow,
  readField,
  readWideField,
  SAT,
  valueOfBits,
  WRAP,
  writeField,
  writeWideField,
} from "./bit-field.ts";
import { readFieldOffset } from "./bit-offset.ts";

const LOWER_I = 105;
const LOWER_U = 117;

const field = [string("encoding", "bitfield-type"), integer("offset", "bitfield-offset")];

export const bitfield = defineCommand({
  name: "bitfield",
  summary: "Reads, sets and increments integers of any width inside the string at a key.",
  since: "3.2.0",
  group: "bitmap",
  complexity: "O(1) for each operation.",
  flags: ["write", "denyoom"],
  syntax: [
    key(
      "RW access update variable_flags",
      "key",
      "This command allows both access and modification of the key",
    ),
    optional(
      repeated(
        oneOf(
          "operation",
          after("GET", block("encoding_offset", ...field)),
          block(
            "write",
            optional(after("OVERFLOW", oneOf("wrap_sat_fail", word("WRAP"), word("SAT"), word("FAIL")))),
            oneOf(
              "write_operation",
              after("SET", block("encoding_offset_value", ...field, integer("value"))),
              after("INCRBY", block("encoding_offset_increment", ...field, integer("increment"))),
            ),
          ),
        ),
      ),
    ),
  ],
  class: "exact",
  run(context) {
    run(context, false);
  },
});

export const bitfieldRo = defineCommand({
  name: "bitfield_ro",
  summary: "Reads integers of any width inside the string at a key.",
  since: "6.0.0",
  group: "bitmap",
  complexity: "O(1) for each operation.",
  flags: ["readonly", "fast"],
  syntax: [
    key("RO access"),
    { ...optional(repeated(after("GET", block("encoding_offset", ...field)))), multipleToken: true },
  ],
  class: "exact",
  run(context) {
    run(context, true);
  },
});

/** What the first reading of the operations found; `lastWrittenBit` is -1 when none writes. */
type Plan = { readonly count: number; readonly lastWrittenBit: number };

function run(context: CommandContext, isReadOnly: boolean): void {
  const { keyspace, args, reply } = context;
  const plan = check(context);
  if (typeof plan === "string") return reply.error(plan);
  const writes = plan.lastWrittenBit >= 0;
  if (writes && isReadOnly) return reply.error(errors.bitfieldReadonly);
  let entry = writes ? keyspace.write(args, 1) : keyspace.read(args, 1);
  if (entry !== undefined && entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
  let counted = 0; // What growing has counted as changes.
  if (writes) {
    const before = entry?.valueLength ?? -1;
    entry = grown(context, entry, Math.floor(plan.lastWrittenBit / 8) + 1);
    if (entry.valueLength !== before) counted = 1;
  }
  reply.array(plan.count);
  let changes = 0;
  let overflow: Overflow = WRAP;
  for (let i = 2; i < args.count; ) {
    if (args.is(i, "overflow")) {
      overflow = overflowOf(args, i + 1) ?? WRAP;
      i += 2;
    } else if (args.is(i, "get")) {
      replyField(context, i, entry);
      i += 3;
    } else {
      if (entry !== undefined && changeField(context, i, entry, overflow, counted > 0)) changes++;
      i += 4;
    }
  }
  if (changes > 0) keyspace.notify(EVENT_STRING, "setbit", args, 1);
  if (entry?.owner === undefined) return;
  // A field changed in place is a write of the key like any other; a string that only grew is none to Redis.
  if (changes > 0) keyspace.touched(entry, changes - counted);
  else entry.owner.dirty -= counted - changes;
}

// The string, raw and at least so long. Who watches the key is not told: only a field that changes is a change to Redis.
function grown({ keyspace, args }: CommandContext, entry: EntryView | undefined, length: number): EntryView {
  const { owner } = entry ?? keyspace.entry; // As the look-up left it, whether it found the key or not.
  const watched = owner?.watched;
  if (owner !== undefined) owner.watched = undefined;
  try {
    if (entry === undefined) return keyspace.createZeros(args, 1, length);
    if (entry.valueLength < length) keyspace.resize(entry, length);
    else if (entry.encoding !== ENCODING_RAW) keyspace.makeRaw(entry);
    return entry;
  } finally {
    if (owner !== undefined) owner.watched = watched;
  }
}

// The error text of the first thing wrong, or the plan.
function check({ args, server }: CommandContext): Plan | string {
  const bytesMax = server.config.protoMaxBulkLen;
  let count = 0;
  let lastWrittenBit = -1;
  for (let i = 2; i < args.count; ) {
    const rest = args.count - i - 1;
    const isGet = rest >= 2 && args.is(i, "get");
    if (!isGet && rest >= 1 && args.is(i, "overflow")) {
      if (overflowOf(args, i + 1) === undefined) return errors.bitfieldOverflow;
      i += 2;
      continue;
    }
    if (!isGet && !(rest >= 3 && (args.is(i, "set") || args.is(i, "incrby")))) return errors.syntax;
    const bits = typeOf(args, i + 1);
    if (bits === 0) return errors.bitfieldType;
    const offset = readFieldOffset(args, i + 2, Math.abs(bits), bytesMax);
    if (Number.isNaN(offset)) return errors.bitOffset;
    if (!isGet) {
      if (Number.isNaN(args.safeInteger(i + 3)) && args.bigInteger(i + 3) === undefined) {
        return errors.notAnInteger;
      }
      lastWrittenBit = Math.max(lastWrittenBit, offset + Math.abs(bits) - 1);
    }
    count++;
    i += isGet ? 3 : 4;
  }
  return { count, lastWrittenBit };
}

function overflowOf(args: Args, i: number): Overflow | undefined {
  if (args.is(i, "wrap")) return WRAP;
  if (args.is(i, "sat")) return SAT;
  return args.is(i, "fail") ? FAIL : undefined;
}

// u1 .. u63 as 1 .. 63, i1 .. i64 as -1 .. -64, anything else as 0.
function typeOf(args: Args, i: number): number {
  const start = args.start(i);
  const bits = parseSafeInteger(args.bytes, start + 1, args.end(i));
  const letter = args.length(i) > 0 ? args.bytes[start] : 0;
  if (letter === LOWER_U && bits >= 1 && bits <= 63) return bits;
  return letter === LOWER_I && bits >= 1 && bits <= 64 ? -bits : 0;
}

function replyField({ args, reply, server }: CommandContext, i: number, entry: EntryView | undefined): void {
  if (entry === undefined) return reply.int(0);
  const bits = typeOf(args, i + 1);
  const width = Math.abs(bits);
  const offset = readFieldOffset(args, i + 2, width, server.config.protoMaxBulkLen);
  const { bytes, valueStart, valueEnd } = entry;
  if (width <= 53) return reply.int(valueOfBits(readField(bytes, valueStart, valueEnd, offset, width), bits));
  const raw = readWideField(bytes, valueStart, valueEnd, offset, width);
  reply.bigInt(bits < 0 ? BigInt.asIntN(width, raw) : raw);
}

// SET or INCRBY at argument i: replies with the old or the new value, null when FAIL forbade it. True when
// the field has changed, or was written to a string that grew.
function changeField(
  context: CommandContext,
  i: number,
  entry: EntryView,
  overflow: Overflow,
  hasGrown: boolean,
): boolean {
  const { args, reply, server } = context;
  const bits = typeOf(args, i + 1);
  const amount = args.safeInteger(i + 3);
  const isSet = args.is(i, "set");
  // A negative amount is a huge one to an unsigned SET, which takes the wide path too.
  if (!isNarrow(bits, amount) || (isSet && bits > 0 && amount < 0)) {
    return changeWideField(context, i, entry, overflow, hasGrown);
  }
  const width = Math.abs(bits);
  const offset = readFieldOffset(args, i + 2, width, server.config.protoMaxBulkLen);
  const before = valueOfBits(readField(entry.bytes, entry.valueStart, entry.valueEnd, offset, width), bits);
  const value = fitNarrow(isSet ? amount : before + amount, bits, overflow);
  if (Number.isNaN(value)) {
    reply.null();
    return false;
  }
  writeField(entry.bytes, entry.valueStart, offset, width, bitsOfValue(value, bits));
  reply.int(isSet ? before : value);
  return hasGrown || value !== before;
}

function changeWideField(
  context: CommandContext,
  i: number,
  entry: EntryView,
  overflow: Overflow,
  hasGrown: boolean,
): boolean {
  const { args, reply, server } = context;
  const bits = typeOf(args, i + 1);
  const width = Math.abs(bits);
  const isSet = args.is(i, "set");
  const amount = args.bigInteger(i + 3) ?? 0n;
  const offset = readFieldOffset(args, i + 2, width, server.config.protoMaxBulkLen);
  const { bytes, valueStart, valueEnd } = entry;
  const raw =
    width > 32
      ? readWideField(bytes, valueStart, valueEnd, offset, width)
      : BigInt(readField(bytes, valueStart, valueEnd, offset, width));
  const before = bits < 0 ? BigInt.asIntN(width, raw) : raw;
  const value = fitWide(isSet ? amountToSet(amount, bits) : before + amount, bits, overflow);
  if (value === undefined) {
    reply.null();
    return false;
  }
  const unsigned = BigInt.asUintN(width, value);
  if (width > 32) writeWideField(bytes, valueStart, offset, width, unsigned);
  else writeField(bytes, valueStart, offset, width, Number(unsigned));
  reply.bigInt(isSet ? before : value);
  return hasGrown || value !== before;
}
