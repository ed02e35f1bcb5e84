// Effects of commands that take elements out of the first of several keys, or that wait for some, and of SPOP: told is
// which key it was, or which members.

import { TYPE_LIST } from "../../store/entry.ts";
import { drawn } from "../set/spop.ts";
import { type Effect, type EffectCall, effectOf, tellRemoval } from "./effect.ts";

/** BLPOP and its like, as `name`: key [key ...] timeout. */
export function popOneEffect(name: string, type: number): Effect {
  return effectOf(
    ({ args, begin }, keyAt) => {
      const out = begin(2);
      out.word(name);
      out.argument(args, keyAt);
    },
    (call) => keyOf(call, type, 1, call.args.count - 2),
  );
}

/** More elements than a collection may have: what `before` found is a place and a count in one number. */
const COUNT_MAX = 2 ** 33;

/** LMPOP, ZMPOP and the forms that wait, of which numkeys stands at `numkeysAt`: with how many there were. */
export function popSeveralEffect(type: number, numkeysAt: number): Effect {
  const names = type === TYPE_LIST ? (["LPOP", "RPOP"] as const) : (["ZPOPMIN", "ZPOPMAX"] as const);
  const far = type === TYPE_LIST ? "right" : "max";
  return effectOf(
    ({ args, begin }, before) => {
      const endAt = numkeysAt + 1 + args.safeInteger(numkeysAt);
      const wanted = args.count > endAt + 2 ? Number(args.bigInteger(endAt + 2) ?? 1) : 1;
      const out = begin(3);
      out.word(args.is(endAt, far) ? names[1] : names[0]);
      out.argument(args, Math.floor(before / COUNT_MAX));
      out.integer(Math.min(wanted, before % COUNT_MAX));
    },
    (call) => {
      const { args, keyspace } = call;
      const keyAt = keyOf(call, type, numkeysAt + 1, numkeysAt + args.safeInteger(numkeysAt));
      if (!(keyAt < args.count)) return 0; // Nothing comes of it.
      const found =
        type === TYPE_LIST ? keyspace.listForUpdate(args, keyAt) : keyspace.sortedSetForUpdate(args, keyAt);
      return keyAt * COUNT_MAX + (found?.length ?? 0);
    },
  );
}

/** BLMOVE and BRPOPLPUSH: the form that does not wait, with the first `words` arguments. */
export function moveEffect(name: string, words: number): Effect {
  return effectOf(({ args, begin }) => {
    const out = begin(words);
    out.word(name);
    for (let i = 1; i < words; i++) out.argument(args, i);
  });
}

const MEMBERS_AT_ONCE = 1024;

/** SPOP: the members that chance has chosen. */
export const drawnEffect: Effect = effectOf(
  (call) => {
    const { args, keyspace } = call;
    const members = drawn.members.splice(0);
    drawn.isWanted = false;
    // As Redis has it: a count that takes them all removes the key, the last member by itself does not.
    if (args.count > 2 && keyspace.peek(args, 1) === undefined) return tellRemoval(call, 1);
    for (let from = 0; from < members.length; from += MEMBERS_AT_ONCE) {
      const some = members.slice(from, from + MEMBERS_AT_ONCE);
      const out = call.begin(2 + some.length);
      out.word("SREM");
      out.argument(args, 1);
      for (const each of some) out.bytesWord(each, 0, each.length);
    }
  },
  () => {
    drawn.isWanted = true;
    drawn.members.length = 0;
    return 0;
  },
);

// Which argument is the key that the command will take from: the one that has woken it, or the first that is there.
function keyOf({ args, keyspace, client }: EffectCall, type: number, first: number, last: number): number {
  if (client.wokenBy > 0) return client.wokenBy;
  for (let i = first; i <= last && i < args.count; i++) {
    if (keyspace.peek(args, i)?.type === type) return i;
  }
  return first;
}
