import { expect, test } from "vitest";
import { declarations } from "../../../src/commands/registry.ts";
import type { Executed, Observer } from "../../../src/env/observer.ts";
import { converse } from "../../../src/testing/conversation.ts";
import { matches } from "../../compare.ts";
import { Oracle } from "../../oracle.ts";
import { conversations } from "./conversations.ts";

const served = declarations;
const commands = [...new Map(served.map((each) => [each.name, each])).values()];

/** A server that tells of each request is judged by what it tells. */
class Judge implements Observer {
  readonly oracle = new Oracle();
  readonly differences: string[] = [];
  innerCount = 0;

  connected(client: number): void {
    this.oracle.session(client);
  }

  disconnected(client: number): void {
    this.oracle.forget(client);
  }

  executed({ client, words, nowMs, reply, protocol, transaction }: Executed): void {
    const isInner = transaction === "inner";
    if (isInner) this.innerCount++;
    const expected = isInner
      ? this.oracle.inner(client, words, nowMs, reply)
      : this.oracle.execute(client, words, nowMs);
    const difference = matches(expected, reply, protocol);
    if (difference !== undefined) this.differences.push(`${words.join(" ")}: ${difference}`);
  }

  removed(db: number, key: string, why: "expired" | "evicted"): void {
    this.oracle.removed(db, key, why);
  }
}

function isServed(text: string): boolean {
  const known = new Set([...commands.map(({ name }) => name), "nosuch"]);
  const requests = text.trim().split(/\n|; /);
  return requests.every((request) =>
    known.has(request.replace(/^\w: /, "").split(" ")[0]?.toLowerCase() ?? ""),
  );
}

for (const [title, text] of Object.entries(conversations)) {
  test.skipIf(!isServed(text))(`told of each call as EXEC runs it, the oracle agrees: ${title}`, () => {
    const judge = new Judge();
    const record = converse(text.trim().split("\n"), { commands, observer: judge });
    expect(record.length).toBeGreaterThan(0);
    expect(judge.differences).toEqual([]);
  });
}

function told(calls: readonly [words: string, reply: string][]): {
  oracle: Oracle;
  exec: () => string | undefined;
} {
  const oracle = new Oracle();
  oracle.execute(1, ["MULTI"], 1);
  for (const words of ["SET k 1", "INCR k"]) oracle.execute(1, words.split(" "), 1);
  for (const [words, reply] of calls) {
    expect(matches(oracle.inner(1, words.split(" "), 1, reply), reply, 2)).toBeUndefined();
  }
  return { oracle, exec: () => matches(oracle.execute(1, ["EXEC"], 1), "*2\r\n+OK\r\n:2\r\n", 2) };
}

test("EXEC answers with the replies of its calls, all of them and in their order", () => {
  expect(
    told([
      ["SET k 1", "+OK\r\n"],
      ["INCR k", ":2\r\n"],
    ]).exec(),
  ).toBeUndefined();
  expect(told([["SET k 1", "+OK\r\n"]]).exec()).toMatch(/2 calls/);
  expect(
    told([
      ["INCR k", ":1\r\n"],
      ["SET k 1", "+OK\r\n"],
    ]).exec(),
  ).toMatch(/2 calls/);
});

test("what EXEC runs may write keys that its own client watches", () => {
  const oracle = new Oracle();
  for (const words of ["WATCH k", "MULTI", "SET k 1"]) oracle.execute(1, words.split(" "), 1);
  oracle.inner(1, ["SET", "k", "1"], 1, "+OK\r\n");
  expect(matches(oracle.execute(1, ["EXEC"], 1), "*1\r\n+OK\r\n", 2)).toBeUndefined();
});

test("EXEC that runs calls in spite of a watched key is wrong", () => {
  const oracle = new Oracle();
  for (const words of ["WATCH k", "MULTI", "GET x"]) oracle.execute(1, words.split(" "), 1);
  oracle.execute(2, ["SET", "k", "1"], 1);
  oracle.inner(1, ["GET", "x"], 1, "$-1\r\n");
  expect(matches(oracle.execute(1, ["EXEC"], 1), "*1\r\n$-1\r\n", 2)).toMatch(/expected \*-1/);
});
