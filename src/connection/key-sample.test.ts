import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Text } from "../lib/bytes.ts";
import { halfSipHash13 } from "../lib/half-siphash.ts";
import { argsOf } from "../testing/fake-connections.ts";
import { KeySample } from "./key-sample.ts";

const sampleOf = (oneIn: number): KeySample =>
  new KeySample(oneIn, (bytes, start, end) => halfSipHash13(bytes, start, end, 1, 2));
const key = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map((bytes) => latin1Text(bytes)),
  fc.string({ unit: fc.constantFrom("{", "}", "a", "b"), maxLength: 9 }),
);

test("an argument and its text are in the sample alike, wherever it stands, and the command finds its hash", () => {
  const sample = sampleOf(3);
  fc.assert(
    fc.property(key, (each) => {
      const args = argsOf("GET", each, each);
      const expected = sample.hasText(each);
      expect([sample.hasArgument(args, 1), sample.hasArgument(args, 2), sample.hasArgument(args, 1)]).toEqual(
        [expected, expected, expected],
      );
      if (args.isHashed) {
        expect(args.keyHash).toBe(halfSipHash13(args.bytes, args.start(1), args.end(1), 1, 2));
      }
    }),
  );
});

test("keys with one tag are in the sample together, and about the asked share of all is", () => {
  const sample = sampleOf(16);
  let count = 0;
  for (let i = 0; i < 16_000; i++) {
    const isIn = sample.hasText(`tag:${i}`);
    if (isIn) count++;
    expect([i, sample.hasText(`{tag:${i}}x`), sample.hasText(`y{tag:${i}}{z}`)]).toEqual([i, isIn, isIn]);
  }
  expect(count).toBeGreaterThan(800);
  expect(count).toBeLessThan(1200);
  expect(Array.from({ length: 100 }, (_, i) => sampleOf(1).hasText(`${i}`))).not.toContain(false);
});
