import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import { parseInt64Big } from "../lib/int64.ts";
import { Element } from "./element.ts";
import { elementEnd, PackedInput, readElement, readNumber, skipElements } from "./packed-block.ts";

const edges = [0, 63, 64, 127, 128, 2 ** 15, 2 ** 23, 2 ** 31, 2 ** 32, 2 ** 47, 2 ** 48, 2 ** 53].flatMap(
  (n) => [-1, 0, 1].flatMap((d) => [`${BigInt(n) + BigInt(d)}`, `${-BigInt(n) + BigInt(d)}`]),
);
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 30 }).map((b) => latin1Text(b)) },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 2, arbitrary: fc.constantFrom(...edges) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("", "-", "-0", "05", "+1", "1.5", "9223372036854775808", "inf") },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(126, 127, 128, 129, 255, 256, 1000, 65535, 65536, 70000)
      .map((n) => "x".repeat(n)),
  },
);

function pack(texts: readonly string[]): { u8: Uint8Array; data: DataView; end: number } {
  const u8 = new Uint8Array(texts.reduce((sum, text) => sum + text.length + 9, 0));
  const data = new DataView(u8.buffer);
  let end = 0;
  const input = new PackedInput();
  for (const [i, text] of texts.entries()) {
    const bytes = latin1Bytes(text);
    input.setText(bytes, 0, bytes.length, i % 2 === 0 ? undefined : new DataView(bytes.buffer));
    const next = input.write(u8, data, end);
    expect(next - end).toBe(input.sizeBytes);
    end = next;
  }
  return { u8, data, end };
}

test("what is packed reads back in order, and a walk ends where writing ended", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 20 }), (texts) => {
      const { u8, data, end } = pack(texts);
      const element = new Element();
      let at = 0;
      for (const text of texts) {
        expect(elementEnd(u8, at)).toBe(readElement(u8, data, at, element));
        at = elementEnd(u8, at);
        expect(element.length).toBe(text.length);
        element.text();
        expect(latin1Text(element.bytes, element.start, element.end)).toBe(text);
        expect(element.kind !== 0).toBe(parseInt64Big(latin1Bytes(text), 0, text.length) !== undefined);
      }
      expect(at).toBe(end);
      expect(skipElements(u8, 0, texts.length)).toBe(end);
    }),
  );
});

test("an element is found at its first place, and equal text means equal encoding", () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 16 }), anyText, (texts, other) => {
      const { u8, data, end } = pack(texts);
      for (const text of [...texts, other]) {
        const bytes = latin1Bytes(`.${text}`);
        const input = new PackedInput().setText(bytes, 1, bytes.length);
        const first = texts.indexOf(text);
        const expected = first < 0 ? -1 : skipElements(u8, 0, first);
        expect(input.find(u8, data, 0, end, 1)).toBe(expected);
        const element = new Element();
        if (first >= 0) {
          readElement(u8, data, expected, element);
          expect(new PackedInput().setElement(element).find(u8, data, 0, end, 1)).toBe(expected);
        }
        if (texts.length % 2 === 0) {
          const even = texts.findIndex((each, i) => i % 2 === 0 && each === text);
          expect(input.find(u8, data, 0, end, 2)).toBe(even < 0 ? -1 : skipElements(u8, 0, even));
        }
      }
    }),
  );
});

test("integers take the fewest bytes that hold them", () => {
  const sizes = [
    ["0", 1],
    ["63", 1],
    ["64", 2],
    ["-128", 2],
    ["128", 3],
    ["32768", 4],
    ["-8388608", 4],
    ["8388608", 5],
    ["2147483648", 7],
    ["140737488355327", 7],
    ["140737488355328", 9],
    ["9007199254740993", 9],
    ["-9223372036854775808", 9],
    ["9223372036854775808", 20],
    ["x".repeat(127), 128],
    ["x".repeat(128), 131],
  ] as const;
  for (const [text, size] of sizes) {
    const bytes = latin1Bytes(text);
    expect([text, new PackedInput().setText(bytes, 0, bytes.length).sizeBytes]).toEqual([text, size]);
  }
});

test("a score reads back as the same number, the sign of zero included", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.constant(-0), fc.double({ noNaN: true }), fc.maxSafeInteger(), fc.integer()),
      (score) => {
        const u8 = new Uint8Array(16);
        const data = new DataView(u8.buffer);
        const end = new PackedInput().setScore(score).write(u8, data, 3);
        expect(elementEnd(u8, 3)).toBe(end);
        expect(readNumber(data, 3)).toBe(score);
      },
    ),
  );
});
