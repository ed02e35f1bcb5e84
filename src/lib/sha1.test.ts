import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha1Hex } from "./sha1.ts";

test("agrees with another implementation, wherever the bytes stand", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, offset) => {
      const shifted = new Uint8Array(bytes.length + offset + 7);
      shifted.set(bytes, offset);
      const wanted = createHash("sha1").update(bytes).digest("hex");
      expect(sha1Hex(shifted, offset, offset + bytes.length)).toBe(wanted);
    }),
  );
});

test.each([0, 55, 56, 63, 64, 119, 120, 128, 100_000])("%d bytes, at the edges of blocks", (length) => {
  const bytes = new Uint8Array(length).fill(0x61);
  expect(sha1Hex(bytes, 0, length)).toBe(createHash("sha1").update(bytes).digest("hex"));
});
