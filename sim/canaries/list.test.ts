import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allChecks } from "../checks/all.ts";
import { scenarios } from "../workloads/scenarios.ts";
import { canaries, waiting } from "./list.ts";

const root = new URL("../../", import.meta.url);

test.each(canaries)("$id finds its text exactly once, and changes it", ({ file, find, replace }) => {
  const text = readFileSync(new URL(file, root), "utf8");
  expect(text.split(find).length - 1).toBe(1);
  expect(replace).not.toBe(find);
});

test("every canary names a check and a scenario that exist", () => {
  const checks = new Set(allChecks.map(({ check }) => check.name));
  expect(canaries.filter(({ caughtBy }) => !checks.has(caughtBy)).map(({ id }) => id)).toEqual([]);
  expect(
    canaries.filter(({ scenario }) => scenario !== undefined && scenarios[scenario] === undefined),
  ).toEqual([]);
});

test("ids are unique, and every number of the catalogue is planted or waits with a reason", () => {
  const ids = [...canaries.map(({ id }) => id), ...Object.keys(waiting)].sort();
  expect(ids).toEqual([...new Set(ids)]);
  const catalogue = Array.from({ length: 42 }, (_, i) => `C${`${i + 1}`.padStart(2, "0")}`);
  expect(catalogue.filter((id) => !ids.includes(id))).toEqual([]);
});
