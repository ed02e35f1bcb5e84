// String calls: options that say something only where a key has a time to live.
//
// Role: further special calls (special-calls.ts).

import type { Special, SpecialContext } from "./special.ts";

export const stringCalls: Readonly<Record<string, Special>> = { getex: getCall };

// Of its options all but one set a time.
function getCall({ name, chance, key, draw, syntax }: SpecialContext): string[] {
  const words = chance.oneIn(4) ? [key(), chance.pick(["PERSIST", "persist"])] : draw(syntax);
  if (chance.oneIn(14)) words.splice(chance.below(words.length + 1), 1);
  if (chance.oneIn(20)) words.push(chance.pick(["PERSIST", "x", ""]));
  return [...name, ...words];
}
