import { expect, test } from "vitest";
import { buggifyNames, markNames } from "../../src/lib/probe.ts";
import { readSources } from "../../src/testing/source.ts";
import { faultNames, faultOf, faults, faultsToday } from "./faults.ts";

const production = readSources().filter(
  ({ path }) => path.startsWith("src/") && !path.endsWith(".test.ts") && path !== "src/lib/probe.ts",
);
const world = readSources().filter(({ path }) => path.startsWith("sim/world/") && !path.endsWith(".test.ts"));

test("every name has one entry, in the order of the names", () => {
  expect(faults.map(({ name }) => name)).toEqual([...faultNames]);
});

test("every fault of today says when it was handled, every other what it waits for", () => {
  for (const { name, today, handled } of faults) {
    if (today !== true) expect([name, today.length > 3]).toEqual([name, true]);
    else if ("world" in handled) expect([name, handled.world.startsWith("not told")]).toEqual([name, false]);
  }
  expect(faultsToday().length).toBeGreaterThan(25);
  expect(() => faultOf("tcp.none" as "tcp.chunk")).toThrow("no fault is called tcp.none");
});

test("chaos is worse than moderate, and moderate than calm", () => {
  const per10kOf = (rate: unknown): number =>
    typeof rate === "object" && rate !== null && "per10k" in rate ? Number(rate.per10k) : 0;
  for (const { calm, moderate, chaos } of faults) {
    expect(per10kOf(calm)).toBeLessThanOrEqual(per10kOf(moderate));
    expect(per10kOf(moderate)).toBeLessThanOrEqual(per10kOf(chaos));
  }
});

test("every fault of today is made by the world", () => {
  const text = world
    .filter(({ path }) => !/(faults|draw)\.ts$/.test(path))
    .map((each) => each.text)
    .join("\n");
  const missing = faultsToday()
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("part.") && !text.includes(`"${name}"`));
  expect(missing).toEqual([]);
});

test("every mark and every buggify point stands in production code, and each point in one place", () => {
  const text = production.map((each) => each.text).join("\n");
  expect(markNames.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
  expect(buggifyNames.filter((name) => !text.includes(`buggify("${name}")`))).toEqual([]);
});
