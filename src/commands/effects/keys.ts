// Effects of commands about strings and about keys of any type: times become absolute, what was computed becomes what came
// of it.

import { TYPE_STRING } from "../../store/entry.ts";
import { type Effect, type EffectCall, effectOf, tellRemoval } from "./effect.ts";

/** SET and its like: the value of argument `valueAt`, and the key's expiry as it is now. */
export function setEffect(valueAt: number): Effect {
  return effectOf((call) => {
    const { args, keyspace } = call;
    // Without options it is what it says, and so it is where the expiry stays what it was.
    const isPlain = args.count === 3 || (args.count === 4 && args.is(3, "keepttl"));
    if (isPlain && args.is(0, "set")) return call.asSent();
    const entry = keyspace.peek(args, 1);
    if (entry === undefined) return tellRemoval(call, 1);
    const out = call.begin(entry.hasExpiry ? 5 : 3);
    out.word("SET");
    out.argument(args, 1);
    out.argument(args, valueAt);
    if (!entry.hasExpiry) return;
    out.word("PXAT");
    out.integer(entry.expireAtMs);
  });
}

/** EXPIRE and its like. */
export const expireEffect = effectOf((call) => {
  const { args, keyspace } = call;
  const entry = keyspace.peek(args, 1);
  if (entry === undefined) return tellRemoval(call, 1);
  if (entry.hasExpiry) tellExpiry(call, entry.expireAtMs);
});

/** GETEX: only what became of the expiry. */
export const getexEffect = effectOf((call) => {
  const { args, keyspace } = call;
  const entry = keyspace.peek(args, 1);
  if (entry === undefined) return tellRemoval(call, 1);
  if (entry.hasExpiry) return tellExpiry(call, entry.expireAtMs);
  const out = call.begin(2);
  out.word("PERSIST");
  out.argument(args, 1);
});

/** GETDEL. */
export const removalEffect = effectOf((call) => tellRemoval(call, 1));

/** INCRBYFLOAT: the sum, whose digits another machine might compute otherwise. */
export const sumEffect = effectOf(({ args, keyspace, begin }) => {
  const entry = keyspace.peek(args, 1);
  if (entry === undefined) return;
  const out = begin(4);
  out.word("SET");
  out.argument(args, 1);
  out.wordOf(entry.data, entry.valueStart, entry.valueEnd);
  out.word("KEEPTTL");
});

/**
 * BITFIELD: a string that only grew, as all that was to be written overflowed, counts as no change, and Redis tells of none: its
 * replicas then hold another string. Here it is told.
 */
export const fieldsEffect: Effect = {
  ...effectOf(
    (call, before) => {
      if (call.isChanged || lengthOf(call) !== before) call.asSent();
    },
    (call) => lengthOf(call),
  ),
  isAlways: true,
};

// Of the string at the key; -1: there is none.
function lengthOf({ args, keyspace }: EffectCall): number {
  const entry = keyspace.peek(args, 1);
  return entry?.type === TYPE_STRING ? entry.valueLength : -1;
}

/** RESTORE: the time to live is absolute. */
export const restoreEffect = effectOf((call) => {
  const { args, keyspace } = call;
  const entry = keyspace.peek(args, 1);
  if (entry === undefined) return tellRemoval(call, 1);
  if (!entry.hasExpiry) return call.asSent();
  let isAbsolute = false;
  for (let i = 4; i < args.count; i++) isAbsolute ||= args.is(i, "absttl");
  const out = call.begin(args.count + (isAbsolute ? 0 : 1));
  for (let i = 0; i < args.count; i++) {
    if (i === 2) out.integer(entry.expireAtMs);
    else out.argument(args, i);
  }
  if (!isAbsolute) out.word("ABSTTL");
});

function tellExpiry({ args, begin }: EffectCall, atMs: number): void {
  const out = begin(3);
  out.word("PEXPIREAT");
  out.argument(args, 1);
  out.integer(atMs);
}
