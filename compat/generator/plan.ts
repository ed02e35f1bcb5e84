// Plan: a syntax turned once into functions that draw its arguments, so that a call costs no look at the syntax.
//
// Role: which pool an argument is drawn from follows from its kind, its declared domain or, where none is
// declared, its name; a new command that names its arguments as Redis's documentation does needs nothing here.
// Invariant: what is drawn depends on the chance and on what the material knows alone.

import type { Syntax } from "../../src/commands/syntax.ts";
import type { Chance } from "./chance.ts";
import type { Material } from "./generate.ts";
import { poolKeys } from "./keys.ts";
import {
  drawBit,
  drawBitfieldOffset,
  drawBitfieldType,
  drawBitOffset,
  drawByteOffset,
  drawCount,
  drawCursor,
  drawDb,
  drawFloat,
  drawInteger,
  drawLatitude,
  drawLongitude,
  drawMember,
  drawPosition,
  drawRangeEnd,
  drawScore,
  drawStreamGroup,
  drawStreamId,
  drawTypeName,
  drawValue,
  junkNumbers,
  patterns,
} from "./pools.ts";
import { drawMilliseconds, drawSeconds, drawUnixMilliseconds, drawUnixSeconds } from "./times.ts";

/** The drawing of one call: the words so far, and what later ones depend on. */
export class Drawing {
  readonly chance: Chance;
  readonly material: Material;
  /** The type of value that the command works on. */
  readonly type: string | undefined;
  readonly words: string[];
  private firstKey: string | undefined;
  private latestKey: string | undefined;
  /** Where a number stands that counts the arguments to come, or -1. */
  private countAt = -1;
  /** How many keys the latest list of them had: a list of ids behind it has as many. */
  keyCount = 0;

  constructor(chance: Chance, material: Material, type: string | undefined, words: string[]) {
    this.chance = chance;
    this.material = material;
    this.type = type;
    this.words = words;
  }

  /** A key; now and then the one drawn before, so that source and destination are one. */
  key(): string {
    const { chance, latestKey } = this;
    if (latestKey !== undefined && chance.oneIn(12)) return latestKey;
    const key = (this.material.keys ?? poolKeys).draw(chance, this.type);
    this.latestKey = key;
    this.firstKey ??= key;
    return key;
  }

  /** A member, field or element; every other one, where that is known, of what a key before it holds. */
  member(): string {
    const { chance, firstKey, latestKey, material } = this;
    const { elementAt } = material;
    if (elementAt !== undefined && firstKey !== undefined && latestKey !== undefined && chance.oneIn(2)) {
      const held = elementAt(chance.oneIn(2) ? firstKey : latestKey, chance);
      if (held !== undefined) return held;
    }
    return drawMember(chance);
  }

  /** A number that the next list will set to its own length. */
  announceList(): void {
    this.countAt = this.words.length;
    this.words.push("1");
  }

  /** Called after a list of `count` arguments. */
  endList(count: number): void {
    if (this.countAt < 0) return;
    const { chance } = this;
    const told = chance.oneIn(16) ? chance.pick(junkNumbers) : `${count + (chance.oneIn(16) ? 1 : 0)}`;
    this.words[this.countAt] = told;
    this.countAt = -1;
  }
}

export type Plan = (drawing: Drawing) => void;

/** A literal word in the spellings that calls use. */
export class Spellings {
  private readonly plain: string;
  private readonly mixed: readonly string[];

  constructor(word: string) {
    this.plain = word;
    const flipped = (bit: number): string =>
      [...word].map((char, i) => ((i + bit) % 3 === 0 ? swapCase(char) : char)).join("");
    this.mixed = [word.toUpperCase(), word.toLowerCase(), flipped(0), flipped(1)];
  }

  draw(chance: Chance): string {
    return chance.oneIn(3) ? (this.mixed[chance.below(4)] as string) : this.plain;
  }
}

const plans = new Map<readonly Syntax[], Plan>();

/** The plan of a whole syntax; prepared at its first use. */
export function planOf(syntax: readonly Syntax[]): Plan {
  let plan = plans.get(syntax);
  if (plan === undefined) {
    plan = planAll(syntax);
    plans.set(syntax, plan);
  }
  return plan;
}

/** The plan of one argument as if it were not optional. */
export function planRequired(syntax: Syntax): Plan {
  return planOne({ ...syntax, optional: false });
}

function planAll(syntax: readonly Syntax[]): Plan {
  const steps: Plan[] = [];
  for (let i = 0; i < syntax.length; i++) {
    const each = syntax[i] as Syntax;
    if (!isOption(each)) {
      steps.push(planOne(each));
      continue;
    }
    // Options stand in any order, so a run of them is shuffled as a whole.
    const run: Plan[] = [];
    while (i < syntax.length && isOption(syntax[i] as Syntax)) run.push(planOne(syntax[i++] as Syntax));
    i--;
    steps.push(run.length === 1 ? (run[0] as Plan) : planOptions(run));
  }
  if (steps.length === 1) return steps[0] as Plan;
  return (drawing) => {
    for (const step of steps) step(drawing);
  };
}

function planOptions(run: readonly Plan[]): Plan {
  return (drawing) => {
    const { chance } = drawing;
    const ordered = chance.oneIn(2) ? chance.shuffle([...run]) : run;
    for (const option of ordered) option(drawing);
  };
}

function isOption(syntax: Syntax): boolean {
  return syntax.optional === true && (syntax.token !== undefined || "of" in syntax);
}

function planOne(syntax: Syntax): Plan {
  const inner = planBody(syntax);
  const token = syntax.token === undefined ? undefined : new Spellings(syntax.token);
  const once: Plan =
    token === undefined
      ? inner
      : (drawing) => {
          drawing.words.push(token.draw(drawing.chance));
          inner(drawing);
        };
  const whole =
    syntax.multiple === true ? planList(syntax, once, syntax.multipleToken === true ? once : inner) : once;
  if (syntax.optional !== true) return whole;
  const oneIn = syntax.kind === "pure-token" ? 4 : 3;
  return (drawing) => {
    if (drawing.chance.oneIn(oneIn)) whole(drawing);
  };
}

function planList(syntax: Syntax, first: Plan, next: Plan): Plan {
  const isKeys = syntax.kind === "key";
  const isIds = domainOf(syntax) === "stream-id";
  return (drawing) => {
    const { chance } = drawing;
    const isAsLongAsKeys = isIds && drawing.keyCount > 0 && !chance.oneIn(12);
    const count = isAsLongAsKeys ? drawing.keyCount : drawLength(chance);
    first(drawing);
    for (let i = 1; i < count; i++) next(drawing);
    if (isKeys) drawing.keyCount = count;
    drawing.endList(count);
  };
}

function drawLength(chance: Chance): number {
  if (chance.oneIn(50)) return chance.between(10, 70);
  return chance.oneIn(2) ? 1 : chance.between(2, 4);
}

// What stands behind the token.
function planBody(syntax: Syntax): Plan {
  if (syntax.kind === "pure-token") return () => {};
  if (syntax.kind === "oneof") {
    const choices = syntax.of.map(planRequired);
    return (drawing) => (choices[drawing.chance.below(choices.length)] as Plan)(drawing);
  }
  if (syntax.kind === "block") return planAll(syntax.of);
  if (syntax.kind === "key") {
    return (drawing) => {
      drawing.words.push(drawing.key());
    };
  }
  if (syntax.kind === "integer" && /^num(keys|fields|args|members|ids)$/.test(syntax.name)) {
    return (drawing) => drawing.announceList();
  }
  if (domainOf(syntax) === "member") {
    return (drawing) => {
      drawing.words.push(drawing.member());
    };
  }
  const draw = scalarDrawers[domainOf(syntax)] ?? drawAnyOf(syntax);
  return (drawing) => {
    drawing.words.push(draw(drawing.chance, drawing.material));
  };
}

type ScalarDrawer = (chance: Chance, material: Material) => string;

const scalarDrawers: Readonly<Record<string, ScalarDrawer>> = {
  pattern: (chance) => chance.pick(patterns),
  db: drawDb,
  cursor: drawCursor,
  count: drawCount,
  seconds: (chance, { clock }) => drawSeconds(chance, clock?.nowMs),
  milliseconds: (chance, { clock }) => drawMilliseconds(chance, clock?.nowMs),
  "unix-seconds": (chance, { clock }) => drawUnixSeconds(chance, clock?.nowMs),
  "unix-milliseconds": (chance, { clock }) => drawUnixMilliseconds(chance, clock?.nowMs),
  bit: drawBit,
  "bit-offset": drawBitOffset,
  "byte-offset": drawByteOffset,
  "bitfield-type": drawBitfieldType,
  "bitfield-offset": drawBitfieldOffset,
  "type-name": drawTypeName,
  dump: drawPayload,
  score: drawScore,
  "range-end": drawRangeEnd,
  "stream-group": drawStreamGroup,
  "stream-id": drawStreamId,
  position: drawPosition,
  longitude: drawLongitude,
  latitude: drawLatitude,
};

function drawAnyOf(syntax: Syntax): ScalarDrawer {
  if (syntax.kind === "double") return drawFloat;
  return syntax.kind === "integer" ? drawInteger : drawValue;
}

// Names of arguments in Redis's documentation, and what is drawn for them.
const domainsByName: readonly (readonly [RegExp, string])[] = [
  [/^(member\d?|field|element|pivot|group|consumer|channel|shardchannel|libraryname|function)$/, "member"],
  [/^score$/, "score"],
  [/^(min|max)$/, "range-end"],
  [/^(start|stop|end|index|rank|offset)$/, "position"],
  [/^(count|num-matches|maxlen|len|limit|entriesread|threshold|num)$/, "count"],
  [/^(id|last-id|lastid|min-idle-time|entryid)$/, "stream-id"],
  [/^longitude$/, "longitude"],
  [/^latitude$/, "latitude"],
];

/** The declared hint, or what the argument's name says where none was given. */
export function domainOf(syntax: Syntax): string {
  const declared = "domain" in syntax ? (syntax.domain ?? "any") : "any";
  if (declared !== "any") return declared;
  if (syntax.kind === "pattern") return "pattern";
  const { name } = syntax;
  const isUnix = syntax.kind === "unix-time" || name.includes("unix-time");
  if (/millisecond/.test(name)) return isUnix ? "unix-milliseconds" : "milliseconds";
  if (/second/.test(name) || isUnix) return isUnix ? "unix-seconds" : "seconds";
  if (name === "ttl") return "milliseconds";
  if (syntax.kind === "key") return "any";
  return domainsByName.find(([pattern]) => pattern.test(name))?.[1] ?? "any";
}

function drawPayload(chance: Chance, { payloads }: Material): string {
  const payload = chance.pick(payloads);
  if (!chance.oneIn(5)) return payload;
  const at = chance.below(payload.length + 1);
  if (chance.oneIn(2)) return payload.slice(0, at);
  return payload.slice(0, at) + String.fromCharCode(chance.below(256)) + payload.slice(at + 1);
}

function swapCase(char: string): string {
  return char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
}
