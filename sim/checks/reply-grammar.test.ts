import fc from "fast-check";
import { expect, test } from "vitest";
import { ReplyCursor, replyFault, replyTree } from "./reply-grammar.ts";

const good2 = [
  "+OK\r\n",
  "-ERR no\r\n",
  ":-12\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "$0\r\n\r\n",
  "$4\r\na\r\nb\r\n",
  "*0\r\n",
  "*2\r\n:1\r\n*1\r\n$1\r\nx\r\n",
];
const only3 = [
  "_\r\n",
  "#t\r\n",
  ",3.25\r\n",
  ",-inf\r\n",
  "(123456789012345678901\r\n",
  "=6\r\ntxt:ab\r\n",
  "!5\r\nERR x\r\n",
  "~1\r\n+a\r\n",
  "%1\r\n+a\r\n:1\r\n",
  ">2\r\n+a\r\n+b\r\n",
  "|1\r\n+a\r\n+b\r\n:1\r\n",
];
const bad: readonly (readonly [text: string, protocol: 2 | 3, fault: RegExp])[] = [
  ["", 2, /ends early/],
  ["+OK", 2, /ends early/],
  ["+OK\r", 2, /ends early/],
  ["+O\nK\r\n", 2, /line feed/],
  ["+O\rK\r\n", 2, /carriage return/],
  [":1x\r\n", 2, /no integer/],
  [":+1\r\n", 2, /no integer/],
  [":\r\n", 2, /no integer/],
  ["$3\r\nab\r\n", 2, /ends early/],
  ["$1\r\nab\r\n", 2, /another length/],
  ["$-2\r\n", 2, /no length/],
  ["$x\r\n", 2, /no length/],
  ["*2\r\n:1\r\n", 2, /ends early/],
  ["*1\r\n:1\r\n:2\r\n", 2, /4 bytes behind/],
  ["OK\r\n", 2, /no RESP2 reply/],
  ["$-1\r\n", 3, /null of RESP2/],
  ["*-1\r\n", 3, /null of RESP2/],
  ["_x\r\n", 3, /null with a payload/],
  ["#1\r\n", 3, /no boolean/],
  [",1.\r\n", 3, /no double/],
  ["=2\r\nab\r\n", 3, /without format/],
  ["%1\r\n+a\r\n", 3, /ends early/],
  ["?1\r\n", 3, /no reply begins/],
];

test.each(good2)("%j is a reply of RESP2", (text) => {
  expect(replyFault(text, 2)).toBeUndefined();
});

test.each(only3)("%j is a reply of RESP3 and of no RESP2", (text) => {
  expect([replyFault(text, 3), replyFault(text, 2) === undefined]).toEqual([undefined, false]);
});

test.each(bad)("%j is no reply of RESP%i", (text, protocol, fault) => {
  expect(replyFault(text, protocol)).toMatch(fault);
});

test("replies nested too deep are refused, without a stack running over", () => {
  expect(replyFault("*1\r\n".repeat(100_000), 2)).toMatch(/deep/);
});

test("a tree has the payloads, and one null for all spellings", () => {
  const nil = { mark: "_", text: "", items: [] };
  expect(replyTree("*3\r\n$2\r\nab\r\n$-1\r\n*-1\r\n", 2)).toEqual({
    mark: "*",
    text: "",
    items: [{ mark: "$", text: "ab", items: [] }, nil, nil],
  });
  expect(replyTree("|1\r\n+a\r\n+b\r\n:7\r\n", 3)).toEqual({ mark: ":", text: "7", items: [] });
  expect(replyTree("+a\r\n+b\r\n", 2)).toBeUndefined();
});

test("a cursor reads reply after reply and stops at a fault", () => {
  const cursor = new ReplyCursor("+a\r\n:1\r\n?", 2);
  expect([cursor.skip(), cursor.skip(), cursor.skip(), cursor.at]).toEqual([true, true, false, 8]);
});

test("no proper part of a reply is a reply", () => {
  fc.assert(
    fc.property(fc.constantFrom(...good2, ...only3), fc.nat(), (text, cut) => {
      expect(replyFault(text.slice(0, cut % text.length), 3)).toBeDefined();
    }),
  );
});
