import fc from "fast-check";
import { expect, test } from "vitest";
import { ChangeStream } from "./change-stream.ts";

test("whoever reads from a place gets all bytes behind it once, however they were added and dropped", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), count: fc.integer({ min: 0, max: 150_000 }) }),
    fc.record({ kind: fc.constant("read" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("drop" as const), count: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const stream = new ChangeStream();
      let added = 0;
      let read = 0;
      for (const { kind, count } of steps) {
        if (kind === "add") {
          const bytes = Uint8Array.from({ length: count + 2 }, (_, i) => (added + i - 1) % 251);
          stream.append(bytes, 1, count + 1);
          added += count;
        } else if (kind === "drop") stream.dropBefore(read);
        else {
          for (let left = count; left > 0; left--) {
            const part = stream.at(read);
            if (part === undefined) {
              expect(read).toBe(added);
              break;
            }
            expect([part[0], part.at(-1)]).toEqual([read % 251, (read + part.length - 1) % 251]);
            read += part.length;
          }
        }
        expect(stream.endOffset).toBe(added);
        expect(stream.startOffset).toBeLessThanOrEqual(read);
        expect(stream.keptBytes).toBeLessThan(added - stream.startOffset + 64 * 1024);
      }
      stream.clear();
      expect([stream.keptBytes, stream.startOffset, stream.endOffset]).toEqual([0, added, added]);
    }),
  );
});
