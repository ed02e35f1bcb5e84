// Effects of commands about fields of hashes that expire, and of HINCRBYFLOAT. Told is how the fields that the command names
// stand now, which names the same state however often it is told.

import { HashView } from "../../keyspace/hash-view.ts";
import type { Args } from "../../resp/args.ts";
import { type Effect, type EffectCall, effectOf, tellRemoval } from "./effect.ts";

const hash = new HashView();

/** HEXPIRE and its like, HGETEX, HGETDEL: expiries of fields, and fields that are gone. */
export const fieldTimesEffect: Effect = effectOf((call) => tellFields(call, fieldsOf(call.args, 1), false));

/** HSETEX: values too. */
export const fieldValuesEffect: Effect = effectOf((call) => tellFields(call, fieldsOf(call.args, 2), true));

/** HINCRBYFLOAT. */
export const fieldSumEffect: Effect = effectOf(({ args, keyspace, begin }) => {
  if (keyspace.hashForUpdate(args, 1, hash) === undefined || !hash.get(args, 2)) return;
  const isTimed = hash.fieldExpireAtMs !== 0;
  const out = begin(isTimed ? 7 : 4);
  out.word(isTimed ? "HSETEX" : "HSET");
  out.argument(args, 1);
  if (isTimed) {
    out.word("KEEPTTL");
    out.word("FIELDS");
    out.word("1");
  }
  out.argument(args, 2);
  const { bytes, start, end } = hash.value.text();
  out.bytesWord(bytes, start, end);
});

// Where the words behind FIELDS and their number begin, how far they go, and how many belong to each field.
function fieldsOf(args: Args, step: number): { readonly first: number; readonly end: number; step: number } {
  for (let i = 2; i < args.count; i++) {
    if (!args.is(i, "fields")) continue;
    const end = i + 2 + args.safeInteger(i + 1) * step;
    if (end <= args.count) return { first: i + 2, end, step };
  }
  return { first: args.count, end: args.count, step };
}

function tellFields(
  call: EffectCall,
  { first, end, step }: ReturnType<typeof fieldsOf>,
  hasValues: boolean,
): void {
  const { args, keyspace } = call;
  if (keyspace.hashForUpdate(args, 1, hash) === undefined) return;
  if (!hash.exists) return tellRemoval(call, 1);
  const gone: number[] = [];
  const byTime = new Map<number, number[]>();
  for (let i = first; i < end; i += step) {
    if (!hash.get(args, i)) {
      gone.push(i);
      continue;
    }
    const atMs = hash.fieldExpireAtMs;
    const together = byTime.get(atMs);
    if (together === undefined) byTime.set(atMs, [i]);
    else together.push(i);
  }
  if (gone.length > 0) tellWords(call, ["HDEL"], [], gone, 1);
  for (const [atMs, fields] of byTime) {
    const count = `${fields.length}`;
    if (hasValues && atMs === 0) tellWords(call, ["HSET"], [], fields, 2);
    else if (hasValues) tellWords(call, ["HSETEX"], ["PXAT", `${atMs}`, "FIELDS", count], fields, 2);
    else if (atMs === 0) tellWords(call, ["HPERSIST"], ["FIELDS", count], fields, 1);
    else tellWords(call, ["HPEXPIREAT"], [`${atMs}`, "FIELDS", count], fields, 1);
  }
}

function tellWords(
  { args, begin }: EffectCall,
  [name]: readonly [string],
  options: readonly string[],
  fields: readonly number[],
  each: number,
): void {
  const out = begin(2 + options.length + fields.length * each);
  out.word(name);
  out.argument(args, 1);
  for (const word of options) out.word(word);
  for (const i of fields) for (let j = i; j < i + each; j++) out.argument(args, j);
}
