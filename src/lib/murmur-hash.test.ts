import fc from "fast-check";
import { expect, test } from "vitest";
import { murmur, murmurHash64A } from "./murmur-hash.ts";

const mask = 2n ** 64n - 1n;
const m = 0xc6a4a7935bd1e995n;

// The definition, with integers of any size.
function expected(bytes: Uint8Array): bigint {
  let h = 0xadc83b19n ^ ((BigInt(bytes.length) * m) & mask);
  const whole = bytes.length - (bytes.length % 8);
  const word = (from: number, to: number): bigint =>
    bytes.subarray(from, to).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  for (let at = 0; at < whole; at += 8) {
    let k = (word(at, at + 8) * m) & mask;
    k = ((k ^ (k >> 47n)) * m) & mask;
    h = ((h ^ k) * m) & mask;
  }
  if (whole < bytes.length) h = ((h ^ word(whole, bytes.length)) * m) & mask;
  h = ((h ^ (h >> 47n)) * m) & mask;
  return h ^ (h >> 47n);
}

test("the hash is the one of the definition, for every length and at every place", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 9 }), (bytes, lead) => {
      const buffer = new Uint8Array(lead + bytes.length + 8).fill(0xaa);
      buffer.set(bytes, lead);
      murmurHash64A(buffer, lead, lead + bytes.length);
      const actual = (BigInt(murmur.high >>> 0) << 32n) | BigInt(murmur.low >>> 0);
      expect(actual).toBe(expected(bytes));
    }),
  );
});
