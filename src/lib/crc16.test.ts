import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasStockRedis, StockRedis } from "../testing/stock-server.ts";
import { crc16, keySlot, slotCount } from "./crc16.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const slot = (key: string): number => keySlot(encode(key), 0, encode(key).length);

test("the CRC of 123456789 is the check value of CRC-16/XMODEM", () => {
  expect(crc16(encode("123456789"), 0, 9)).toBe(0x31c3);
  expect(crc16(encode("xx123456789yy"), 2, 11)).toBe(0x31c3);
  expect(crc16(encode(""), 0, 0)).toBe(0);
});

test("known keys have their known slots", () => {
  expect(slot("foo")).toBe(12182);
  expect(slot("123456789")).toBe(12739);
  expect(slot("")).toBe(0);
});

test("only a non-empty tag between the first { and the next } decides the slot", () => {
  expect(slot("{user1000}.following")).toBe(slot("user1000"));
  expect(slot("x{a}{b}")).toBe(slot("a"));
  expect(slot("foo{{bar}}zap")).toBe(slot("{bar"));
  const whole = (key: string): number => crc16(encode(key), 0, key.length) % slotCount;
  for (const key of ["foo{}{bar}", "{}x", "{a", "a}b{c", "}{", "{"]) expect(slot(key)).toBe(whole(key));
});

test("the table agrees with the polynomial's definition, bit by bit", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      let crc = 0;
      for (const byte of bytes) {
        for (let bit = 7; bit >= 0; bit--) {
          const carry = (crc >>> 15) ^ ((byte >>> bit) & 1);
          crc = ((crc << 1) & 0xffff) ^ (carry * 0x1021);
        }
      }
      expect(crc16(bytes, 0, bytes.length)).toBe(crc);
    }),
  );
});

describe.skipIf(!hasStockRedis())("against a stock Redis", () => {
  let stock: StockRedis;
  beforeAll(async () => {
    stock = await StockRedis.start(["--cluster-enabled", "yes"]);
  });
  afterAll(() => stock.stop());

  test("CLUSTER KEYSLOT gives the same slot for any key, braces or not", async () => {
    const key = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: fc.constantFrom("{", "}", "a", "b"), maxLength: 9 }).map(encode),
    );
    for (const bytes of fc.sample(key, { numRuns: 3000, seed: 16 })) {
      expect([bytes, keySlot(bytes, 0, bytes.length)]).toEqual([
        bytes,
        Number(await stock.text("CLUSTER", "KEYSLOT", bytes)),
      ]);
    }
  });
});
