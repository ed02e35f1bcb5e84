import fc from "fast-check";
import { expect, test } from "vitest";
import { dataViewOf, latin1Bytes } from "../lib/bytes.ts";
import { readListpack } from "../persistence/listpack.ts";
import { textOf } from "../testing/keyspace-fixture.ts";
import { Element } from "./element.ts";
import {
  elementAfter,
  elementBefore,
  isElement,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  readElement,
  writeText,
} from "./listpack.ts";

const text = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.integer({ min: -5000, max: 5000 }).map(String),
  fc.constantFrom(63, 64, 127, 128, 4095, 4096, 16_380, 16_383, 70_000).map((length) => "x".repeat(length)),
  fc
    .constantFrom(127, 128, 4095, 4096, 32_767, 32_768, 8_388_607, 8_388_608, 2_147_483_647, 2_147_483_648)
    .chain((n) => fc.constantFrom(`${n}`, `-${n}`, `0${n}`)),
  fc.constantFrom("", "-", "-0", "01", "9223372036854775808", "-9223372036854775808", "1.5", "+1"),
);

test("a run of texts is read forwards and backwards, and by the reader of RDB files", () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
      const u8 = new Uint8Array(
        LISTPACK_HEADER_BYTES + 1 + texts.reduce((sum, each) => sum + each.length + 10, 0),
      );
      const data = dataViewOf(u8);
      let at = LISTPACK_HEADER_BYTES;
      const starts = texts.map((each) => {
        const start = at;
        at = writeText(u8, data, at, latin1Bytes(each), 0, each.length);
        expect(at).toBe(elementAfter(u8, start));
        return start;
      });
      const end = at;
      u8[end] = LISTPACK_END;
      data.setUint32(0, end + 1, true);
      data.setUint16(4, texts.length, true);
      const element = new Element();
      for (const [i, start] of starts.entries()) {
        expect(readElement(u8, data, start, element)).toBe(starts[i + 1] ?? end);
        expect(textOf(element)).toBe(texts[i]);
        for (const other of texts) {
          const isSame = isElement(u8, data, start, latin1Bytes(other), 0, other.length);
          expect(isSame).toBe(other === texts[i]);
        }
      }
      for (let i = starts.length - 1, from = end; i >= 0; i--) {
        from = elementBefore(u8, from);
        expect(from).toBe(starts[i]);
      }
      const read = readListpack(u8.slice(0, end + 1));
      expect(read?.map((each) => String.fromCharCode(...each.subarray(0, 80)))).toEqual(
        texts.map((each) => each.slice(0, 80)),
      );
    }),
  );
});
