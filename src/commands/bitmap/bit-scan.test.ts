import fc from "fast-check";
import { expect, test } from "vitest";
import { countOnes, countOnesInBits, findBit } from "./bit-scan.ts";

// Long runs of one byte with few others: words are skipped, and every alignment and edge comes up.
const sparse = fc
  .record({
    fill: fc.constantFrom(0, 255, 0x55),
    length: fc.integer({ min: 1, max: 700 }),
    at: fc.array(fc.tuple(fc.nat({ max: 699 }), fc.nat({ max: 255 })), { maxLength: 4 }),
  })
  .map(({ fill, length, at }) => {
    const bytes = new Uint8Array(length).fill(fill);
    for (const [index, byte] of at) if (index < length) bytes[index] = byte;
    return bytes;
  });
const placed = fc.record({ bytes: sparse, lead: fc.nat({ max: 7 }), a: fc.nat(), b: fc.nat() });

// The value in the middle of other bytes, which must not be looked at.
function within(bytes: Uint8Array, lead: number): Uint8Array {
  const around = new Uint8Array(lead + bytes.length + 9).fill(0xa5);
  around.set(bytes, lead);
  return around;
}

function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

test("ones are counted as in the written-out bits, in any range", () => {
  fc.assert(
    fc.property(placed, ({ bytes, lead, a, b }) => {
      const bits = bitsOf(bytes);
      const [first, last] = [a % bits.length, b % bits.length].sort((x, y) => x - y) as [number, number];
      const ones = (text: string) => text.replaceAll("0", "").length;
      const around = within(bytes, lead);
      expect(countOnes(around, lead, lead + bytes.length)).toBe(ones(bits));
      expect(countOnesInBits(around, lead, first, last)).toBe(ones(bits.slice(first, last + 1)));
    }),
  );
});

test("the first bit of either value is found as in the written-out bits, in any range", () => {
  fc.assert(
    fc.property(placed, fc.constantFrom(0, 1), ({ bytes, lead, a, b }, bit) => {
      const bits = bitsOf(bytes);
      const [first, last] = [a % bits.length, b % bits.length].sort((x, y) => x - y) as [number, number];
      const expected = bits.slice(0, last + 1).indexOf(`${bit}`, first);
      expect(findBit(within(bytes, lead), lead, first, last, bit)).toBe(expected);
    }),
  );
});
