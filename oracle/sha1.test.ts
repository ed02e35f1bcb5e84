import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha1 } from "./sha1.ts";

test("the digits are those of another implementation, at every length of the last block", () => {
  for (let length = 0; length < 130; length++) {
    const text = "\xe9".repeat(length);
    expect(sha1(text)).toBe(createHash("sha1").update(text, "latin1").digest("hex"));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = String.fromCharCode(...bytes);
      expect(sha1(text)).toBe(createHash("sha1").update(bytes).digest("hex"));
    }),
  );
});
