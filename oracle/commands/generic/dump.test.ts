import fc from "fast-check";
import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { encode } from "../../encode.ts";
import { Oracle } from "../../oracle.ts";
import { isSealed, sealed, storedValue } from "../../payload.ts";

test("a short value's payload is the one there is, and restores it", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary-ascii", maxLength: 20 }), fc.integer().map(String)),
      (value) => {
        const oracle = new Oracle();
        oracle.execute(1, ["SET", "k", value], 1000);
        const reply = oracle.execute(1, ["DUMP", "k"], 1000);
        const payload = reply.kind === "bulk" ? reply.bytes : "";
        expect(isSealed(payload)).toBe(true);
        expect(storedValue(payload, oracle.model)?.value).toBe(value);
      },
    ),
  );
});

test("a long value's payload may be compressed in any way that restores it", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["SET", "k", "a".repeat(30)], 1000);
  const answer = (payload: string) => encode({ kind: "bulk", bytes: payload }, 2) as string;
  const judge = (payload: string) => matches(oracle.execute(1, ["DUMP", "k"], 1000), answer(payload), 2);
  const plain = `\0\x1e${"a".repeat(30)}`;
  const packed = "\0\xc3\x05\x1e\0a\xe0\x14\0"; // One literal, then 29 more from one back.
  expect(judge(sealed(plain))).toBeUndefined();
  expect(judge(sealed(packed))).toBeUndefined();
  expect(judge(sealed(packed.replace("\x05", "\x04")))).toContain("payload"); // Cut short.
  expect(judge(sealed(packed.replace("\x1e", "\x1f")))).toContain("payload"); // Another length.
  expect(judge(sealed(packed.replace("\x14\0", "\x14\x01")))).toContain("payload"); // From before the start.
  expect(judge(`${sealed(plain).slice(0, -1)}x`)).toContain("payload");
  expect(judge(sealed(`\0\x1e${"b".repeat(30)}`))).toContain("payload");
});
