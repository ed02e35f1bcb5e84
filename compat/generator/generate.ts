// Generate: random valid and invalid calls of a declared command, from its syntax.
//
// Role: `drawCall` walks the syntax tokens and draws each argument from the pools; about one call in eight is
// then broken on purpose (arity, order, options, numbers). Commands whose arguments would harm the run, or whose
// words the syntax does not tell, are drawn by special-calls.ts instead.
// Invariant: a call depends on the target and the chance alone, so one seed gives one list of calls.

import type { Syntax } from "../../src/commands/syntax.ts";
import type { Chance } from "./chance.ts";
import type { Target } from "./declared.ts";
import {
  drawBitfieldOffset,
  drawBitfieldType,
  drawBitOffset,
  drawByteOffset,
  drawCursor,
  drawDb,
  drawFloat,
  drawInteger,
  drawKey,
  drawMilliseconds,
  drawSeconds,
  drawUnixMilliseconds,
  drawUnixSeconds,
  drawValue,
  junkNumbers,
  patterns,
} from "./pools.ts";
import { specialCalls } from "./special-calls.ts";

/** What a run knows beyond the declarations: payloads that RESTORE accepts. */
export type Material = { readonly payloads: readonly string[] };

export type Call = { readonly target: Target; readonly words: readonly string[]; readonly isBroken: boolean };

const brokenOneIn = 8;

/** A call of `target`; undefined when the drawn one had to be given up (it could have set a short expiry). */
export function drawCall(target: Target, chance: Chance, material: Material): Call | undefined {
  const name = target.words.map((word) => (chance.oneIn(3) ? mixedCase(word, chance) : word));
  const special = specialCalls[target.fullName];
  if (special !== undefined) {
    const words = special({
      chance,
      material,
      name,
      syntax: target.syntax,
      draw: (syntax) => drawAll(syntax, chance, material),
    });
    return words === undefined ? undefined : { target, words, isBroken: false };
  }
  const valid = drawAll(target.syntax, chance, material);
  if (!chance.oneIn(brokenOneIn)) return { target, words: [...name, ...valid], isBroken: false };
  const broken = breakCall(target, name, valid, chance, material);
  if (hasTimes(target.syntax) && broken.slice(2).some(isShortTime)) return undefined;
  return { target, words: broken, isBroken: true };
}

/** Every option word of a syntax, for the count of those that were used. */
export function optionWords(syntax: readonly Syntax[]): string[] {
  return syntax.flatMap((each) => [
    ...(each.token === undefined ? [] : [each.token]),
    ...("of" in each ? optionWords(each.of) : []),
  ]);
}

export function mixedCase(word: string, chance: Chance): string {
  return [...word].map((char) => (chance.oneIn(2) ? char.toUpperCase() : char.toLowerCase())).join("");
}

function drawAll(syntax: readonly Syntax[], chance: Chance, material: Material): string[] {
  const out: string[] = [];
  for (let i = 0; i < syntax.length; i++) {
    const each = syntax[i] as Syntax;
    if (!isOption(each)) {
      draw(each, chance, material, out);
      continue;
    }
    // Options stand in any order, so a run of them is shuffled as a whole.
    const run: Syntax[] = [];
    while (i < syntax.length && isOption(syntax[i] as Syntax)) run.push(syntax[i++] as Syntax);
    i--;
    const ordered = chance.oneIn(2) ? chance.shuffle(run) : run;
    for (const option of ordered) draw(option, chance, material, out);
  }
  return out;
}

function isOption(syntax: Syntax): boolean {
  return syntax.optional === true && (syntax.token !== undefined || "of" in syntax);
}

function draw(syntax: Syntax, chance: Chance, material: Material, out: string[]): void {
  if (syntax.optional === true && !chance.oneIn(syntax.kind === "pure-token" ? 4 : 3)) return;
  const times = syntax.multiple === true ? drawCount(chance) : 1;
  for (let i = 0; i < times; i++) {
    if (syntax.token !== undefined && (i === 0 || syntax.multipleToken === true)) {
      out.push(chance.oneIn(3) ? mixedCase(syntax.token, chance) : syntax.token);
    }
    if (syntax.kind === "pure-token") continue;
    if (syntax.kind === "oneof") {
      draw({ ...chance.pick(syntax.of), optional: false }, chance, material, out);
    } else if (syntax.kind === "block") {
      out.push(...drawAll(syntax.of, chance, material));
    } else {
      out.push(drawScalar(syntax, chance, material));
    }
  }
}

function drawCount(chance: Chance): number {
  if (chance.oneIn(50)) return chance.between(10, 70);
  return chance.oneIn(2) ? 1 : chance.between(2, 4);
}

function drawScalar(syntax: Syntax, chance: Chance, material: Material): string {
  if (syntax.kind === "key") return drawKey(chance);
  if (syntax.kind === "pattern") return chance.pick(patterns);
  if (syntax.kind === "double") return drawFloat(chance);
  const domain = domainOf(syntax);
  if (domain === "db") return drawDb(chance);
  if (domain === "cursor") return drawCursor(chance);
  if (domain === "count") return chance.oneIn(8) ? chance.pick(junkNumbers) : String(chance.between(-1, 30));
  if (domain === "seconds") return drawSeconds(chance);
  if (domain === "milliseconds") return drawMilliseconds(chance);
  if (domain === "unix-seconds") return drawUnixSeconds(chance);
  if (domain === "unix-milliseconds") return drawUnixMilliseconds(chance);
  if (domain === "bit")
    return chance.oneIn(15) ? chance.pick(["2", "-1", "abc", "", "01"]) : chance.pick(["0", "1"]);
  if (domain === "bit-offset") return drawBitOffset(chance);
  if (domain === "byte-offset") return drawByteOffset(chance);
  if (domain === "bitfield-type") return drawBitfieldType(chance);
  if (domain === "bitfield-offset") return drawBitfieldOffset(chance);
  if (domain === "type-name")
    return chance.pick(["string", "STRING", "list", "hash", "set", "zset", "stream", "nonsense", ""]);
  if (domain === "dump") return drawPayload(chance, material);
  return syntax.kind === "integer" ? drawInteger(chance) : drawValue(chance);
}

// The declared hint, or what the argument's name says where none was given.
function domainOf(syntax: Syntax): string {
  const declared = "domain" in syntax ? (syntax.domain ?? "any") : "any";
  if (declared !== "any") return declared;
  const isUnix = syntax.kind === "unix-time" || syntax.name.includes("unix-time");
  if (/millisecond/.test(syntax.name)) return isUnix ? "unix-milliseconds" : "milliseconds";
  if (/second/.test(syntax.name) || isUnix) return isUnix ? "unix-seconds" : "seconds";
  if (syntax.name === "ttl") return "milliseconds";
  return "any";
}

function drawPayload(chance: Chance, material: Material): string {
  const payload = chance.pick(material.payloads);
  if (!chance.oneIn(5)) return payload;
  const at = chance.below(payload.length + 1);
  if (chance.oneIn(2)) return payload.slice(0, at);
  return payload.slice(0, at) + String.fromCharCode(chance.below(256)) + payload.slice(at + 1);
}

function breakCall(
  target: Target,
  name: readonly string[],
  valid: readonly string[],
  chance: Chance,
  material: Material,
): string[] {
  const args = [...valid];
  const at = chance.below(args.length + 1);
  switch (chance.below(12)) {
    case 0:
      return [...name, ...args.slice(0, Math.max(args.length - 1, 0))];
    case 1:
      return [...name, ...args.filter((_, i) => i !== at)];
    case 2:
      return [...name, ...args, drawValue(chance)];
    case 3:
      return [...name, ...args.slice(0, at), args[at] ?? "x", ...args.slice(at)];
    case 4:
      return [...name, ...chance.shuffle(args)];
    case 5:
    case 6: {
      if (at < args.length) args[at] = chance.pick(junkNumbers);
      return [...name, ...args];
    }
    case 7: {
      const word = chance.pick([
        "NX",
        "XX",
        "GT",
        "LT",
        "GET",
        "KEEPTTL",
        "EX",
        "BYTE",
        "BIT",
        "nonsense",
        "",
        "COUNT",
      ]);
      return [...name, ...args.slice(0, at), word, ...args.slice(at)];
    }
    case 8: {
      // All alternatives of one choice at once, which mostly exclude each other.
      const choice = target.syntax.find((each) => each.kind === "oneof");
      const extra: string[] = [];
      if (choice !== undefined && "of" in choice) {
        for (const each of choice.of)
          if (chance.oneIn(2)) draw({ ...each, optional: false }, chance, material, extra);
      }
      return [...name, ...args, ...extra];
    }
    case 9: {
      // The name alone, or with a run of arguments that no command takes.
      return chance.oneIn(2) ? [...name] : [...name, ...Array.from({ length: 12 }, () => drawKey(chance))];
    }
    case 10: {
      if (at < args.length) args[at] = drawValue(chance);
      return [...name, ...args];
    }
    default: {
      // No NUL behind a name: whether Redis then finds the command depends on the seed of its hash table.
      if (name.length > 1) return [name[0] ?? "", drawValue(chance).slice(0, 200), ...args];
      return [`${name[0]}${chance.pick(["x", " ", "|", "\xff", "\r\n", "'"])}`, ...args];
    }
  }
}

function hasTimes(syntax: readonly Syntax[]): boolean {
  return syntax.some((each) =>
    "of" in each ? hasTimes(each.of) : /econds|unix-time|ttl/.test(`${domainOf(each)} ${each.name}`),
  );
}

// A number that would let a key expire while the run is on, if it stood where a time stands.
function isShortTime(text: string): boolean {
  return /^0*[1-9]\d{0,8}$/.test(text) || /^17\d{8}(\d{3})?$/.test(text);
}
