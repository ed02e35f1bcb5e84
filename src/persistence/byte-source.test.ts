import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSource } from "./byte-source.ts";

const file = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251);

function sourceOf(windowBytes: number, sizeBytes = file.length): { source: ByteSource; passed: number[] } {
  const source = new ByteSource(
    sizeBytes,
    (offset, target, start, end) => {
      const some = file.subarray(offset, offset + end - start);
      target.set(some, start);
      return some.length;
    },
    windowBytes,
  );
  const passed: number[] = [];
  source.onPassed = (window, start, end) => passed.push(...window.subarray(start, end));
  return { source, passed };
}

test("whatever is asked for in whatever pieces, it shows the file's bytes and gives each back once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.boolean()), { maxLength: 60 }),
      (windowBytes, reads) => {
        const { source, passed } = sourceOf(windowBytes);
        let offset = 0;
        for (const [count, settles] of reads) {
          if (settles) source.settle();
          expect(source.offset).toBe(offset);
          const isThere = source.need(source.at, count);
          expect(isThere).toBe(offset + count <= file.length);
          if (!isThere) break;
          const shown = source.window.subarray(source.at, source.at + count);
          expect(Buffer.compare(shown, file.subarray(offset, offset + count))).toBe(0);
          source.at += count;
          offset += count;
        }
        source.pass();
        expect(Buffer.compare(Uint8Array.from(passed), file.subarray(0, offset))).toBe(0);
      },
    ),
  );
});

test("a length that the file does not have brings no memory, and the window shrinks after a long value", () => {
  const { source } = sourceOf(64);
  expect(source.need(0, 2 ** 40)).toBe(false);
  expect(source.window.length).toBe(64);
  expect(source.need(0, 3000)).toBe(true);
  source.at = 3000;
  source.settle();
  expect(source.window.length).toBeLessThanOrEqual(64);
  expect(source.need(0, 1)).toBe(true);
  expect(source.window[0]).toBe(file[3000]);
});

test("a file that is shorter than it was said to be ends, and does not go on for ever", () => {
  const { source } = sourceOf(64, file.length + 1000);
  expect(source.need(0, file.length)).toBe(true);
  expect(source.need(0, file.length + 1)).toBe(false);
});
