import fc from "fast-check";
import { expect, test } from "vitest";
import { Crc64 } from "./crc64.ts";

function checksum(...pieces: Uint8Array[]): string {
  const crc = new Crc64();
  for (const piece of pieces) crc.update(piece, 0, piece.length);
  const target = new Uint8Array(8);
  crc.writeTo(target, 0);
  return Buffer.from(target).reverse().toString("hex");
}

// The definition, one bit at a time.
function reference(bytes: Uint8Array): string {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ ((crc & 1n) * 0x95ac9329ac4bc9b5n);
  }
  return crc.toString(16).padStart(16, "0");
}

test("the checksum of 123456789 is Redis's check value", () => {
  expect(checksum(Buffer.from("123456789"))).toBe("e9c6d914c4b8d9ca");
  expect(checksum()).toBe("0000000000000000");
});

test("the checksum follows its definition, in however many pieces the bytes come", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (pieces) => {
      expect(checksum(...pieces)).toBe(reference(Buffer.concat(pieces)));
    }),
    { numRuns: 500 },
  );
});

test("only bytes inside the range count, and reset forgets them", () => {
  const crc = new Crc64();
  crc.update(Buffer.from("xx123456789yy"), 0, 13);
  crc.reset();
  crc.update(Buffer.from("xx123456789yy"), 2, 11);
  expect(crc.equals(Buffer.from("..cad9b8c414d9c6e9", "latin1"), 2)).toBe(false);
  expect(crc.equals(Buffer.from("00cad9b8c414d9c6e9", "hex"), 1)).toBe(true);
  for (let i = 0; i < 64; i++) {
    const flipped = Buffer.from("cad9b8c414d9c6e9", "hex");
    flipped[i >> 3] = (flipped[i >> 3] ?? 0) ^ (1 << (i & 7));
    expect(crc.equals(flipped, 0)).toBe(false);
  }
});
