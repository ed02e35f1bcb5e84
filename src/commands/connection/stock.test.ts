// The connection commands answer a stock Redis 7.0's replies byte for byte, call after call.

import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeServer } from "../../testing/fake-connections.ts";
import { hasStockRedis, StockRedis, type StockReply } from "../../testing/stock-server.ts";

const nul = "a\0b";
const wide = "9223372036854775807";
const tooWide = "9223372036854775808";

// One connection replays all of it in order: what a call leaves behind shows in later ones.
const calls: readonly (readonly string[])[] = [
  ...["PING", "PING a", "PING a b", "ECHO", "ECHO x", "ECHO x y"].map(words),
  ...["16", "-1", "x", "01", "", "99999999999", "-2147483648", "-2147483649", wide, tooWide, "3"].map(
    (index) => ["SELECT", index],
  ),
  ["CLIENT", "INFO"],
  ["client", "list"],
  ...["TYPE", "TYPE foo", "TYPE slave", "TYPE master", "TYPE normal x", "ID", "ID x", "foo", "foo a"].map(
    (rest) => words(`CLIENT LIST ${rest}`),
  ),
  ["CLIENT", "LIST", "TYPE", nul],
  ["CLIENT", "LIST", "TYPE", "a\r\nb"],
  ["CLIENT", "LIST", "ID", "99", "-5", wide],
  ["CLIENT", "LIST", "ID", "99", tooWide],
  ...["", "1.1.1.1:1", "ID", "ID x", "ID 0", "ID -1", `ID ${wide}`, `ID ${tooWide}`, "ID 01"].map((rest) =>
    words(`CLIENT KILL ${rest}`.trim()),
  ),
  ...["TYPE foo", "TYPE pubsub", "TYPE pubsub x", "USER nobody", "USER Default", "USER default"].map((rest) =>
    words(`CLIENT KILL ${rest}`),
  ),
  ...[
    "SKIPME maybe",
    "SKIPME yes",
    "MAXAGE 10",
    "ADDR 1.2.3.4:5 LADDR x",
    "ID 1 ID 0",
    "USER default TYPE",
  ].map((rest) => words(`CLIENT KILL ${rest}`)),
  ...["1 foo", "x foo", "x TIMEOUT", "1 TIMEOUT", "1 error", "1 error x", tooWide, ""].map((rest) =>
    words(`CLIENT UNBLOCK ${rest}`.trim()),
  ),
  ...["x", "x foo", "-1", "1.5", tooWide, wide, "0", "1 all x", "0 WRITE", "0 all", "-1 foo", ""].map(
    (rest) => words(`CLIENT PAUSE ${rest}`.trim()),
  ),
  ...["UNPAUSE", "UNPAUSE x", "GETNAME", "SETNAME ab", "GETNAME", "SETNAME", "GETREDIR", "GETREDIR x"].map(
    (rest) => words(`CLIENT ${rest}`),
  ),
  ...["a b", "\xe9", "a\0", "~!", " ", "\x7f", ""].flatMap((name) => [
    ["CLIENT", "SETNAME", name],
    ["CLIENT", "GETNAME"],
  ]),
  ...["NO-EVICT x", "NO-EVICT on", "INFO", "NO-EVICT OFF", "NO-EVICT", "ID x", "REPLY x", "REPLY on"].map(
    (rest) => words(`CLIENT ${rest}`),
  ),
  ...["CLIENT", "CLIENT FOO", "CLIENT HELP x"].map(words),
  ...["", "x", "default x", "Default x", "nobody x", "a b c"].map((rest) => words(`AUTH ${rest}`.trim())),
  ...["", "x", "4", "1", "-2", "02", tooWide, wide, "2", "2 AUTH default", "2 foo", "2 SETNAME"].map((rest) =>
    words(`HELLO ${rest}`.trim()),
  ),
  ["HELLO", "2", "foo\r\nbar\0z"],
  ["HELLO", "2", "SETNAME", "a b"],
  ...["2 SETNAME nm AUTH nobody x", "2 SETNAME n2 FOO", "2 setname n3 auth default x setname n4"].flatMap(
    (rest) => [words(`HELLO ${rest}`), ["CLIENT", "GETNAME"]],
  ),
  ...["RESET x", "CLIENT NO-EVICT on", "SELECT 2", "RESET", "CLIENT INFO", "MONITOR x"].map(words),
  ["QUIT", "x"],
];

const isStock = hasStockRedis();
let stock: StockRedis | undefined;

beforeAll(async () => {
  if (isStock) stock = await StockRedis.start();
});
afterAll(async () => {
  await stock?.stop();
});

test.skipIf(!isStock)("every call in the table is answered as by redis-server", async () => {
  const server = new FakeServer();
  const client = server.connect();
  client.isUnixSocket = true; // As the stock server's connection is.
  const ours = calls.map((call) => [call, comparable(server.run(client, ...call))]);
  const theirs: unknown[] = [];
  for (const call of calls) {
    const bytes = call.map((word) => Buffer.from(word, "latin1"));
    theirs.push([call, comparable(encoded((await stock?.call(...bytes)) as StockReply))]);
  }
  expect(ours).toEqual(theirs);
});

function words(line: string): string[] {
  return line.split(" ");
}

function encoded(reply: StockReply): string {
  if (reply.kind === "null") return "$-1\r\n";
  if (reply.kind === "line") return `${reply.mark}${reply.text}\r\n`;
  if (reply.kind === "bulk") return `$${reply.bytes.length}\r\n${reply.bytes.toString("latin1")}\r\n`;
  return `*${reply.items.length}\r\n${reply.items.map(encoded).join("")}`;
}

// What differs from one connection or server to the next: ids, addresses, ages and sizes of buffers. The fields of
// the client library are of 7.2.
function comparable(reply: string): string {
  return reply
    .replace(/^\$\d+(?=\r\nid=)/, "$")
    .replace(/\b(id|addr|laddr|fd|age|idle|qbuf-free|rbs|rbp|tot-mem)=\S+/g, "$1=*")
    .replace(/ lib-name=\S* lib-ver=\S*/g, "")
    .replace(/(\$2\r\nid\r\n:)\d+/, "$1*");
}
