import fc from "fast-check";
import { expect, test } from "vitest";
import { lzfCompress, lzfDecompress, lzfExpansionMax } from "./lzf.ts";

// Few symbols and repeated pieces: matches of every length at every distance.
const compressible = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat(), { maxLength: 80 }),
  )
  .map(([pieces, order]) => Buffer.concat(order.map((n) => pieces[n % pieces.length] ?? Buffer.alloc(0))));
const anyBytes = fc.oneof(
  compressible,
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.nat({ max: 2 }), { maxLength: 400 }).map((symbols) => Uint8Array.from(symbols)),
  fc.nat({ max: 20_000 }).map((length) => new Uint8Array(length)),
);

test("what is compressed expands to the same bytes, at any place in the buffers", () => {
  fc.assert(
    fc.property(anyBytes, fc.nat({ max: 7 }), (bytes, before) => {
      const source = Buffer.concat([Buffer.alloc(before, 9), bytes, Buffer.alloc(3, 9)]);
      const room = before + bytes.length * 2 + 8;
      const target = new Uint8Array(room + 4).fill(0xee);
      const size = lzfCompress(source, before, before + bytes.length, target, before, room);
      expect(size > 0).toBe(bytes.length > 0);
      expect(target.subarray(0, before).every((byte) => byte === 0xee)).toBe(true);
      expect(target.subarray(room).every((byte) => byte === 0xee)).toBe(true);
      expect(bytes.length).toBeLessThanOrEqual(size * lzfExpansionMax);
      if (size === 0) return;
      const back = new Uint8Array(bytes.length);
      expect(lzfDecompress(target, before, before + size, back)).toBe(bytes.length);
      expect(Buffer.compare(back, bytes)).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test("a target that is too small gives 0 and nothing is written past it", () => {
  fc.assert(
    fc.property(anyBytes, fc.nat({ max: 400 }), (bytes, room) => {
      const target = new Uint8Array(room + 8).fill(0xee);
      const size = lzfCompress(bytes, 0, bytes.length, target, 0, room);
      expect(size).toBeLessThanOrEqual(room);
      expect(target.subarray(room).every((byte) => byte === 0xee)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("a result depends on the input alone, not on what was compressed before", () => {
  fc.assert(
    fc.property(compressible, anyBytes, (bytes, other) => {
      const compress = (input: Uint8Array): Buffer => {
        const target = Buffer.alloc(input.length * 2 + 8);
        return target.subarray(0, lzfCompress(input, 0, input.length, target));
      };
      const first = compress(bytes);
      compress(other);
      expect(compress(bytes).equals(first)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("malformed input gives -1 or fewer bytes than fit, and never touches the surroundings", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 300 }), (bytes, room) => {
      const target = new Uint8Array(room + 20).fill(0xee);
      const size = lzfDecompress(bytes, 0, bytes.length, target, 10, 10 + room);
      expect(size).toBeGreaterThanOrEqual(-1);
      expect(size).toBeLessThanOrEqual(room);
      expect(target.subarray(0, 10).every((byte) => byte === 0xee)).toBe(true);
      expect(target.subarray(10 + room).every((byte) => byte === 0xee)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test("each way of being malformed is refused", () => {
  const refuses = (...bytes: number[]): boolean =>
    lzfDecompress(Uint8Array.from(bytes), 0, bytes.length, new Uint8Array(50)) === -1;
  expect(refuses()).toBe(true);
  expect(refuses(1, 65)).toBe(true); // Literals cut off.
  expect(refuses(0, 65, 0x20)).toBe(true); // A match without its offset.
  expect(refuses(0, 65, 0xe0, 5)).toBe(true); // A long match without its offset.
  expect(refuses(0, 65, 0x20, 1)).toBe(true); // Further back than the start.
  expect(refuses(0, 65, 0xe0, 255, 0)).toBe(true); // More than fits.
  expect(refuses(0, 65, 0x20, 0)).toBe(false);
});
