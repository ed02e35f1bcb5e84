import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { canaries, waiting } from "./canaries/list.ts";
import { allChecks } from "./checks/all.ts";

type Promised = {
  readonly id: string;
  readonly text: string;
  /** The names behind "- Checks:" and the like; "none" is no name. */
  readonly named: (label: string) => readonly string[];
};

const page = readFileSync(new URL("PROMISES.md", import.meta.url), "utf8");
const promises: readonly Promised[] = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    id: /^P\d+/.exec(text)?.[0] ?? text.slice(0, 20),
    text,
    named(label) {
      const line = new RegExp(`^- ${label}: (.*)$`, "m").exec(text)?.[1] ?? "";
      return line === "none" ? [] : line.split(", ").map((name) => name.replaceAll("`", ""));
    },
  }));

test("promises are numbered from P1 to P17, each with a sentence of its own", () => {
  expect(promises.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, i) => `P${i + 1}`));
  for (const { id, text } of promises) expect([id, /^P\d+: \S.*\n\n\S/.test(text)]).toEqual([id, true]);
});

test.each(promises)("$id names exactly the checks that say that they hold it", ({ id, named }) => {
  const holding = allChecks.filter(({ check }) => check.promises.some((each) => each === id));
  expect(named("Checks")).toEqual(holding.map(({ check }) => check.name));
});

test.each(promises)("$id names exactly the canaries that break it, in order", ({ id, named }) => {
  const breaking = canaries.filter(({ breaks }) => breaks === id);
  expect(named("Canaries")).toEqual(breaking.map((canary) => canary.id).sort());
});

test("a promise has a check and a canary, or says what it lacks and why", () => {
  const silent = promises.filter(({ text, named }) => {
    if (named("Checks").length === 0) return !/^- Without a check: \S/m.test(text);
    const hasCanary = named("Canaries").length + named("Waiting").length > 0;
    return !hasCanary && !/^- Without a canary: \S/m.test(text);
  });
  expect(silent.map(({ id }) => id)).toEqual([]);
});

test("every canary that waits stands under one promise, and no other does", () => {
  expect(promises.flatMap(({ named }) => named("Waiting")).sort()).toEqual(Object.keys(waiting).sort());
});

test("a check of a canary exists, and every check holds a promise of the page", () => {
  const names = allChecks.map(({ check }) => check.name);
  expect(canaries.filter(({ caughtBy }) => !names.includes(caughtBy)).map(({ id }) => id)).toEqual([]);
  const ids = promises.map(({ id }) => id);
  for (const { check } of allChecks) {
    expect([check.name, check.promises.length > 0 && check.promises.every((id) => ids.includes(id))]).toEqual(
      [check.name, true],
    );
  }
  expect(new Set(names).size).toBe(names.length);
});
