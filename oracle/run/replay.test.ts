import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestServer } from "../../src/testing/command-runner.ts";
import { replay } from "./replay.ts";

let folder: string;
const printed: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replay-"));
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** What a server answered to calls of one client, as lines of a recording. */
function record(calls: readonly (readonly string[])[]): string[] {
  const server = createTestServer({ nowMs: 5000 });
  const client = server.connect();
  const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
  return calls.map((words) =>
    JSON.stringify({ c: 7, t: 5000, w: words.map(base64), r: base64(client.run(...words)) }),
  );
}

function written(lines: readonly string[]): string {
  const path = join(folder, "calls.jsonl");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const calls = [
  ["SET", "a\xff", "1"],
  ["HELLO", "3"],
  ["GET", "b"],
  ["INCR", "a\xff"],
];

test("a recording that is right passes, over a change of the protocol too", async () => {
  expect(await replay(written(record(calls)))).toBe(0);
  expect(printed.at(-1)).toBe("4 passed, 0 failed, 0 skipped");
});

test("a wrong reply and a line that is no record fail", async () => {
  const lines = record(calls);
  lines[3] = (lines[3] ?? "").replace(/"r":".*"/, `"r":"${Buffer.from(":3\r\n").toString("base64")}"`);
  expect(await replay(written([...lines, "{}"]))).toBe(1);
  expect(printed[0]).toBe("DIFFERENCE in line 4, client 7, at 5000");
  expect(printed.at(-1)).toBe("3 passed, 2 failed, 0 skipped");
});
