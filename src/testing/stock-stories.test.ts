import { expect, test } from "vitest";
import { compareStory, isStock, testConversations, testStories, withStockRedis } from "./stock-stories.ts";

const replies: string[] = [];
const records: string[] = [];

testStories(
  {
    "words, bytes and payloads": ['SET k ""; APPEND k a\\x20\\xff\\0', "DUMP k", "RESTORE l 0 <dump>"],
    "words as they are": [["ECHO", 'a; "" \\0']],
  },
  {
    comparable: (reply, words) => {
      replies.push(`${words.slice(0, 3).join(" ")} => ${reply}`);
      return reply;
    },
  },
);

test.skipIf(!isStock)(
  "both replies to each call were compared, for each number of shards and protocol",
  () => {
    const story = ["SET k  => +OK\r\n", "APPEND k a \xff\0 => :4\r\n", "RESTORE l 0 => +OK\r\n"];
    for (const reply of story) expect(replies.filter((each) => each === reply)).toHaveLength(8);
    expect(replies.filter((each) => each.startsWith("DUMP k => $"))).toHaveLength(8);
    expect(replies.filter((each) => each === 'ECHO a; "" \\0 => $8\r\na; "" \\0\r\n')).toHaveLength(8);
    expect(replies).toHaveLength(40);
  },
);

testConversations(
  { "two clients": ["a: SUBSCRIBE c", "b: PUBLISH c hello"] },
  {
    comparable: (record) => {
      records.push(record);
      return record;
    },
  },
);

test.skipIf(!isStock)("records of the stock server and of each number of shards were compared", () => {
  expect(records).toHaveLength(3);
  expect(new Set(records).size).toBe(1);
  expect(records[0]).toContain("hello");
});

test.skipIf(!isStock)("a reply that differs is told with its call, its shards and its protocol", () =>
  withStockRedis(async (stock) => {
    let asked = 0;
    const run = { shards: 4, protocol: 3, isCounting: false, comparable: () => `${asked++}` } as const;
    const failure = await compareStory([["ECHO", "x"]], run, stock).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      actual: { shards: 4, protocol: 3, call: "ECHO x", reply: "0" },
      expected: { reply: "1" },
    });
  }),
);

test.skipIf(!isStock)(
  "a story begins without what the one before left behind, scripts and settings included",
  () =>
    withStockRedis(async (stock) => {
      const left = [
        "SELECT 3",
        "SET k v",
        "CLIENT SETNAME me",
        "SCRIPT LOAD return",
        "CONFIG SET maxmemory 9mb",
      ];
      for (const line of [...left, "MULTI"]) await stock.run(...line.split(" "));
      const sha = "63143b6f8007b98c53ca2149822777b3566f9241";
      const calls = ["GET k", "DBSIZE", "CLIENT GETNAME", `SCRIPT EXISTS ${sha}`, "CONFIG GET maxmemory"];
      const run = { shards: 1, protocol: 2, isCounting: true, config: { maxmemory: "0" } } as const;
      await compareStory(
        calls.map((call) => call.split(" ")),
        run,
        stock,
      );
    }),
);
