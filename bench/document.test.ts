import fc from "fast-check";
import { expect, test } from "vitest";
import { replaceSection } from "./document.ts";

const text = "# Title\n<!-- bench:start -->\nold\n<!-- bench:end -->\nrest\n";

test("only the text between the markers changes", () => {
  expect(replaceSection(text, "bench", "| new |\n")).toBe(
    "# Title\n<!-- bench:start -->\n\n| new |\n\n<!-- bench:end -->\nrest\n",
  );
});

test("replacing twice is replacing once, for any replacement without markers", () => {
  fc.assert(
    fc.property(fc.string(), (replacement) => {
      const once = replaceSection(text, "bench", replacement);
      expect(replaceSection(once, "bench", replacement)).toBe(once);
      expect(once.startsWith("# Title\n") && once.endsWith("\nrest\n")).toBe(true);
    }),
  );
});

test("one marker's section leaves the other's alone", () => {
  const both = `${text}<!-- memory:start -->\nkeep\n<!-- memory:end -->\n`;
  expect(replaceSection(both, "bench", "new")).toContain("<!-- memory:start -->\nkeep\n<!-- memory:end -->");
});

test("a document without the pair of markers, with two, or with the pair reversed is refused", () => {
  expect(() => replaceSection("none", "bench", "new")).toThrow("want one <!-- bench:start -->");
  expect(() => replaceSection(text.replace("<!-- bench:end -->", ""), "bench", "new")).toThrow("want one");
  expect(() => replaceSection(text + text, "bench", "new")).toThrow("want one");
  expect(() => replaceSection("<!-- bench:end --><!-- bench:start -->", "bench", "new")).toThrow(
    "stands before",
  );
});
