import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { Oracle } from "../../oracle.ts";

// A stock server, asked whether an entry that was just claimed is idle for 5 ms, leaves it out.
test("an ID that is named twice is claimed once where it must have been idle, on another clock as well", () => {
  const oracle = new Oracle({ timeToleranceMs: 2500 });
  const run = (line: string, nowMs: number) => oracle.execute(1, line.split(" "), nowMs);
  run("XADD x 26-0 f v", 1_000_000);
  run("XGROUP CREATE x g 0", 1_000_000);
  run("XREADGROUP GROUP g a STREAMS x >", 1_000_000);
  const reply = run("XCLAIM x g b 5 26-0 26 JUSTID", 1_000_100);
  expect(matches(reply, "*1\r\n$4\r\n26-0\r\n", 2)).toBe(undefined);
  const again = run("XCLAIM x g b 0 26-0 26 JUSTID", 1_000_200);
  expect(matches(again, "*2\r\n$4\r\n26-0\r\n$4\r\n26-0\r\n", 2)).toBe(undefined);
});
