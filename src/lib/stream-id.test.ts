import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "./bytes.ts";
import {
  formatStreamId,
  ID_INVALID,
  ID_WHOLE,
  parseStreamId,
  StreamId,
  streamIdTextBytesMax,
} from "./stream-id.ts";

const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n),
  fc.nat().map(BigInt),
);

function idOf(ms: bigint, seq: bigint): StreamId {
  const id = new StreamId();
  [id.w0, id.w1, id.w2, id.w3] = [ms >> 32n, ms, seq >> 32n, seq].map((word) =>
    Number(BigInt.asIntN(32, word)),
  ) as [number, number, number, number];
  return id;
}
function numberOf({ w0, w1, w2, w3 }: StreamId): bigint {
  return [w0, w1, w2, w3].reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
}
function textOf(id: StreamId): string {
  const target = new Uint8Array(streamIdTextBytesMax);
  return latin1Text(target, 0, formatStreamId(target, 0, id));
}
function parsed(text: string, fillsLast = false): string {
  const id = new StreamId();
  const kind = parseStreamId(latin1Bytes(`.${text}.`), 1, 1 + text.length, id, fillsLast);
  if (kind === ID_INVALID) return "invalid";
  return kind === ID_WHOLE ? textOf(id) : `${textOf(id)} open`;
}

test("an id is read back from its text, and both are the numbers' own", () => {
  fc.assert(
    fc.property(uint64, uint64, (ms, seq) => {
      expect(textOf(idOf(ms, seq))).toBe(`${ms}-${seq}`);
      expect(parsed(`${ms}-${seq}`)).toBe(`${ms}-${seq}`);
      expect(parsed(`00${ms}`)).toBe(`${ms}-0`);
      expect(parsed(`${ms}`, true)).toBe(`${ms}-18446744073709551615`);
      expect(parsed(`${ms}-*`)).toBe(`${ms}-0 open`);
    }),
  );
});

test("ids compare as 128-bit numbers, and the next and the one before are one away", () => {
  const last = 2n ** 128n - 1n;
  fc.assert(
    fc.property(uint64, uint64, uint64, uint64, (a, b, c, d) => {
      const [left, right] = [idOf(a, b), idOf(c, d)];
      const value = numberOf(left);
      const other = numberOf(right);
      expect(Math.sign(left.compare(right))).toBe(value < other ? -1 : value > other ? 1 : 0);
      expect(left.increment()).toBe(value !== last);
      expect(numberOf(left)).toBe(value === last ? 0n : value + 1n);
      expect(right.decrement()).toBe(other !== 0n);
      expect(numberOf(right)).toBe(other === 0n ? last : other - 1n);
    }),
  );
});

// As C's strtoull has it, which Redis asks where a part is no canonical integer.
test.each([
  ["+5", "5-0"],
  [" 5-\t6", "5-6"],
  ["5-+6", "5-6"],
  ["5--06", "5-18446744073709551610"],
  ["5--0", "5-0"],
  ["5\0x", "5-0"],
  ["5-6\0-7", "5-6"],
  ["5--6", "invalid"],
  ["5--9223372036854775808", "invalid"],
  ["5--9223372036854775809", "5-9223372036854775807"],
  ["5-", "invalid"],
  ["-", "invalid"],
  ["-5", "invalid"],
  ["", "invalid"],
  [" ", "invalid"],
  ["5 ", "invalid"],
  ["5-6-7", "invalid"],
  ["5-**", "invalid"],
  ["*", "invalid"],
  ["0x5", "invalid"],
  ["18446744073709551616", "invalid"],
  ["5-18446744073709551616", "invalid"],
  [`${"0".repeat(126)}5`, "5-0"],
  [`${"0".repeat(127)}5`, "invalid"],
])("%j is read as %s", (text, expected) => {
  expect(parsed(text)).toBe(expected);
});

test("a time becomes the first id of its millisecond", () => {
  expect(textOf(new StreamId().setTime(1_700_000_000_000))).toBe("1700000000000-0");
  expect(new StreamId().setMax().isMax).toBe(true);
  expect(new StreamId().setMax().setMin().isMin).toBe(true);
});
