import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSink } from "./byte-sink.ts";

test("a sink holds what was written, in order, whatever the sizes", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 12 }), (pieces) => {
      const sink = new ByteSink();
      sink.byte(1);
      sink.clear();
      for (const piece of pieces) {
        sink.copy(piece, 0, piece.length);
        sink.byte(7);
      }
      const expected = Buffer.concat(pieces.flatMap((piece) => [piece, Buffer.of(7)]));
      expect(expected.equals(sink.bytes.subarray(0, sink.sizeBytes))).toBe(true);
    }),
  );
});

test("a cleared sink keeps its room", () => {
  const sink = new ByteSink();
  sink.copy(new Uint8Array(5000), 0, 5000);
  const room = sink.bytes;
  sink.clear();
  sink.copy(new Uint8Array(5000), 0, 5000);
  expect(sink.bytes).toBe(room);
});
