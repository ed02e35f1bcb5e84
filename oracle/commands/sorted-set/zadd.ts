// ZADD and ZINCRBY: members of a sorted set with their scores.

import { type EntryOf, entryAt, storeWritable, withMember, writableMap } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { parseDouble } from "../../doubles.ts";
import { errors } from "../../errors.ts";
import type { SortedSetValue } from "../../model.ts";
import { error, integer, nil, type Reply } from "../../reply.ts";
import { scoreReply } from "../../sorted-sets.ts";
import { syntaxError, wrongType } from "../../strings.ts";

type Options = { nx: boolean; xx: boolean; gt: boolean; lt: boolean; ch: boolean; incr: boolean };

export const zadd: OracleCommand = {
  name: "zadd",
  arity: -4,
  class: "exact",
  run: (call) => add(call, false),
};
export const zincrby: OracleCommand = {
  name: "zincrby",
  arity: 4,
  class: "exact",
  run: (call) => add(call, true),
};

/** ZADD's answer to a call of words "ZADD key options score member ..."; GEOADD makes such ones too. */
export function add(call: Call, isIncrement: boolean): Reply {
  const { words } = call;
  const options: Options = { nx: false, xx: false, gt: false, lt: false, ch: false, incr: isIncrement };
  let at = 2;
  for (; at < words.length; at++) {
    const name = (words[at] as string).toLowerCase();
    if (!(name in options)) break;
    options[name as keyof Options] = true;
  }
  const mistake = mistakeIn(options, words.length - at);
  if (mistake !== undefined) return mistake;
  const pairs: [string, number][] = [];
  for (let i = at; i < words.length; i += 2) {
    const score = parseDouble(words[i] as string);
    if (score === undefined) return error(errors.notAFloat);
    pairs.push([words[i + 1] as string, score]);
  }
  const before = entryAt(call, words[1] as string, "zset");
  if (before === "wrong type") return wrongType;
  return addAll(call, before, options, pairs);
}

function mistakeIn({ nx, xx, gt, lt, incr }: Options, left: number): Reply | undefined {
  if (left === 0 || left % 2 !== 0) return syntaxError;
  if (nx && xx) return error("ERR XX and NX options at the same time are not compatible");
  if ((gt && (nx || lt)) || (lt && nx)) {
    return error("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (incr && left > 2) return error("ERR INCR option supports a single increment-element pair");
  return undefined;
}

function addAll(
  call: Call,
  before: EntryOf<"zset"> | undefined,
  options: Options,
  pairs: readonly (readonly [string, number])[],
): Reply {
  let after: SortedSetValue | undefined = before;
  let added = 0;
  let updated = 0;
  let told: Reply = nil;
  for (const [member, given] of pairs) {
    const current = after?.value.get(member);
    if (current === undefined || after === undefined) {
      if (options.xx) continue;
      after = withMember(call, after, [member, given]);
      added++;
      told = scoreReply(given);
      continue;
    }
    if (options.nx) continue;
    const score = options.incr ? current + given : given;
    if (Number.isNaN(score)) return error("ERR resulting score is not a number (NaN)");
    if ((options.gt && score <= current) || (options.lt && score >= current)) continue;
    told = scoreReply(score);
    if (score === current) continue;
    const kept = after.encoding === "listpack" && score === 0 ? 0 : score;
    after = { ...after, value: writableMap(call, after.value).set(member, kept) };
    updated++;
  }
  if (after !== undefined && added + updated > 0) storeWritable(call, call.words[1] as string, after, before);
  if (options.incr) return told;
  return integer(options.ch ? added + updated : added);
}
