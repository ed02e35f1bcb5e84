import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes } from "../lib/bytes.ts";
import { ENCODING_EMBSTR, ENCODING_INT, ENCODING_RAW } from "../store/entry.ts";
import { isCanonicalInt64, stringEncoding } from "./string-encoding.ts";

const names = new Map([
  [ENCODING_INT, "int"],
  [ENCODING_EMBSTR, "embstr"],
  [ENCODING_RAW, "raw"],
]);

function encodingOf(text: string): string | undefined {
  const bytes = latin1Bytes(`<${text}>`);
  return names.get(stringEncoding(bytes, 1, bytes.length - 1));
}

// Each pair is what OBJECT ENCODING of Redis 7.0.15 answered after SET k <value>.
test.each([
  ["", "embstr"],
  ["0", "int"],
  ["-0", "embstr"],
  ["00", "embstr"],
  ["01", "embstr"],
  ["-1", "int"],
  ["-01", "embstr"],
  ["+1", "embstr"],
  [" 1", "embstr"],
  ["1 ", "embstr"],
  ["-", "embstr"],
  ["1.0", "embstr"],
  ["1e3", "embstr"],
  ["10000", "int"],
  ["9223372036854775807", "int"],
  ["9223372036854775808", "embstr"],
  ["-9223372036854775808", "int"],
  ["-9223372036854775809", "embstr"],
  ["9999999999999999999", "embstr"],
  ["12345678901234567890", "embstr"],
  ["123456789012345678901", "embstr"],
  ["x".repeat(44), "embstr"],
  ["x".repeat(45), "raw"],
  ["1".repeat(44), "embstr"],
  ["1".repeat(45), "raw"],
])("a value of %j is %s", (value, encoding) => {
  expect(encodingOf(value)).toBe(encoding);
});

test("exactly the integers of 64 bits, as BigInt spells them, are int", () => {
  const limit = 2n ** 63n;
  const near = fc.oneof(
    fc.bigInt({ min: -limit - 20n, max: -limit + 20n }),
    fc.bigInt({ min: limit - 20n, max: limit + 20n }),
    fc.bigInt({ min: -limit * 20n, max: limit * 20n }),
    fc.bigInt({ min: -1000n, max: 1000n }),
  );
  fc.assert(
    fc.property(near, (value) => {
      const bytes = latin1Bytes(`${value}`);
      expect(isCanonicalInt64(bytes, 0, bytes.length)).toBe(BigInt.asIntN(64, value) === value);
    }),
    { numRuns: 2000 },
  );
});

test("any other text is no integer", () => {
  const symbols = fc.constantFrom("0", "1", "9", "-", "+", ".", " ", "e", "\x00", "\xff");
  fc.assert(
    fc.property(fc.array(symbols, { maxLength: 22 }), (parts) => {
      const text = parts.join("");
      const isInteger = /^(0|-?[1-9]\d*)$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
      const bytes = latin1Bytes(text);
      expect(isCanonicalInt64(bytes, 0, bytes.length)).toBe(isInteger);
    }),
    { numRuns: 2000 },
  );
});
