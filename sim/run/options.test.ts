import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("options have defaults that run a small batch in chaos", () => {
  expect(readOptions([])).toMatchObject({
    seeds: 100,
    profile: "chaos",
    commands: 2000,
    jobs: 2,
    checks: "all",
  });
});

test.each([
  [["--seed", "x"], "x is no seed of 64 bits"],
  [["--profile", "wild"], "no profile wild"],
  [["--seeds", "many"], "--seeds takes a number, not many"],
])("%j is refused", (args, message) => {
  expect(readOptions(args)).toBe(message);
});

test("an unknown option is refused", () => {
  expect(readOptions(["--sed", "1"])).toContain("--sed");
});

test("checks are all, the cheap ones, or a list", () => {
  expect(readOptions(["--checks", "scan,gate"])).toMatchObject({ checks: ["scan", "gate"] });
  expect(readOptions(["--checks", "cheap"])).toMatchObject({ checks: "cheap" });
});
