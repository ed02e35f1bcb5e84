// The server family against a stock Redis: the same calls, the same replies byte for byte.

import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";
import { isStock, testStories, withStockRedis } from "../../testing/stock-stories.ts";
import { declarations } from "../registry.ts";

// Nothing here depends on time, memory or an order that Redis leaves open.
const stories: Readonly<Record<string, readonly string[]>> = {
  "flushing and counting": [
    "SET a 1",
    "DBSIZE",
    "FLUSHDB NOW",
    "FLUSHALL SYNC ASYNC",
    "DBSIZE 1",
    "SELECT 3",
    "SET b 1",
    "FLUSHDB async",
    "DBSIZE",
    "SELECT 0",
    "DBSIZE",
    "FLUSHALL SYNC",
    "DBSIZE",
    "FLUSHDB",
  ],
  "finding keys": [
    "COMMAND GETKEYS",
    "COMMAND GETKEYS GET",
    "COMMAND GETKEYS GET a",
    "COMMAND GETKEYS get a b",
    "COMMAND GETKEYS NOSUCH a",
    "COMMAND GETKEYS SELECT 1",
    "COMMAND GETKEYS MEMORY USAGE x",
    "COMMAND GETKEYS MEMORY NOSUCH x",
    "COMMAND GETKEYS MSET a 1 b 2",
    "COMMAND GETKEYS MSET a 1 b",
    "COMMAND GETKEYS BITOP AND d a b",
    "COMMAND GETKEYS CONFIG GET x",
    "COMMAND GETKEYSANDFLAGS SET a b",
    "COMMAND GETKEYSANDFLAGS SET a b EX 5 get",
    "COMMAND GETKEYSANDFLAGS BITFIELD a GET u8 0 OVERFLOW WRAP",
    "COMMAND GETKEYSANDFLAGS BITFIELD a GET u8 0 SET u8 0 1",
    "COMMAND GETKEYSANDFLAGS BITFIELD a GET u8",
    "COMMAND GETKEYSANDFLAGS COPY a b",
    "COMMAND GETKEYSANDFLAGS RENAME a b",
    "COMMAND GETKEYSANDFLAGS LCS a b",
    "COMMAND GETKEYSANDFLAGS DEL a b c",
    "COMMAND GETKEYS SSUBSCRIBE a b",
    "COMMAND GETKEYSANDFLAGS SPUBLISH a b",
    "COMMAND GETKEYSANDFLAGS SUNSUBSCRIBE a",
    "COMMAND GETKEYS ZUNIONSTORE d 1x a",
    "COMMAND GETKEYS LMPOP 4294967297 a LEFT",
    "COMMAND GETKEYS ZUNION -1 a b",
    "COMMAND GETKEYS ZUNION 99999999999999999999 a b",
    "COMMAND GETKEYS BLMPOP 0 +1 a LEFT",
    "COMMAND GETKEYS ZUNION 0 a",
  ],
  "asking about commands": [
    "COMMAND NOSUCH",
    "COMMAND HELP x",
    "COMMAND COUNT x",
    "COMMAND INFO nosuch get|get config|get|get",
    "COMMAND INFO GET config|SET Memory|usage",
    "COMMAND DOCS nosuch",
    "COMMAND LIST FILTERBY MODULE none",
    "COMMAND LIST FILTERBY ACLCAT nosuch",
    "COMMAND LIST FILTERBY PATTERN getb*",
    "COMMAND LIST FILTERBY PATTERN GETB*",
    "COMMAND LIST FILTERBY PATTERN",
    "COMMAND LIST FILTER PATTERN x",
    "COMMAND LIST FILTERBY NAME x",
  ],
  configuration: [
    "CONFIG",
    "CONFIG NOSUCH",
    "CONFIG GET",
    "CONFIG GET maxmemory",
    "CONFIG GET nosuch",
    "CONFIG SET maxmemory",
    "CONFIG SET maxmemory 1mb maxmemory-samples",
    "CONFIG SET maxmemory 100mb maxmemory-samples 7",
    "CONFIG GET maxmemory",
    "CONFIG SET maxmemory 1 nosuch 2",
    "CONFIG SET maxmemory 0",
    "CONFIG RESETSTAT",
    "CONFIG RESETSTAT x",
    "CONFIG REWRITE",
  ],
  "the slow log": [
    "CONFIG SET slowlog-log-slower-than -1",
    "SLOWLOG",
    "SLOWLOG RESET",
    "SLOWLOG LEN",
    "SLOWLOG GET",
    "SLOWLOG GET x",
    "SLOWLOG GET -1",
    "SLOWLOG GET -2",
    "SLOWLOG GET 9223372036854775807",
    "SLOWLOG GET 9223372036854775808",
    "SLOWLOG get 1 2",
    "SLOWLOG NOSUCH",
  ],
  latency: [
    "LATENCY",
    "LATENCY NOSUCH",
    "LATENCY LATEST",
    "LATENCY LATEST x",
    "LATENCY HISTORY",
    "LATENCY HISTORY none",
    "LATENCY GRAPH none",
    "LATENCY RESET",
    "LATENCY RESET none other",
    "LATENCY HISTOGRAM nosuch",
    "LATENCY HELP x",
  ],
  memory: [
    "MEMORY",
    "MEMORY NOSUCH",
    "MEMORY USAGE",
    "MEMORY USAGE none",
    "SET a 1",
    "MEMORY USAGE a SAMPLES",
    "MEMORY USAGE a SAMPLES x",
    "MEMORY USAGE a SAMPLES -1",
    "MEMORY USAGE a COUNT 1",
    "MEMORY PURGE",
    "DEL a",
  ],
  others: [
    "ROLE",
    "ROLE x",
    "TIME x",
    "LOLWUT VERSION x",
    "SHUTDOWN NOSUCH",
    "SHUTDOWN ABORT",
    "SHUTDOWN ABORT NOW",
    "SHUTDOWN SAVE NOSAVE",
    "SHUTDOWN NOSAVE ABORT",
    "DEBUG",
    "DEBUG HELP",
    "DEBUG OBJECT a",
    "INFO nosuch",
    "INFO modules cluster",
    "DBSIZE",
  ],
};

testStories(stories);

// Declared as a later version has them, which takes more arguments: WITHSCORE is of 7.2.
const declaredAsLater: ReadonlySet<string> = new Set(["zrank", "zrevrank"]);

test.skipIf(!isStock)("COMMAND INFO describes each command as a stock Redis does", () =>
  withStockRedis(async (stock) => {
    const server = createTestServer();
    for (const { name } of declarations) {
      const [theirs] = listOf(await stock.run("COMMAND", "INFO", name));
      if (theirs === null || declaredAsLater.has(name)) continue; // Null: a command that 7.0 does not have.
      const [ours] = listOf(server.run("COMMAND", "INFO", name));
      const subcommands = new Set(listAt(ours, 9).map(nameOf));
      const shared = listAt(theirs, 9).filter((each) => subcommands.has(nameOf(each)));
      const names = new Set(shared.map(nameOf));
      const own = listAt(ours, 9).filter((each) => names.has(nameOf(each)));
      expect([...listAt(ours).slice(0, 9), byName(own)]).toEqual([
        ...listAt(theirs).slice(0, 9),
        byName(shared),
      ]);
    }
  }),
);

test.skipIf(!isStock)(
  "COMMAND LIST names the commands and subcommands that a stock Redis names, as far as they are here",
  () =>
    withStockRedis(async (stock) => {
      const server = createTestServer();
      const theirs = listOf(await stock.run("COMMAND", "LIST"));
      const ours = new Set(listOf(server.run("COMMAND", "LIST")));
      const tops = new Set(declarations.map(({ name }) => name));
      const expected = theirs.filter((name) => tops.has(String(name)) || String(name).startsWith("config|"));
      expect(expected).toContain("config|get");
      expect(expected.filter((name) => !ours.has(name))).toEqual([]);
    }),
);

for (const protocol of ["2", "3"]) {
  test.skipIf(!isStock)(
    `COMMAND DOCS says of each command and argument what a stock Redis says, in RESP${protocol}`,
    () =>
      withStockRedis(async (stock) => {
        const server = createTestServer();
        await stock.run("HELLO", protocol);
        server.run("HELLO", protocol);
        for (const { name, subcommands = [] } of declarations) {
          for (const fullName of [name, ...subcommands.map((each) => `${name}|${each.name}`)]) {
            const theirs = await stock.run("COMMAND", "DOCS", fullName);
            if (theirs === "*0\r\n" || theirs === "%0\r\n" || declaredAsLater.has(name)) continue; // As above.
            const ours = server.run("COMMAND", "DOCS", fullName);
            expect([fullName, docsOf(ours)]).toEqual([fullName, docsOf(theirs)]);
          }
        }
      }),
  );
}

test.skipIf(!isStock)(
  "texts of the client end at a NUL byte in errors and in names of events, as in a stock Redis",
  () =>
    withStockRedis(
      async (stock) => {
        const server = createTestServer({ config: { "enable-debug-command": "yes" } });
        const calls = [
          "LATENCY GRAPH a\0b",
          "LATENCY GRAPH \0b",
          "LATENCY HISTORY a\0b",
          "LATENCY RESET a\0b",
          "COMMAND a\0b",
          "DEBUG a\0b",
          "DEBUG object\0b none",
          "DEBUG replybuffer a\0b x",
          "SLOWLOG a\0b",
          "EXPIRE none 1 a\0b",
          "EXPIRE none 1 \r\n",
          "EXPIRE none 1 \r\na\n\r\n\0b",
          "DEBUG error a\r\n",
          "CLIENT LIST TYPE a\0b",
          "HELLO 2 a\0b",
        ];
        for (const call of calls) {
          const words = call.split(" ");
          expect(`${call}\n${server.run(...words)}`).toBe(`${call}\n${await stock.run(...words)}`);
        }
      },
      ["--enable-debug-command", "yes"],
    ),
);

test.skipIf(!isStock)(
  "INFO has every field of a stock Redis in its order, and own fields only at the end of a section",
  () =>
    withStockRedis(async (stock) => {
      const server = createTestServer();
      const skeleton = (reply: string): readonly string[] =>
        reply
          .split("\r\n")
          .filter((line) => !/^(cmdstat|errorstat|latency_percentiles)_|^db\d/.test(line))
          .map((line) => line.replace(/:.*/, ""))
          .filter((line) => !line.startsWith("$"));
      for (const section of ["everything", "default", "memory", "stats"]) {
        const ours = skeleton(server.run("INFO", section));
        expect(ours.filter((line) => !line.startsWith("shadis_"))).toEqual(
          skeleton(await stock.run("INFO", section)),
        );
        for (const [i, line] of ours.entries()) {
          if (line.startsWith("shadis_")) expect(ours[i + 1]).toMatch(/^(shadis_|$)/);
        }
      }
    }),
);

/** A command's documentation without what is in our own words, and without subcommands: they are compared apart. */
function docsOf(reply: string): readonly Reply[] {
  const docs = listAt(listOf(reply)[1]);
  const ownWords = new Set<Reply | undefined>(["summary", "complexity", "history", "subcommands"]);
  return docs.flatMap((each, i) => {
    if (i % 2 === 0) return [each];
    const field = docs[i - 1];
    if (field === "history") return [listAt(each).map((change) => listAt(change)[0] ?? null)];
    return ownWords.has(field) ? [] : [each];
  });
}

type Reply = string | number | null | readonly Reply[];

/** A collection as nested lists, a map as its names and values in turn. */
function listOf(text: string): readonly Reply[] {
  let at = 0;
  const next = (): Reply => {
    const lineEnd = text.indexOf("\r\n", at);
    const mark = text[at];
    const line = text.slice(at + 1, lineEnd);
    at = lineEnd + 2;
    if (mark === ":") return Number(line);
    if (line === "-1") return null;
    if (mark === "%") return Array.from({ length: Number(line) * 2 }, next);
    if (mark === "*" || mark === "~") return Array.from({ length: Number(line) }, next);
    if (mark !== "$") return line;
    const start = at;
    at += Number(line) + 2;
    return text.slice(start, at - 2);
  };
  const reply = next();
  if (!Array.isArray(reply)) throw new Error(`not an array: ${text}`);
  return reply;
}

function listAt(reply: Reply | undefined, index?: number): readonly Reply[] {
  const found = index === undefined ? reply : listAt(reply)[index];
  if (!Array.isArray(found)) throw new Error(`not a list: ${JSON.stringify(found)}`);
  return found;
}

function nameOf(command: Reply): Reply | undefined {
  return listAt(command)[0];
}

function byName(commands: readonly Reply[]): readonly Reply[] {
  return [...commands].sort((a, b) => (String(nameOf(a)) < String(nameOf(b)) ? -1 : 1));
}
