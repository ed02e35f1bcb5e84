import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "./bytes.ts";

test("bytes of any length and place survive being text", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 0xff);
  for (let start = 0; start < 40; start++) {
    for (let length = 0; length < 60; length++) {
      const text = latin1Text(bytes, start, start + length);
      expect(text.length).toBe(length);
      expect(latin1Bytes(text)).toEqual(bytes.slice(start, start + length));
    }
  }
  const long = new Uint8Array(1_000_003).fill(0xe9);
  expect(latin1Text(long) === "\xe9".repeat(long.length)).toBe(true);
});
