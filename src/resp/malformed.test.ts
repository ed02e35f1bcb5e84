import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";
import { hasStockRedis } from "../testing/stock-server.ts";
import { StockWire } from "../testing/stock-wire.ts";

const password = "secret";
let stock: StockWire | undefined;
let locked: StockWire | undefined;

beforeAll(async () => {
  if (!hasStockRedis()) return;
  stock = await StockWire.start();
  locked = await StockWire.start(["--requirepass", password]);
});
afterAll(async () => {
  await stock?.stop();
  await locked?.stop();
});

// Everything is followed by what shows whether the connection still answers.
const still = "*1\r\n$4\r\nPING\r\n";
const long = 65_520;

const malformed: readonly (readonly [what: string, text: string])[] = [
  ["a multibulk length that is no number", "*a\r\n"],
  ["an empty multibulk length", "*\r\n"],
  ["a multibulk length with a space", "* 1\r\n$4\r\nPING\r\n"],
  ["a multibulk length with a plus", "*+1\r\n$4\r\nPING\r\n"],
  ["a multibulk length with a leading zero", "*01\r\n$4\r\nPING\r\n"],
  ["a multibulk length of 0", "*0\r\n"],
  ["a negative multibulk length", "*-1\r\n"],
  ["a very negative multibulk length", "*-10000000000\r\n"],
  ["the lowest multibulk length", "*-9223372036854775808\r\n"],
  ["a multibulk length below 64 bits", "*-9223372036854775809\r\n"],
  ["a minus zero for a multibulk length", "*-0\r\n"],
  ["a multibulk length of 2^31 - 1", "*2147483647\r\n$4\r\nPING\r\n"],
  ["a multibulk length of 2^31", "*2147483648\r\n"],
  ["a multibulk length of 2^63", "*9223372036854775808\r\n"],
  ["a multibulk length with a fraction", "*1.0\r\n"],
  ["a multibulk length line that ends in LF alone", "*1\n$4\r\nPING\r\n"],
  ["a multibulk length line whose CR is followed by something else", "*1\rx$4\r\nPING\r\n"],
  ["a NUL in the multibulk length", "*1\0\r\n$4\r\nPING\r\n"],
  ["a NUL first in the multibulk length", "*\0\r\n"],
  ["a bulk that does not begin with a dollar", "*1\r\n:4\r\nPING\r\n"],
  ["a bulk that begins with a letter", "*1\r\nPING\r\n"],
  ["a bulk that begins with a CR", "*1\r\n\r\n"],
  ["a bulk that begins with a LF", "*1\r\n\nx\r\n"],
  ["a bulk that begins with a byte beyond ASCII", "*1\r\n\xff4\r\nPING\r\n"],
  ["a second bulk that does not begin with a dollar", "*2\r\n$4\r\nECHO\r\n4\r\nPING\r\n"],
  ["a bulk length that is no number", "*1\r\n$a\r\n"],
  ["an empty bulk length", "*1\r\n$\r\n"],
  ["a negative bulk length", "*1\r\n$-1\r\n"],
  ["a bulk length with a leading zero", "*1\r\n$04\r\nPING\r\n"],
  ["a bulk length with a plus", "*1\r\n$+4\r\nPING\r\n"],
  ["a bulk length with a space", "*1\r\n$4 \r\nPING\r\n"],
  ["a bulk length just above the limit", "*1\r\n$536870913\r\n"],
  ["a bulk length at the limit", "*1\r\n$536870912\r\n"],
  ["a bulk length of 2^63", "*1\r\n$9223372036854775808\r\n"],
  ["a NUL in the bulk length", "*1\r\n$4\0\r\nPING\r\n"],
  ["a bulk longer than announced", "*1\r\n$4\r\nPINGPONG\r\n"],
  ["a bulk shorter than announced", "*1\r\n$5\r\nPING\r\n"],
  ["a bulk that ends in other bytes than CR LF", "*1\r\n$4\r\nPINGxx"],
  ["an empty name", "*1\r\n$0\r\n\r\n"],
  ["an empty name and arguments", "*3\r\n$0\r\n\r\n$0\r\n\r\n$1\r\nx\r\n"],
  ["an inline request", "PING\r\n"],
  ["an inline request that ends in LF alone", "PING\n"],
  ["an inline request in mixed case with spaces", "   pInG   hello  \r\n"],
  ["an inline request with tabs", "\tECHO\tx\t\r\n"],
  ["an inline request with a vertical tab and a form feed", "ECHO\vx\f\r\n"],
  ["an empty inline request", "\r\n"],
  ["several empty inline requests", "\r\n\n   \r\n"],
  ["an inline request with quotes", 'ECHO "a b"\r\n'],
  ["an inline request with every escape", 'ECHO "\\x41\\x0a\\n\\r\\t\\b\\a\\q\\\\\\""\r\n'],
  ["an inline request with broken hexadecimal", 'ECHO "\\xg1\\x1"\r\n'],
  ["an inline request with an upper-case X", 'ECHO "\\X41"\r\n'],
  ["an inline request with single quotes", "ECHO 'it\\'s \\n \"'\r\n"],
  ["an inline request with an empty quoted word", 'ECHO ""\r\n'],
  ["an inline request with quotes inside a word", 'ECHO a"b c"\r\n'],
  ["an inline request that is quotes alone", '""\r\n'],
  ["an open double quote", 'ECHO "abc\r\n'],
  ["an open single quote", "ECHO 'abc\r\n"],
  ["a closing quote in the middle of a word", 'ECHO "abc"d\r\n'],
  ["a closing single quote in the middle of a word", "ECHO 'abc'd\r\n"],
  ["a backslash before the end of the line", 'ECHO "abc\\\r\n'],
  ["a CR in the middle of an inline request", "ECHO a\rb\r\n"],
  ["two CRs at the end of an inline request", "ECHO a\r\r\n"],
  ["a NUL in an inline request", "ECHO a\0b\r\n"],
  ["a NUL first in an inline request", "\0PING\r\n"],
  ["bytes beyond ASCII in an inline request", "ECHO caf\xc3\xa9\xff\r\n"],
  ["a request of RESP's other types", "+PING\r\n"],
  ["an HTTP request", "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"],
  ["a request of 64 KiB without an end", "x".repeat(200_000)],
  ["a multibulk length of 64 KiB without an end", `*${"1".repeat(200_000)}`],
  ["a bulk length of 64 KiB without an end", `*1\r\n$${"1".repeat(200_000)}`],
  ["an inline request just below 64 KiB", `ECHO ${"x".repeat(long)}\r\n`],
  ["an unknown command", "*1\r\n$3\r\nFOO\r\n"],
  ["an unknown command with line ends in its name", "*1\r\n$5\r\na\r\nb\n\r\n"],
  ["an unknown command with a NUL in its name", "*1\r\n$3\r\na\0b\r\n"],
  ["an unknown command with a NUL in an argument", "*2\r\n$3\r\nfoo\r\n$3\r\na\0b\r\n"],
  ["an unknown command with a long name", `*1\r\n$300\r\n${"n".repeat(300)}\r\n`],
  ["an unknown command with a long argument", `*3\r\n$3\r\nfoo\r\n$200\r\n${"a".repeat(200)}\r\n$1\r\nb\r\n`],
  ["an unknown command with many arguments", `*21\r\n$3\r\nfoo\r\n${"$10\r\n0123456789\r\n".repeat(20)}`],
  ["an unknown subcommand", "*2\r\n$6\r\nCLIENT\r\n$3\r\nfoo\r\n"],
  ["an unknown subcommand with a NUL", "*2\r\n$6\r\nclient\r\n$3\r\nf\0o\r\n"],
  ["an unknown subcommand with a long name", `*2\r\n$6\r\nCLIENT\r\n$300\r\n${"n".repeat(300)}\r\n`],
  ["a protocol error while replies are off", `${request("CLIENT", "REPLY", "OFF")}*a\r\n`],
  ["a protocol error right after CLIENT REPLY SKIP", `${request("CLIENT", "REPLY", "SKIP")}*a\r\n`],
  [
    "an unknown command right after CLIENT REPLY SKIP",
    `${request("CLIENT", "REPLY", "SKIP")}foo\r\nping\r\n`,
  ],
  ["an inline request between others", "*1\r\n$4\r\nPING\r\nECHO a\r\n*1\r\n$4\r\nPING\r\n"],
];

const eleven = `*11\r\n${"$1\r\na\r\n".repeat(11)}`;
const lockedOut: readonly (readonly [what: string, text: string])[] = [
  ["a command", request("GET", "a")],
  ["a command that needs no password", request("HELLO", "nonsense")],
  ["QUIT", request("QUIT")],
  ["RESET", request("RESET")],
  ["an unknown command", request("FOO", "a")],
  ["a wrong number of arguments", request("GET")],
  ["an unknown subcommand", request("CLIENT", "FOO")],
  ["a subcommand", request("CLIENT", "ID")],
  ["a protocol error", "*a\r\n"],
  ["ten arguments", request(..."abcdefghij")],
  ["eleven arguments", eleven],
  ["a bulk of 16384 bytes", request("ECHO", "x".repeat(16_384))],
  ["a bulk of 16385 bytes", request("ECHO", "x".repeat(16_385))],
  ["a wrong password, then a command", request("AUTH", "wrong") + request("GET", "a")],
  [
    "the password, then eleven arguments and a large bulk",
    request("AUTH", password) + eleven + request("ECHO", "x".repeat(20_000)),
  ],
  ["an inline request with more than ten words", "a b c d e f g h i j k l m\r\n"],
  ["a long inline request", `ECHO ${"x".repeat(30_000)}\r\n`],
];

test.skipIf(!hasStockRedis()).each(malformed)(
  "%s is answered as a stock Redis answers it",
  async (_what, text) => {
    const bytes = Buffer.from(text + still, "latin1");
    expect(ours(bytes)).toBe(await stock?.converse(bytes));
  },
);

test.skipIf(!hasStockRedis()).each(lockedOut)(
  "without the password, %s is answered as a stock Redis answers it",
  async (_what, text) => {
    const bytes = Buffer.from(text + still, "latin1");
    expect(ours(bytes, { requirepass: password })).toBe(await locked?.converse(bytes));
  },
);

test.each([
  ["*a\r\n", "-ERR Protocol error: invalid multibulk length\r\n"],
  ["*1\r\n$a\r\n", "-ERR Protocol error: invalid bulk length\r\n"],
  ["*1\r\n:\r\n", "-ERR Protocol error: expected '$', got ':'\r\n"],
  ['ECHO "a\r\n', "-ERR Protocol error: unbalanced quotes in request\r\n"],
  ["x".repeat(65_537), "-ERR Protocol error: too big inline request\r\n"],
  [`*${"1".repeat(65_537)}`, "-ERR Protocol error: too big mbulk count string\r\n"],
  [`*1\r\n$${"1".repeat(65_537)}`, "-ERR Protocol error: too big bulk count string\r\n"],
])("%j is refused, and the connection closes after the reply", (text, reply) => {
  const client = createTestServer().connect();
  client.send(text);
  expect(client.take()).toBe(reply);
  expect(client.isClosed).toBe(true);
  client.send(still);
  expect(client.take()).toBe("");
});

function ours(bytes: Uint8Array, config: Readonly<Record<string, string>> = {}): string {
  const client = createTestServer({ config }).connect();
  // A socket delivers a read buffer at a time.
  for (let at = 0; at < bytes.length; at += 16_384) client.send(bytes.subarray(at, at + 16_384));
  return client.take();
}

function request(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}
