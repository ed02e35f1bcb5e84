// Drawn values go through the libraries of scripts as in a stock Redis: JSON, MessagePack, structures, bits, numbers.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";
import { isStock, withStockRedis } from "../../testing/stock-stories.ts";

const ours = createTestServer();

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.json({ maxDepth: 4, noUnicodeString: false }),
  // Nearly JSON: a piece is cut out or changed.
  fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(200),
      fc.nat(5),
      fc.constantFrom("", ",", "}", "1e", "\\u12", '"', "nul"),
    )
    .map(([text, at, count, piece]) => text.slice(0, at) + piece + text.slice(at + count)),
  fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{0,6})?([eE][-+]?[0-9]{1,3})?$/),
);
const number = fc.oneof(
  fc.double().map((value) => shownForLua(value)),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }).map(String),
  fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom(2, 4, 8, 10, 1000))
    .map(([a, b]) => `${a / b}`),
);
const bytes = fc.uint8Array({ maxLength: 24 }).map((each) => Buffer.from(each).toString("latin1"));
const format = fc
  .array(fc.constantFrom(...("bBhHiIlLTfdsx<>!cc0i1i3I5i8!4 ".match(/[a-zA-Z<>! ][0-9]?/g) ?? [])), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));

const drawn: Readonly<
  Record<string, { readonly script: string; readonly words: fc.Arbitrary<readonly string[]> }>
> = {
  "JSON is decoded and encoded": {
    script:
      "local ok, v = pcall(cjson.decode, ARGV[1]) if not ok then return v end return {pcall(cjson.encode, v)}",
    words: fc.tuple(json),
  },
  "what JSON holds is packed": {
    script:
      "local ok, v = pcall(cjson.decode, ARGV[1]) if not ok then return v end local p = cmsgpack.pack(v) " +
      "return {p, cmsgpack.pack(cmsgpack.unpack(p)), select(2, pcall(cjson.encode, cmsgpack.unpack(p)))}",
    words: fc.tuple(json),
  },
  "any bytes are unpacked or refused": {
    script:
      "local r = {pcall(cmsgpack.unpack, ARGV[1])} local t = {} for i, v in ipairs(r) do " +
      "t[i] = type(v) == 'table' and cmsgpack.pack(v) or tostring(v) end return t",
    words: fc.tuple(bytes.filter((text) => !text.includes("\xdd") && !text.includes("\xdf"))),
  },
  "numbers are shown, packed and encoded": {
    script:
      "local n = tonumber(ARGV[1]) redis.call('SET', 'n', n) return {tostring(n), redis.call('GET', 'n'), n, " +
      "cmsgpack.pack(n), select(2, pcall(cjson.encode, n)), struct.pack('<d>d', n, n), string.format('%.3f %g', n, n)}",
    words: fc.tuple(number),
  },
  "numbers are bits": {
    script:
      "local a, b = tonumber(ARGV[1]), tonumber(ARGV[2]) return {bit.tobit(a), bit.band(a, b), bit.bxor(a, b), " +
      "bit.lshift(a, b), bit.rshift(a, b), bit.arshift(a, b), bit.rol(a, b), bit.ror(a, b), bit.bswap(a), bit.tohex(a, b)}",
    words: fc.tuple(
      fc.integer({ min: -(2 ** 53), max: 2 ** 53 }).map(String),
      fc.integer({ min: -100, max: 2 ** 33 }).map(String),
    ),
  },
  "structures are packed": {
    script:
      "local r = {pcall(struct.pack, ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[2]), ARGV[3])} " +
      "return {tostring(r[2]), tostring(select(2, pcall(struct.size, ARGV[1])))}",
    words: fc.tuple(
      format,
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map(String),
      fc.constantFrom("abc", "12", "x\0y"),
    ),
  },
  "structures are unpacked": {
    script:
      "local r = {pcall(struct.unpack, ARGV[1], ARGV[2])} for i, v in ipairs(r) do r[i] = tostring(v) end return r",
    words: fc.tuple(
      format.filter((each) => !each.includes("d") && !each.includes("f")),
      bytes,
    ),
  },
};

test.skipIf(!isStock).each(Object.entries(drawn))("%s as in redis-server", (_, { script, words }) =>
  withStockRedis((stock) =>
    fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 1, maxLength: 40 }), async (calls) => {
        for (const each of calls) {
          const request = ["EVAL", script, "0", ...each];
          expect([each, ours.run(...request)]).toEqual([each, await stock.run(...request)]);
        }
      }),
      { numRuns: 15 },
    ),
  ),
);

// A text that Lua's tonumber reads as exactly this double.
function shownForLua(value: number): string {
  if (Number.isNaN(value)) return "0";
  return Number.isFinite(value) ? `${value}` : value > 0 ? "1e999" : "-1e999";
}
