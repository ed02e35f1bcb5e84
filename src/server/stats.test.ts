import { expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";
import { ERROR_PREFIXES_MAX } from "./stats.ts";

test("errors that scripts make up are counted apart up to a bound, and together beyond it", () => {
  const server = createTestServer();
  for (let i = 0; i < ERROR_PREFIXES_MAX + 50; i++) {
    expect(server.run("EVAL", `return redis.error_reply("E${i} x")`, 0)).toBe(`-E${i} x\r\n`);
  }
  const counts = server.server.stats.errorsByPrefix;
  expect(counts.size).toBe(ERROR_PREFIXES_MAX + 1);
  expect(counts.get("ERRORSTATS_OVERFLOW")).toBe(50);
  expect(server.server.stats.errorReplies).toBe(ERROR_PREFIXES_MAX + 50);
  server.run("EVAL", 'return redis.error_reply("E0 x")', 0);
  expect(counts.get("E0")).toBe(2);
});

test("an error whose first word is very long is not kept as a name", () => {
  const server = createTestServer();
  server.run("EVAL", `return redis.error_reply("${"E".repeat(1000)} x")`, 0);
  expect([...server.server.stats.errorsByPrefix]).toEqual([["ERRORSTATS_OVERFLOW", 1]]);
});
