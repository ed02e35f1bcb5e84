import fc from "fast-check";
import { expect, test } from "vitest";
import { splitArguments } from "../../config/split-arguments.ts";
import { latin1Text } from "../../lib/bytes.ts";
import { argsOf } from "../../testing/fake-connections.ts";
import { monitorLine } from "./monitor-line.ts";

function line(...words: string[]): string {
  const source = { nowUs: 1_700_000_000_000_042, db: 3, address: "127.0.0.1:5000" };
  return latin1Text(monitorLine(source, argsOf(...words)));
}
const shown = (...words: string[]): string =>
  line(...words).slice("+1700000000.000042 [3 127.0.0.1:5000] ".length, -2);

test("a line tells time, database, address and each argument in quotes", () => {
  expect(line("set", "k", "")).toBe('+1700000000.000042 [3 127.0.0.1:5000] "set" "k" ""\r\n');
});

test("bytes that do not print are escaped as redis-server escapes them", () => {
  // Observed in redis-server 7.0.15.
  expect(shown("ECHO", "a\"b\\c\n\r\t\x07\b\0\x7f\xff'")).toBe(
    String.raw`"ECHO" "a\"b\\c\n\r\t\a\b\x00\x7f\xff'"`,
  );
});

test("any arguments can be read back from the line", () => {
  const word = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)) });
  const plain = fc.array(word, { minLength: 1 }).map((words) => ["set", ...words]);
  fc.assert(
    fc.property(plain, (words) => {
      expect(splitArguments(shown(...words))).toEqual(words);
    }),
  );
});

// A walk over all secrets for each argument would take minutes.
test("a line of very many secrets takes no longer than its length", () => {
  const logins = Array.from({ length: 30_000 }, () => ["AUTH", "u", "p"]).flat();
  expect(line("HELLO", "3", ...logins)).toHaveLength(
    line("HELLO", "3").length + 30_000 * '"AUTH" "(redacted)" "(redacted)" '.length,
  );
});

// Observed in redis-server 7.0.15, but for the second login of one HELLO, which it shows when the first fails.
test.each([
  [["AUTH", "p"], '"AUTH" "(redacted)"'],
  [["auth", "u", "p"], '"auth" "(redacted)" "(redacted)"'],
  [["AUTH", "a", "b", "c"], '"AUTH" "a" "b" "c"'],
  [["HELLO", "4", "AUTH", "a", "b"], '"HELLO" "4" "AUTH" "a" "b"'],
  [["HELLO", "2", "AUTH", "a", "b"], '"HELLO" "2" "AUTH" "(redacted)" "(redacted)"'],
  [["HELLO", "2", "SETNAME", "a b", "AUTH", "c", "d"], '"HELLO" "2" "SETNAME" "a b" "AUTH" "c" "d"'],
  [
    ["hello", "3", "setname", "n", "auth", "c", "d", "foo"],
    '"hello" "3" "setname" "n" "auth" "(redacted)" "(redacted)" "foo"',
  ],
  [["HELLO", "3", "SETNAME", "AUTH", "c", "d"], '"HELLO" "3" "SETNAME" "AUTH" "c" "d"'],
  [["GET", "AUTH"], '"GET" "AUTH"'],
])("of %j exactly the logins are hidden", (words, expected) => {
  expect(shown(...words)).toBe(expected);
});
