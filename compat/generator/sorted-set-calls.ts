// Sorted set calls: unions and intersections of keys that have something in common, and zeros with a sign.
//
// Role: further special calls (special-calls.ts). Half of them are drawn as declared; of those hardly any meets two sorted
// sets that share a member with two scores, which is what weights and aggregates are about.

import type { Special, SpecialContext } from "./special.ts";

export const sortedSetCalls: Readonly<Record<string, Special>> = {
  zadd: (context) =>
    context.chance.oneIn(10) ? addBesideLong(context) : (addOverHeld(context) ?? addAsDeclared(context)),
  zunion: (context) => combine(context, false),
  zinter: (context) => combine(context, false),
  zunionstore: (context) => combine(context, true),
  zinterstore: (context) => combine(context, true),
};

// A member too long for a listpack: only beside it a zero keeps its sign.
function addBesideLong({ name, chance, key }: SpecialContext): string[] {
  const pairs = ["-0", chance.pick(["a", "b", "c", "d"]), chance.pick(["1", "0", "-0"]), "m".repeat(70)];
  return [...name, key(), ...(chance.oneIn(2) ? pairs : [...pairs.slice(2), ...pairs.slice(0, 2)])];
}

// A member that is there: only of it the options tell anything.
function addOverHeld({ name, chance, key, material }: SpecialContext): string[] | undefined {
  if (material.elementAt === undefined || !chance.oneIn(4)) return undefined;
  const at = key();
  const member = material.elementAt(at, chance);
  if (member === undefined) return undefined;
  const options = chance.pick([
    ["NX"],
    ["NX"],
    ["XX"],
    ["GT"],
    ["LT"],
    ["XX", "GT"],
    ["NX", "CH"],
    ["CH"],
    [],
  ]);
  return [...name, at, ...options, String(chance.between(-3, 12)), member];
}

function addAsDeclared({ name, chance, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (chance.oneIn(12)) words.splice(chance.below(words.length), 1);
  if (chance.oneIn(20)) words.push(chance.pick(["NX", "XX", "GT", "LT", "CH", "INCR", "x", ""]));
  return [...name, ...words];
}

// One key twice with two weights is the surest pair.
function combine({ name, chance, key, draw, syntax }: SpecialContext, isStored: boolean): string[] {
  if (chance.oneIn(2)) {
    const words = draw(syntax);
    if (chance.oneIn(12)) words.splice(chance.below(words.length + 1), 1);
    return [...name, ...words];
  }
  const first = key();
  const second = chance.oneIn(3) ? first : key();
  const weights = (): string => chance.pick(["1", "2", "-1", "0.5", "3"]);
  return [
    ...name,
    ...(isStored ? [key()] : []),
    ...["2", first, second],
    ...(chance.oneIn(2) ? ["WEIGHTS", weights(), weights()] : []),
    ...(chance.oneIn(4) ? [] : ["AGGREGATE", chance.pick(["MIN", "MAX", "SUM", "min", "mAx"])]),
    ...(!isStored && !chance.oneIn(3) ? ["WITHSCORES"] : []),
  ];
}
