import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planted } from "./list.ts";

const root = join(import.meta.dirname, "..", "..");

test.each(planted)("the text that $id replaces stands once in $path", ({ path, find, replace }) => {
  const text = readFileSync(join(root, path), "utf8");
  expect(text.split(find).length - 1).toBe(1);
  expect(replace).not.toBe(find);
});

test("planted errors are at least fifteen, each with an id of its own", () => {
  expect(planted.length).toBeGreaterThanOrEqual(15);
  expect(new Set(planted.map(({ id }) => id)).size).toBe(planted.length);
});
