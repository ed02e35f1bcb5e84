import fc from "fast-check";
import { expect, test } from "vitest";
import { copyWords, dataViewOf, latin1Bytes, latin1Text, TEXT_CHARS_MAX } from "./bytes.ts";

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

// A client may send 512 MB, and V8 throws where a string would be that long.
test("text of any number of bytes can be made, and its end is cut off where three such texts still fit together", () => {
  const text = latin1Text(new Uint8Array(TEXT_CHARS_MAX + 5));
  expect(text.length).toBe(TEXT_CHARS_MAX);
  expect(() => `${text}${text}${text}`.length).not.toThrow();
});

test("a copy by words is a copy: every length around a word's, every alignment, every byte value, nothing beside it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.nat({ max: 9 }),
      fc.nat({ max: 9 }),
      fc.nat({ max: 9 }),
      (bytes, start, at, margin) => {
        const source = Uint8Array.from([...new Array(start).fill(7), ...bytes, ...new Array(margin).fill(9)]);
        const target = new Uint8Array(at + bytes.length + 16).fill(0xee);
        copyWords(dataViewOf(target), at, dataViewOf(source), start, start + bytes.length);
        const wanted = new Uint8Array(target.length).fill(0xee);
        wanted.set(bytes, at);
        expect(target).toEqual(wanted);
      },
    ),
  );
});
