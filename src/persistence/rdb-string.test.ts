import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSink } from "./byte-sink.ts";
import {
  type RdbCursor,
  readLength,
  readString,
  writeInteger,
  writeLength,
  writeString,
} from "./rdb-string.ts";

const limit = 1 << 20;

function written(write: (sink: ByteSink) => void): Buffer {
  const sink = new ByteSink();
  write(sink);
  return Buffer.from(sink.bytes.subarray(0, sink.sizeBytes));
}

const cursorOver = (bytes: Uint8Array): RdbCursor => ({ bytes, at: 0, end: bytes.length });
const stringOf = (bytes: Uint8Array, isCompressed = true): Buffer =>
  written((sink) => writeString(sink, bytes, 0, bytes.length, isCompressed));
const read = (hex: string, max = limit): string | undefined => {
  const text = readString(cursorOver(Buffer.from(hex, "hex")), max);
  return text === undefined ? undefined : Buffer.from(text).toString("latin1");
};

test("lengths take the shortest form at every edge and read back", () => {
  const expected: [number, string][] = [
    [0, "00"],
    [63, "3f"],
    [64, "4040"],
    [16383, "7fff"],
    [16384, "8000004000"],
    [0xffffffff, "80ffffffff"],
    [0x100000000, "810000000100000000"],
    [Number.MAX_SAFE_INTEGER, "81001fffffffffffff"],
  ];
  for (const [length, hex] of expected) {
    const bytes = written((sink) => writeLength(sink, length));
    expect(bytes.toString("hex")).toBe(hex);
    const cursor = cursorOver(bytes);
    expect(readLength(cursor)).toBe(length);
    expect(cursor.at).toBe(bytes.length);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(readLength(cursorOver(bytes.subarray(0, cut)))).toBe(-1);
  }
});

test("special forms, unknown forms and lengths above 2^53 - 1 are not lengths", () => {
  for (const hex of ["c0", "c3", "ff", "82", "bf00000000", "810020000000000000", "81ffffffffffffffff"]) {
    expect(readLength(cursorOver(Buffer.from(hex, "hex")))).toBe(-1);
  }
});

test("integer text takes 1, 2 or 4 bytes exactly when it is canonical and fits", () => {
  const encode = (text: string): string => stringOf(Buffer.from(text)).toString("hex");
  expect(encode("-128")).toBe("c080");
  expect(encode("128")).toBe("c18000");
  expect(encode("-32768")).toBe("c10080");
  expect(encode("32768")).toBe("c200800000");
  expect(encode("-2147483648")).toBe("c200000080");
  expect(encode("2147483648")).toBe(`0a${Buffer.from("2147483648").toString("hex")}`);
  expect(encode("007")).toBe("03303037");
  expect(encode("-0")).toBe("022d30");
  expect(encode("")).toBe("00");
});

test("a string reads back as it was written, compressed or not, and the cursor stands after it", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.maxSafeInteger().map((n) => Buffer.from(String(n))),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat({ max: 3000 }))
      .map(([piece, times]) => Buffer.alloc(piece.length * times, piece)),
  );
  fc.assert(
    fc.property(bytes, fc.boolean(), (value, isCompressed) => {
      const encoded = stringOf(value, isCompressed);
      const cursor = cursorOver(Buffer.concat([encoded, Buffer.of(1, 2, 3)]));
      expect(Buffer.compare(readString(cursor, limit) ?? Buffer.from("none"), value)).toBe(0);
      expect(cursor.at).toBe(encoded.length);
      if (!isCompressed) expect(encoded[0]).not.toBe(0xc3);
      for (const cut of [0, 1, encoded.length >> 1, encoded.length - 1]) {
        if (cut < encoded.length)
          expect(readString(cursorOver(encoded.subarray(0, cut)), limit)).toBe(undefined);
      }
    }),
    { numRuns: 1000 },
  );
});

test("an integer is written as its text would be", () => {
  const edges = [0, 127, 128, 32767, 32768, 2147483647, 2147483648].flatMap((n) => [n, n + 1, -n, -n - 1]);
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(...edges)), (value) => {
      const expected = stringOf(Buffer.from(String(value)));
      expect(written((sink) => writeInteger(sink, value)).equals(expected)).toBe(true);
    }),
  );
});

test("a string above the limit is refused before memory is taken for it", () => {
  expect(read("0568656c6c6f", 5)).toBe("hello");
  expect(read("0568656c6c6f", 4)).toBe(undefined);
  // 4 bytes of LZF that claim to stand for 512 MB, and for one byte more than 4 bytes can give.
  expect(read("c304802000000000410000", 2 ** 40)).toBe(undefined);
  expect(read("c30441610041e0ff", 2 ** 40)).toBe(undefined);
  const zeros = stringOf(new Uint8Array(1000)).toString("hex");
  expect(read(zeros, 1000)?.length).toBe(1000);
  expect(read(zeros, 999)).toBe(undefined);
});

test("LZF bytes must give exactly the declared size, but for the size 0", () => {
  // One literal "A", then nine bytes from one byte back.
  expect(read("c3050a0041e00000")).toBe("AAAAAAAAAA");
  expect(read("c305090041e00000")).toBe(undefined);
  expect(read("c3050b0041e00000")).toBe(undefined);
  expect(read("c3040a0041e000")).toBe(undefined);
  expect(read("c3060a0041e00000")).toBe(undefined); // One compressed byte is missing.
  expect(read("c302000041")).toBe("");
});
