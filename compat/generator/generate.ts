// Generate: random valid and invalid calls of a declared command, from its syntax.
//
// Role: `drawCall` draws each argument as the command's plan says; about one call in nine is then broken on purpose
// (arity, order, options, numbers). Commands whose arguments would harm the run, or whose words the syntax does not
// tell, are drawn by special-calls.ts instead.
// Invariant: a call depends on the target, the chance and what the material knows, so one seed gives one list of calls.

import type { Syntax } from "../../src/commands/syntax.ts";
import type { Chance } from "./chance.ts";
import type { Target } from "./declared.ts";
import type { KeySource } from "./keys.ts";
import { Drawing, domainOf, type Plan, planOf, planRequired, Spellings } from "./plan.ts";
import { drawKey, drawValue, junkNumbers } from "./pools.ts";
import type { Special } from "./special.ts";
import { callsHeardByNoStock, specialCalls } from "./special-calls.ts";
import { isShortTime } from "./times.ts";
import { endlessNames, isEndless } from "./unsuitable.ts";

/** A group of a stream, as far as calls about it are drawn from it. */
export type GroupSeen = {
  readonly name: string;
  /** There are entries that it has given nobody. */
  readonly hasNews: boolean;
  /** Some ids of entries that it gave away and has not heard of since, and who was given the last of them. */
  readonly pending: readonly string[];
  readonly consumer: string;
};

/** What a run knows beyond the declarations. */
export type Material = {
  /** Serialised values that RESTORE accepts. */
  readonly payloads: readonly string[];
  /** Ids of entries that are, or were, in streams. */
  readonly ids?: readonly string[];
  /** An element, member or field of what a key holds; where what is stored is known. */
  readonly elementAt?: (key: string, chance: Chance) => string | undefined;
  /** The groups of the stream at a key; where what is stored is known. */
  readonly groupsAt?: (key: string) => readonly GroupSeen[];
  /** Where keys come from; without it they are drawn blindly from a pool. */
  readonly keys?: KeySource;
  /** Given when the caller tells the server its time: short times to live may then be drawn. */
  readonly clock?: { readonly nowMs: number };
  /** No stock server hears the calls: those it lacks, and those that end or mute a connection, are drawn too. */
  readonly isHeardByNoStock?: boolean;
};

export type Call = { readonly target: Target; readonly words: readonly string[]; readonly isBroken: boolean };

const brokenOneIn = 9;

/** What is prepared once for each command. */
type Prepared = {
  readonly name: readonly Spellings[];
  readonly plan: Plan;
  readonly hasTimes: boolean;
  /** The alternatives of the first choice in the syntax. */
  readonly alternatives: readonly Plan[];
  /** How it is drawn where its syntax does not tell; the second where no stock server hears it. */
  readonly special: Special | undefined;
  readonly specialUnheard: Special | undefined;
  readonly mayBeEndless: boolean;
};
const prepared = new Map<Target, Prepared>();

/** A call of `target`; undefined when the drawn one had to be given up: it sets a short expiry, or has no end. */
export function drawCall(target: Target, chance: Chance, material: Material): Call | undefined {
  if (target.isNewerThanStock && material.isHeardByNoStock !== true) return undefined;
  const own = prepared.get(target) ?? prepare(target);
  const call = drawAny(target, own, chance, material);
  return call === undefined || (own.mayBeEndless && isEndless(call)) ? undefined : call;
}

function drawAny(target: Target, own: Prepared, chance: Chance, material: Material): Call | undefined {
  const words: string[] = [];
  for (const spellings of own.name) words.push(spellings.draw(chance));
  const special = material.isHeardByNoStock === true ? own.specialUnheard : own.special;
  if (special !== undefined) {
    const drawn = special({
      chance,
      material,
      name: words,
      syntax: target.syntax,
      key: () => new Drawing(chance, material, target.keyType, []).key(),
      draw: (syntax) => drawAlone(syntax, target, chance, material),
    });
    return drawn === undefined ? undefined : { target, words: drawn, isBroken: false };
  }
  own.plan(new Drawing(chance, material, target.keyType, words));
  if (!chance.oneIn(brokenOneIn)) return { target, words, isBroken: false };
  const broken = breakCall(own, words, chance);
  const isTooShort = own.hasTimes && material.clock === undefined && broken.slice(2).some(isShortTime);
  return isTooShort ? undefined : { target, words: broken, isBroken: true };
}

/** Every option word of a syntax, for the count of those that were used. */
export function optionWords(syntax: readonly Syntax[]): string[] {
  return syntax.flatMap((each) => [
    ...(each.token === undefined ? [] : [each.token]),
    ...("of" in each ? optionWords(each.of) : []),
  ]);
}

function prepare(target: Target): Prepared {
  const choice = target.syntax.find((each) => each.kind === "oneof");
  const own: Prepared = {
    name: target.words.map((word) => new Spellings(word)),
    plan: planOf(target.syntax),
    hasTimes: hasTimes(target.syntax),
    alternatives: choice !== undefined && "of" in choice ? choice.of.map(planRequired) : [],
    special: specialCalls[target.fullName],
    specialUnheard: callsHeardByNoStock[target.fullName] ?? specialCalls[target.fullName],
    mayBeEndless: endlessNames.test(target.fullName),
  };
  prepared.set(target, own);
  return own;
}

function drawAlone(syntax: readonly Syntax[], target: Target, chance: Chance, material: Material): string[] {
  const drawing = new Drawing(chance, material, target.keyType, []);
  planOf(syntax)(drawing);
  return drawing.words;
}

const optionsOfOthers = [
  ...["NX", "XX", "GT", "LT", "GET", "KEEPTTL", "EX", "BYTE", "BIT", "nonsense", "", "COUNT", "LIMIT"],
  ...["WITHSCORES", "STORE", "REPLACE", "CH", "INCR"],
];
const behindNames = ["x", " ", "|", "\xff", "\r\n", "'"];

// One mistake in a call. What came of it may still be valid.
function breakCall(own: Prepared, valid: readonly string[], chance: Chance): string[] {
  const words = [...valid];
  const first = own.name.length; // Where the arguments begin.
  const count = words.length - first;
  const at = first + chance.below(count + 1);
  switch (chance.below(12)) {
    case 0:
      if (count > 0) words.pop();
      return words;
    case 1:
      words.splice(at, 1);
      return words;
    case 2:
      words.push(drawValue(chance));
      return words;
    case 3:
      words.splice(at, 0, words[at] ?? "x");
      return words;
    case 4:
      return [...words.slice(0, first), ...chance.shuffle(words.slice(first))];
    case 5:
    case 6:
      if (at < words.length) words[at] = chance.pick(junkNumbers);
      return words;
    case 7:
      words.splice(at, 0, chance.pick(optionsOfOthers));
      return words;
    case 8: {
      // Alternatives of one choice together, which mostly exclude each other.
      const drawing = new Drawing(chance, { payloads: [""] }, undefined, words);
      for (const each of own.alternatives) if (chance.oneIn(2)) each(drawing);
      return words;
    }
    case 9:
      // The name alone, or with a run of arguments that no command takes.
      words.length = first;
      if (chance.oneIn(2)) for (let i = 0; i < 12; i++) words.push(drawKey(chance));
      return words;
    case 10:
      if (at < words.length) words[at] = drawValue(chance);
      return words;
    default:
      // No NUL behind a name: whether Redis then finds the command depends on the seed of its hash table.
      if (first > 1) words.splice(1, 1, drawValue(chance).slice(0, 200));
      else words[0] += chance.pick(behindNames);
      return words;
  }
}

function hasTimes(syntax: readonly Syntax[]): boolean {
  return syntax.some((each) =>
    "of" in each ? hasTimes(each.of) : /econds|unix-time|ttl/.test(`${domainOf(each)} ${each.name}`),
  );
}
