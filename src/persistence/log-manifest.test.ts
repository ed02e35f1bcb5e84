import fc from "fast-check";
import { expect, test } from "vitest";
import { formatManifest, type LogManifest, parseManifest } from "./log-manifest.ts";

const name = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), minLength: 1 })
  .filter((text) => !text.includes("/") && text.length < 100);

test("what is written is read back, whatever the names", () => {
  fc.assert(
    fc.property(fc.option(name), fc.array(name), fc.array(name), (base, increments, history) => {
      const manifest: LogManifest = {
        base: base === null ? undefined : { name: base, sequence: 7 },
        increments: increments.map((each, i) => ({ name: each, sequence: i + 3 })),
        history: history.map((each, i) => ({ name: each, sequence: i + 1 })),
        baseSequence: base === null ? 0 : 7,
        incrementSequence: increments.length === 0 ? 0 : increments.length + 2,
      };
      const text = formatManifest(manifest);
      if (text === "") return;
      expect(parseManifest(text)).toEqual({ ok: true, value: manifest });
    }),
  );
});

test.for([
  ["", 0, "Found an empty AOF manifest"],
  ["file a seq 1 type b", 0, "Invalid AOF manifest file format"],
  ["file a seq 1 type b\nfile b seq 2 type b\n", 2, "Found duplicate base file information"],
  ["file a seq 2 type i\nfile b seq 2 type i\n", 2, "Found a non-monotonic sequence number"],
  ["# one\nfile a seq 1 type x\n", 2, "Unknown AOF file type"],
  ["file ../a seq 1 type b\n", 1, "Invalid AOF manifest file format"],
  ["file a seq 0 type b\n", 1, "Invalid AOF manifest file format"],
  [`file ${"a".repeat(2000)} seq 1 type b\n`, 1, "The AOF manifest file contains too long line"],
] as const)("%j is refused in its line, with the reason", ([text, line, reason]) => {
  expect(parseManifest(text)).toMatchObject({ ok: false, fault: { line, reason } });
});

test("any bytes are read as a manifest or refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (text) => {
      const parsed = parseManifest(text);
      expect(typeof parsed.ok).toBe("boolean");
    }),
  );
});
