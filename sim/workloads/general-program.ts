// General program: any command of the table, valid and broken. A new command needs nothing here.

import type { Chance } from "../../compat/generator/chance.ts";
import { type Target, targets } from "../../compat/generator/declared.ts";
import { drawCall, type Material } from "../../compat/generator/generate.ts";
import { keyCounts, ZipfKeys } from "../../compat/generator/keys.ts";
import type { Step } from "../plan.ts";
import type { Program } from "./calls.ts";
import { payloads } from "./payloads.ts";

// How often commands of a group are drawn, against 1: those that answer with tables are large and seldom change.
const groupWeights: Readonly<Record<string, number>> = { server: 1, connection: 2 };
const usualWeight = 12;
/** It computes for a tenth of a second, as long as thousands of others take, and touches nothing. */
const seldom = new Set(["pfselftest"]);
const seldomOneIn = 6;

/** Any command, valid and broken. */
export function general(chance: Chance): Program {
  const wheel = targets
    .filter(isForEveryone)
    .flatMap((target) => Array.from({ length: weightOf(target) }, () => target));
  const stored = new Map<string, string>();
  const keys = new ZipfKeys(chance.pick(keyCounts), chance.below(1024), (key) => stored.get(key));
  const clock = { nowMs: 0 };
  const material: Material = { payloads, keys, clock, isHeardByNoStock: true };
  return ({ chance: own, nowMs }) => {
    clock.nowMs = nowMs;
    for (;;) {
      const target = own.pick(wheel);
      if (seldom.has(target.fullName) && !own.oneIn(seldomOneIn)) continue;
      const drawn = drawCall(target, own, material);
      if (drawn === undefined) continue;
      remember(stored, target, drawn.words);
      const step: Step = { do: "call", words: suited(drawn.words) };
      if (target.fullName !== "multi") return [step];
      // Alone it would keep the rest of a program from running.
      return [step, ...queuedSteps(own, () => drawCall(own.pick(wheel), own, material)?.words)];
    }
  };
}

// What comes behind MULTI: calls of any kind, and its end.
function queuedSteps(chance: Chance, draw: () => readonly string[] | undefined): readonly Step[] {
  const steps: Step[] = [];
  for (let left = chance.between(0, 6); left > 0; left--) {
    const words = draw();
    if (words !== undefined && !/^(multi|exec|discard)$/i.test(words[0] ?? ""))
      steps.push({ do: "call", words: suited(words) });
  }
  steps.push({ do: "call", words: [chance.oneIn(8) ? "DISCARD" : "EXEC"] });
  return steps;
}

function weightOf({ fullName, group }: Target): number {
  return seldom.has(fullName) ? 1 : (groupWeights[group] ?? usualWeight);
}

// A subscriber may ask for little else; `listening` is for those.
function isForEveryone({ fullName }: Target): boolean {
  return !/^[ps]?(un)?subscribe$/.test(fullName);
}

// A call that blocks does so for a short while: one that waits for ever would end its client's program.
function hurried(words: readonly string[]): readonly string[] {
  const name = (words[0] ?? "").toLowerCase();
  const place = timeoutPlace(name, words);
  if (place === undefined) return words;
  const longest = name.startsWith("x") || name.startsWith("wait") ? 1500 : 1.5;
  const asked = Number(words[place]);
  if (!(asked === 0 || asked > longest)) return words; // Short, or no number at all.
  return words.map((word, i) => (i === place ? `${longest / 3}` : word));
}

// What was saved would be there after a restart, which the checks do not follow yet: such calls are made to be refused.
function suited(words: readonly string[]): readonly string[] {
  const name = words[0] ?? "";
  return /^(bg)?save$/i.test(name) ? [name, "x", "x"] : hurried(words);
}

function timeoutPlace(name: string, words: readonly string[]): number | undefined {
  if (/^b(lpop|rpop|lmove|rpoplpush|zpopmin|zpopmax)$/.test(name)) return words.length - 1;
  if (/^b[lz]mpop$/.test(name)) return 1;
  if (/^wait(aof)?$/.test(name)) return words.length - 1;
  const block = /^xread(group)?$/.test(name) ? words.findIndex((word) => word.toLowerCase() === "block") : -1;
  return block < 0 ? undefined : block + 1;
}

// Not what is stored, but what probably is: so that most calls meet values of their own type.
function remember(stored: Map<string, string>, target: Target, words: readonly string[]): void {
  const key = words[1];
  if (key === undefined || !target.isWrite) return;
  if (target.keyType !== undefined) stored.set(key, target.keyType);
  else if (/^(del|unlink|move)$/.test(target.fullName)) stored.delete(key);
  else if (/^flush/.test(target.fullName)) stored.clear();
}
