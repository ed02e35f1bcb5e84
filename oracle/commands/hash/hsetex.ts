// HSETEX: values at fields with the time at which they end, if none of them is there (FNX), or all are (FXX).

import { type EntryOf, hashOf, isTooLongForHash, store } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { refusedOr } from "../../one-of.ts";
import { integer, type Reply } from "../../reply.ts";
import { touchWatched } from "../../transactions.ts";
import { Fields, fieldsFrom, fieldTime, refused, timedHash, unitOf } from "./field-times.ts";

type Options = {
  condition: "" | "FNX" | "FXX";
  atMs: number | undefined;
  keepsTimes: boolean;
  mayBeRefused: boolean;
};

export const hsetex: OracleCommand = {
  name: "hsetex",
  arity: -6,
  class: "exact",
  run(call) {
    const { model, words } = call;
    const at = words.findIndex((word, i) => i > 1 && word.toUpperCase() === "FIELDS");
    // That options may stand behind the fields as well is not documented.
    const end = at + 2 + 2 * Number(words[at + 1]);
    const isSplit = at >= 0 && end < words.length;
    const behind = isSplit ? words.slice(end) : [];
    const options = at < 0 ? undefined : optionsOf([...words.slice(2, at), ...behind], model.nowMs);
    const pairs = fieldsFrom(isSplit ? words.slice(0, end) : words, at, 2);
    if (options === undefined || pairs === undefined) return refused(call);
    if (isSplit) options.mayBeRefused = true;
    const before = timedHash(call);
    if (before !== undefined && "kind" in before) return options.mayBeRefused ? refused(call) : before;
    const perform = (): Reply => setAll(call, before, { options, pairs });
    return options.mayBeRefused ? refusedOr(call, perform) : perform();
  },
};

function setAll(
  call: Call,
  before: EntryOf<"hash"> | undefined,
  { options, pairs }: { readonly options: Options; readonly pairs: readonly string[] },
): Reply {
  const { model, session, words } = call;
  const after = new Fields(before);
  const areThere = pairs.filter((_, i) => i % 2 === 0).map((field) => after.value.has(field));
  if (options.condition === "FNX" && areThere.includes(true)) return integer(0);
  if (options.condition === "FXX" && areThere.includes(false)) return integer(0);
  for (let i = 0; i < pairs.length; i += 2) {
    const field = pairs[i] as string;
    after.value.set(field, pairs[i + 1] as string);
    if (options.atMs !== undefined) after.end(field, options.atMs, model.nowMs);
    else if (!options.keepsTimes) after.ends.delete(field);
  }
  const isLarge = before?.encoding === "hashtable" || pairs.some((word) => isTooLongForHash(model, word));
  const ends = after.ends.size === 0 ? undefined : after.ends;
  const hash = hashOf(model, after.value, { isLarge, ends });
  store(
    call,
    words[1] as string,
    { ...hash, hadTimes: before?.hadTimes === true || ends !== undefined },
    before,
  );
  // What is over at once was written all the same.
  touchWatched(model, session.db, words[1] as string);
  return integer(1);
}

// Each kind of option once.
function optionsOf(words: readonly string[], nowMs: number): Options | undefined {
  const options: Options = { condition: "", atMs: undefined, keepsTimes: false, mayBeRefused: false };
  for (let i = 0; i < words.length; i++) {
    const name = (words[i] as string).toUpperCase();
    const unit = unitOf(name);
    const hasTime = options.keepsTimes || options.atMs !== undefined;
    if ((name === "FNX" || name === "FXX") && options.condition === "") options.condition = name;
    else if (name === "KEEPTTL" && !hasTime) options.keepsTimes = true;
    else if (unit !== undefined && !hasTime) {
      const text = words[++i] ?? "";
      const time = fieldTime(text, unit, nowMs);
      if (time === undefined) return undefined;
      options.atMs = time.atMs;
      options.mayBeRefused = time.mayBeRefused || Number(text) === 0; // As with HGETEX.
    } else return undefined;
  }
  return options;
}
