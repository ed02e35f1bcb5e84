import { expect, test } from "vitest";
import { neverDrawn } from "../differential/by-design.ts";
import { Chance } from "./chance.ts";
import { targets } from "./declared.ts";
import { drawCall } from "./generate.ts";

const material = { payloads: ["payload"] };

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
