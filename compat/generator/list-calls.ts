// List calls: lists that hold several of the same, and calls that tell these apart.
//
// Role: further special calls (special-calls.ts). One push in four is of many elements of few kinds: which of two equal
// elements a command takes (LREM, LINSERT, LPOS) shows in no other list.

import type { Special, SpecialContext } from "./special.ts";

const few = ["a", "b", "c", "d"] as const;

export const listCalls: Readonly<Record<string, Special>> = {
  lpush: pushCall,
  rpush: pushCall,
  lrem: removeCall,
};

function pushCall({ name, chance, key, draw, syntax }: SpecialContext): string[] {
  if (chance.oneIn(4))
    return [...name, key(), ...Array.from({ length: chance.between(4, 9) }, () => chance.pick(few))];
  return withMistake({ chance, words: [...name, ...draw(syntax)] });
}

function removeCall({ name, chance, draw, syntax }: SpecialContext): string[] {
  const words = draw(syntax);
  if (words.length > 1 && !chance.oneIn(3)) words[1] = chance.pick(["-1", "-1", "-2", "0", "1", "2"]);
  if (words.length > 2 && chance.oneIn(2)) words[2] = chance.pick(few);
  return withMistake({ chance, words: [...name, ...words] });
}

// One word too few, now and then.
function withMistake({
  chance,
  words,
}: {
  readonly chance: SpecialContext["chance"];
  readonly words: string[];
}): string[] {
  if (chance.oneIn(14)) words.splice(chance.below(words.length - 1) + 1, 1);
  return words;
}
