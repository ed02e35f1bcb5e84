// Draw: what a differential run does next, from its seed.
//
// Calls that are pipelined together, of one connection; among them, now and then, a step that compares by itself.

import type { Chance } from "../generator/chance.ts";
import { type Target, targets } from "../generator/declared.ts";
import { drawCall, type Material } from "../generator/generate.ts";
import { drawKey, patterns } from "../generator/pools.ts";
import { isOfLaterVersion } from "../generator/unsuitable.ts";
import { weightOf } from "../generator/weights.ts";
import type { Words } from "../resp/request.ts";
import { leftOut } from "./by-design.ts";
import type { Step } from "./step.ts";

const fullNames = new Set(targets.map((target) => target.fullName));

/** The declared command that a call's first words name. */
export function fullNameOf(words: Words): string {
  const [first = "", second = ""] = words.map((word) => word.toLowerCase());
  return fullNames.has(`${first}|${second}`) ? `${first}|${second}` : first;
}

/** Steps to perform in one go: mostly calls of one connection, sometimes a step that compares by itself. */
export function drawBatch(chance: Chance, wheel: Wheel, material: Material): Step[] {
  const connection = chance.oneIn(5) ? 1 : 0;
  const steps: Step[] = [];
  const push = (words: Words): void => {
    const fullName = fullNameOf(words);
    if (fullNames.has(fullName)) steps.push({ kind: "call", connection, words, fullName });
  };
  if (chance.oneIn(8)) push(["HELLO", connection === 0 ? "2" : "3"]);
  // Most calls meet in database 0, or few would meet at all.
  if (chance.oneIn(2)) push(["SELECT", "0"]);
  if (wheel.isWhole && chance.oneIn(12)) steps.push({ kind: "expire", connection, key: drawKey(chance) });
  if (wheel.isWhole && chance.oneIn(25))
    steps.push({ kind: "walk", connection, options: drawWalkOptions(chance) });
  for (let left = chance.between(1, 64); left > 0; left--) {
    const target = wheel.draw(chance);
    const call = target.fullName in leftOut ? undefined : drawCall(target, chance, material);
    if (call === undefined || isOfLaterVersion(call)) continue;
    const step: Step = { kind: "call", connection, words: call.words, fullName: target.fullName };
    if (target.isBlocking) {
      // Inside of EXEC nobody waits.
      push(["MULTI"]);
      steps.push(step);
      push(["EXEC"]);
      continue;
    }
    const key = keyInMemberOrder(call.words);
    if (key !== undefined) push(["ZUNIONSTORE", key, "1", key, "WEIGHTS", "0"]);
    // A stock server's SORT takes a number for too large when an earlier command met such a one; a cursor clears that.
    if (target.fullName === "sort" || target.fullName === "sort_ro") push(["SSCAN", "nokey", "0"]);
    steps.push(step);
    const changed = keyOfChance(target.fullName, call.words);
    if (changed !== undefined) push(["DEL", changed]);
  }
  return steps;
}

// Where members are asked for in their order, a stock server's answer depends on chance unless all scores are equal.
function keyInMemberOrder(words: Words): string | undefined {
  const name = (words[0] ?? "").toLowerCase();
  if (/^z(lexcount|(rev|rem)?rangebylex)$/.test(name)) return words[1];
  if (!words.some((word) => word.toLowerCase() === "bylex")) return undefined;
  return name === "zrange" ? words[1] : name === "zrangestore" ? words[2] : undefined;
}

// The key that afterwards holds what the server drew, or elements in an order of its own.
function keyOfChance(fullName: string, words: Words): string | undefined {
  if (fullName === "spop") return words[1];
  if (fullName !== "sort") return undefined;
  const at = words.findLastIndex((word) => word.toLowerCase() === "store");
  return at < 0 ? undefined : words[at + 1];
}

function drawWalkOptions(chance: Chance): string[] {
  return [
    ...(chance.oneIn(2) ? ["COUNT", String(chance.between(1, 60))] : []),
    ...(chance.oneIn(2) ? ["MATCH", chance.pick(patterns)] : []),
    ...(chance.oneIn(3) ? ["TYPE", chance.pick(["string", "hash", "String"])] : []),
  ];
}

/** Draws commands by weight: those on data often, those that empty databases rarely. */
export class Wheel {
  readonly isWhole: boolean;
  readonly #slots: Target[] = [];
  readonly #rollCall: Target[] = [];

  constructor(only: readonly string[]) {
    this.isWhole = only.length === 0;
    for (const target of targets) {
      if (!this.isWhole && !only.includes(target.fullName)) continue;
      const weight = weightOf(target);
      if (!(target.fullName in leftOut)) this.#rollCall.push(target);
      for (let i = 0; i < weight; i++) this.#slots.push(target);
    }
    if (this.#slots.length === 0) throw new Error(`no such command: ${only.join(", ")}`);
  }

  /** Each command once before any comes by its weight, so that the shortest run meets all of them. */
  draw(chance: Chance): Target {
    const first = this.#rollCall.shift();
    if (first !== undefined) return first;
    return chance.pick(this.#slots);
  }
}
