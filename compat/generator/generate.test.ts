import { expect, test } from "vitest";
import { after, integer, key, optional, repeated } from "../../src/commands/syntax.ts";
import { neverDrawn } from "../differential/by-design.ts";
import { Chance } from "./chance.ts";
import { type Target, targets } from "./declared.ts";
import { drawCall } from "./generate.ts";
import { callsHeardByNoStock, specialCalls } from "./special-calls.ts";

const material = { payloads: ["payload"] };
const alone = { ...material, isHeardByNoStock: true, clock: { nowMs: 1_700_000_000_000 } };

test("every declared command can be drawn, but those listed as never drawn", () => {
  const chance = new Chance(1);
  const undrawn = targets.filter(
    (target) =>
      !Array.from({ length: 50 }, () => drawCall(target, chance, material)).some(
        (call) => call !== undefined,
      ),
  );
  expect(undrawn.map(({ fullName }) => fullName).sort()).toEqual(Object.keys(neverDrawn).sort());
});

// Those of special-calls.ts draw valid and refused calls themselves.
test("where no stock server hears them, all commands can be drawn, valid and broken", () => {
  const chance = new Chance(7);
  const lacking = targets.filter((target) => {
    const calls = Array.from({ length: 200 }, () => drawCall(target, chance, alone));
    const isSpecial = target.fullName in specialCalls || target.fullName in callsHeardByNoStock;
    return (
      !calls.some((call) => call?.isBroken === false) || !(isSpecial || calls.some((call) => call?.isBroken))
    );
  });
  expect(lacking.map(({ fullName }) => fullName)).toEqual([]);
});

test("a number that counts the arguments behind it mostly tells how many they are", () => {
  const syntax = [integer("numkeys"), repeated(key("RO")), optional(after("LIMIT", integer("limit")))];
  const target = { ...(targets[0] as Target), fullName: "sintercard", words: ["sintercard"], syntax };
  const chance = new Chance(8);
  const calls = Array.from({ length: 2000 }, () => drawCall(target, chance, alone)).filter(
    (call) => !call?.isBroken,
  );
  const right = calls.filter((call) => {
    const words = call?.words ?? [];
    const end = words.findIndex((word) => word.toLowerCase() === "limit");
    return Number(words[1]) === (end < 0 ? words.length : end) - 2;
  });
  expect(right.length / calls.length).toBeGreaterThan(0.8);
});

test("where it is known what a group waits for, most acknowledgements name that", () => {
  const xack = targets.find(({ fullName }) => fullName === "xack") as Target;
  const groupsAt = () => [{ name: "known", hasNews: false, pending: ["7-7", "8-8"], consumer: "a" }];
  const chance = new Chance(9);
  const calls = Array.from(
    { length: 400 },
    () => drawCall(xack, chance, { ...alone, groupsAt })?.words ?? [],
  );
  const fitting = calls.filter((words) => words[2] === "known" && /^[78]-[78]$/.test(words.at(-1) ?? ""));
  expect(fitting.length).toBeGreaterThan(200);
  expect(fitting.length).toBeLessThan(400);
});

test("where it is known what a key holds, about half of the members are of that", () => {
  const smove = targets.find(({ fullName }) => fullName === "smove") as Target;
  const elementAt = (key: string): string => `held by ${key}`;
  const chance = new Chance(10);
  const calls = Array.from(
    { length: 900 },
    () => drawCall(smove, chance, { ...alone, elementAt })?.words ?? [],
  );
  const held = calls.filter(
    ([, from, to, member]) => member === `held by ${from}` || member === `held by ${to}`,
  );
  expect(held.length).toBeGreaterThan(350);
  expect(held.length).toBeLessThan(550);
});

test("one seed gives one list of calls", () => {
  const draw = (seed: number): unknown[] => {
    const chance = new Chance(seed);
    return targets.map((target) => drawCall(target, chance, material)?.words);
  };
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
});

// A key that vanished by itself during a run would vanish on the two servers at different moments.
test("no call gives a key a short time to live", () => {
  const chance = new Chance(2);
  const timed = targets.filter(({ fullName }) => /^(p?expire|p?setex)$/.test(fullName));
  for (let i = 0; i < 20_000; i++) {
    const words = drawCall(chance.pick(timed), chance, material)?.words ?? [];
    if (!/^p?(expire|setex)$/i.test(words[0] ?? "")) continue;
    const time = Number(words[2]);
    if (/^[1-9]\d*$/.test(words[2] ?? "")) expect([words, time >= 100_000]).toEqual([words, true]);
  }
});
