import { expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";

const REFUSAL = "-NOREPLICAS Not enough good replicas to write.\r\n";
const wanting = { "min-replicas-to-write": "1" };

test("when replicas are asked for nothing can be written, and all can be read", () => {
  const server = createTestServer();
  server.run("SET", "x", 1);
  expect(server.run("CONFIG", "SET", "min-replicas-to-write", 1)).toBe("+OK\r\n");
  expect(server.run("SET", "x", 2)).toBe(REFUSAL);
  expect(server.run("GET", "x")).toBe("$1\r\n1\r\n");
  expect(server.run("PING")).toBe("+PONG\r\n");
  expect(server.run("CONFIG", "SET", "min-replicas-max-lag", 0)).toBe("+OK\r\n");
  expect(server.run("SET", "x", 2)).toBe("+OK\r\n");
});

test("so it is from the start", () => {
  const server = createTestServer({ config: wanting });
  expect(server.run("SET", "x", 1)).toBe(REFUSAL);
});

test("a transaction that writes is refused as a whole, one that reads runs", () => {
  const server = createTestServer();
  const run = (...words: readonly string[]): string => {
    server.run("MULTI");
    server.run(...words);
    server.server.config.set([["min-replicas-to-write", "1"]]);
    const reply = server.run("EXEC");
    server.server.config.set([["min-replicas-to-write", "0"]]);
    return reply;
  };
  expect(run("INCR", "x")).toBe(
    "-EXECABORT Transaction discarded because of: NOREPLICAS Not enough good replicas to write.\r\n",
  );
  expect(run("GET", "x")).toBe("*1\r\n$-1\r\n");
});

test("a script is refused at its first write, or at once when it says what it is", () => {
  const server = createTestServer({ config: wanting });
  expect(server.run("EVAL", "return redis.call('get', KEYS[1])", 1, "x")).toBe("$-1\r\n");
  expect(server.run("EVAL", "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])", 1, "x")).toBe(
    "$-1\r\n",
  );
  expect(server.run("EVAL", "#!lua\nreturn redis.call('get', KEYS[1])", 1, "x")).toBe(REFUSAL);
  expect(server.run("EVAL", "return redis.call('set', KEYS[1], 1)", 1, "x")).toMatch(
    /^-NOREPLICAS Not enough good/,
  );
});
