// HSETEX: sets fields of a hash together with when they expire, maybe only if all of them exist or none.
//
// Answers 1, or 0 when the condition is not met. As in Redis 8.0 options stand before or behind FIELDS, and the
// arguments are checked in the order in which they stand, before the key is looked at.

import type { HashView } from "../../keyspace/hash-view.ts";
import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, block, integer, key, oneOf, optional, repeated, string, word } from "../syntax.ts";
import { readTime, tellTimes, wordAt } from "./field-arguments.ts";
import { timeSyntax, timeUnits, timeWords } from "./hgetex.ts";

const INT32_MAX = 2 ** 31 - 1;

// One call's options, filled anew by each.
const options = {
  firstAt: 0,
  pairs: 0,
  condition: "" as "" | "fnx" | "fxx",
  keepsTime: false,
  hasTime: false,
  atMs: 0,
};

export const hsetex = defineCommand({
  name: "hsetex",
  summary: "Sets fields of a hash and when they expire.",
  since: "8.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "denyoom", "fast"],
  syntax: [
    key("RW update"),
    optional(oneOf("condition", word("FNX"), word("FXX"))),
    optional(oneOf("expiration", ...timeSyntax, word("KEEPTTL"))),
    after(
      "FIELDS",
      block(
        "fields",
        integer("numfields", "count"),
        repeated(block("data", string("field"), string("value"))),
      ),
    ),
  ],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const error = readOptions(context);
    if (error !== undefined) {
      if (error !== "") reply.error(error);
      return;
    }
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    if (!isMet(context, hash)) return reply.int(0);
    const { firstAt, pairs, hasTime, keepsTime, atMs } = options;
    const end = firstAt + 2 * pairs;
    for (let i = firstAt; i < end; i += 2) {
      if (keepsTime) hash.setKeepingExpiry(args, i, i + 1);
      else hash.set(args, i, i + 1);
    }
    keyspace.notify(EVENT_HASH, "hset", args, 1);
    if (hasTime) setTimes(context, hash, atMs, end);
    reply.int(1);
  },
});

// A text that is empty stands for an error that has been replied.
function readOptions(context: CommandContext): string | undefined {
  const { args } = context;
  options.firstAt = 0;
  options.condition = "";
  options.keepsTime = false;
  options.hasTime = false;
  for (let i = 2; i < args.count; i++) {
    const timeWord = wordAt(context, i, timeWords);
    if (args.is(i, "fields")) {
      if (i >= args.count - 3) return errors.arity("hsetex");
      const pairs = args.safeInteger(i + 1);
      if (!(pairs >= 1 && pairs <= INT32_MAX)) return errors.fieldCountInvalid;
      const last = i + 1 + 2 * pairs;
      if (last >= args.count) return errors.arity("hsetex");
      options.firstAt = i + 2;
      options.pairs = pairs;
      i = last;
    } else if (timeWord !== undefined || args.is(i, "keepttl")) {
      if (options.hasTime || options.keepsTime) return errors.fieldExpirations;
      if (timeWord === undefined) {
        options.keepsTime = true;
        continue;
      }
      if (++i >= args.count) return errors.expireTimeMissing;
      options.hasTime = true;
      options.atMs = readTime(context, i, timeUnits[timeWord], "hsetex");
      if (Number.isNaN(options.atMs)) return "";
    } else if (args.is(i, "fnx") || args.is(i, "fxx")) {
      if (options.condition !== "") return errors.fieldConditions;
      options.condition = args.is(i, "fnx") ? "fnx" : "fxx";
    } else {
      return errors.unknownArgument(args.textBeforeNul(i));
    }
  }
  return options.firstAt === 0 ? errors.fieldsMissing : undefined;
}

function isMet({ args }: CommandContext, hash: HashView): boolean {
  const { condition, firstAt, pairs } = options;
  if (condition === "") return true;
  for (let i = firstAt; i < firstAt + 2 * pairs; i += 2) {
    if (hash.get(args, i) !== (condition === "fxx")) return false;
  }
  return true;
}

// What was set has been counted as changed.
function setTimes(context: CommandContext, hash: HashView, atMs: number, end: number): void {
  const { keyspace, args } = context;
  const isOver = atMs <= keyspace.nowMs;
  let count = 0;
  for (let i = options.firstAt; i < end; i += 2) {
    if (isOver ? hash.delete(args, i) : hash.setExpiry(args, i, atMs, 0)) count++;
  }
  tellTimes(context, isOver ? 0 : count, isOver ? count : 0);
}
