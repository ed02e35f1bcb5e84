// Command keys: which arguments of a call are keys, and what the command does with each.
//
// Role: answers COMMAND GETKEYS and GETKEYSANDFLAGS from the key specifications. Where a specification says
// that its flags vary with the arguments ("variable_flags"), a function of the command's own decides.

import type { Args } from "../../resp/args.ts";
import type { Command, KeySpec } from "../define.ts";

/** A key's argument index, and flags as in COMMAND INFO. */
export type FoundKey = { readonly index: number; readonly flags: string };

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

type FlagsOf = (args: Args, from: number) => string;

const variableFlags: ReadonlyMap<string, FlagsOf> = new Map([
  ["set", setFlags],
  ["bitfield", bitfieldFlags],
]);

// Commands whose specifications leave open where their keys are.
const ownKeys: ReadonlyMap<string, (args: Args, from: number) => readonly FoundKey[]> = new Map([
  ["sort", sortKeys],
  ["sort_ro", sortReadOnlyKeys],
]);

/**
 * The keys of the call whose name is argument `from` of `args`; its arguments end with `args`. Undefined when
 * the arguments contradict a specification, e.g. fewer keys than their count says.
 */
export function findKeys(command: Command, args: Args, from: number): readonly FoundKey[] | undefined {
  const own = ownKeys.get(command.fullName);
  if (own !== undefined) return own(args, from);
  const found: FoundKey[] = [];
  for (const spec of command.keySpecs) {
    const range = rangeOf(spec, args, from);
    if (range === "absent") continue;
    if (range === "invalid") return looselyCounted(command, args, from);
    const flags = flagsOf(command, spec, args, from);
    for (let i = range.first; i <= range.last; i += range.step) found.push({ index: i, flags });
  }
  return found;
}

type KeyRange = { readonly first: number; readonly last: number; readonly step: number };

// Indexes of `args`, those of the specification being relative to `from`.
function rangeOf(spec: KeySpec, args: Args, from: number): KeyRange | "absent" | "invalid" {
  const count = args.count - from;
  const begin = beginOf(spec, args, from);
  if (begin === undefined) return spec.begin === "unknown" ? "invalid" : "absent";
  const { find } = spec;
  if (find === "unknown") return "invalid";
  let first = begin;
  let last: number;
  if ("lastKey" in find) {
    if (find.lastKey >= 0) last = first + find.lastKey;
    else if (find.limit === 0) last = count + find.lastKey;
    else last = first + Math.trunc((count - first) / find.limit) + find.lastKey;
  } else {
    const numkeysAt = first + find.numkeysAt;
    const numkeys = numkeysAt < count ? args.bigInteger(from + numkeysAt) : undefined;
    if (numkeys === undefined) return "invalid";
    first += find.firstKeyAt;
    last = first + Number(BigInt.asIntN(32, numkeys)) - 1;
  }
  if (last >= count || last < first || first >= count) return "invalid";
  return { first: from + first, last: from + last, step: find.step };
}

// Where the number of keys is none by the specification, Redis reads it once more as C's atoi does; it then says
// nothing of what the keys are for, and puts a destination behind them.
function looselyCounted(command: Command, args: Args, from: number): readonly FoundKey[] | undefined {
  const counted = command.keySpecs.find(({ find }) => typeof find === "object" && "numkeysAt" in find);
  if (counted === undefined || typeof counted.begin !== "object" || !("index" in counted.begin))
    return undefined;
  const { find, begin } = counted;
  if (typeof find !== "object" || !("numkeysAt" in find)) return undefined;
  const first = from + begin.index + find.firstKeyAt;
  const count = atoi(args.textBeforeNul(from + begin.index + find.numkeysAt));
  if (count < 1 || first + count > args.count) return undefined;
  const found = Array.from({ length: count }, (_, i) => ({ index: first + i, flags: "" }));
  const hasTarget = command.keySpecs.some((spec) => spec.flags.startsWith("OW"));
  return hasTarget ? [...found, { index: from + 1, flags: "" }] : found;
}

function atoi(text: string): number {
  const digits = /^[ \t\n\v\f\r]*([+-]?\d+)/.exec(text.slice(0, 1024))?.[1] ?? "0";
  const value = BigInt(digits);
  const held = value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : value;
  return Number(BigInt.asIntN(32, held));
}

// A keyword is looked for from `begin.from` on, backwards when that counts from the end; the last word is none.
function beginOf({ begin }: KeySpec, args: Args, from: number): number | undefined {
  if (begin === "unknown") return undefined;
  if ("index" in begin) return begin.index;
  const count = args.count - from;
  const step = begin.from > 0 ? 1 : -1;
  const start = begin.from > 0 ? begin.from : count + begin.from;
  const end = begin.from > 0 ? count - 1 : 1;
  for (let i = start; i !== end && i > 0 && i < count; i += step) {
    if (args.is(from + i, begin.keyword.toLowerCase())) return i + 1;
  }
  return undefined;
}

function flagsOf(command: Command, spec: KeySpec, args: Args, from: number): string {
  if (!spec.flags.includes("variable_flags")) return spec.flags;
  const vary = variableFlags.get(command.fullName);
  return vary === undefined ? spec.flags.replace(" variable_flags", "") : vary(args, from);
}

// SET reads the old value only when asked to GET it.
function setFlags(args: Args, from: number): string {
  for (let i = from + 3; i < args.count; i++) {
    if (args.is(i, "get")) return "RW access update";
  }
  return "OW update";
}

// BITFIELD writes unless all its operations are GETs; what cannot be read counts as a write.
function bitfieldFlags(args: Args, from: number): string {
  for (let i = from + 2; i < args.count; i++) {
    const left = args.count - i - 1;
    if (args.is(i, "get") && left >= 2) i += 2;
    else if (args.is(i, "overflow") && left >= 1) i += 1;
    else return "RW access update";
  }
  return "RO access";
}

// The key that is sorted and the last one that is stored into; those that BY and GET lead to are not told.
function sortKeys(args: Args, from: number): readonly FoundKey[] {
  let storeAt = 0;
  for (let i = from + 2; i < args.count; i++) {
    if (args.is(i, "limit")) i += 2;
    else if (args.is(i, "get") || args.is(i, "by")) i += 1;
    else if (args.is(i, "store") && i + 1 < args.count) storeAt = i + 1;
  }
  const sorted = sortReadOnlyKeys(args, from);
  return storeAt === 0 ? sorted : [...sorted, { index: storeAt, flags: "OW update" }];
}

function sortReadOnlyKeys(_args: Args, from: number): readonly FoundKey[] {
  return [{ index: from + 1, flags: "RO access" }];
}
