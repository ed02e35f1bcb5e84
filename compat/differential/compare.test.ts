import { expect, test } from "vitest";
import { targets } from "../generator/declared.ts";
import { comparedAs, leftOut, neverDrawn, partlyDrawn } from "./by-design.ts";
import { difference } from "./compare.ts";

const raw = (text: string): Buffer => Buffer.from(text, "latin1");

test.each([
  ["exact", "+OK\r\n", "+OK\r\n"],
  ["unordered", "*2\r\n$1\r\na\r\n$1\r\nb\r\n", "*2\r\n$1\r\nb\r\n$1\r\na\r\n"],
  ["random", "$1\r\na\r\n", "$1\r\nb\r\n"],
  ["random", "$1\r\na\r\n", "$2\r\n-1\r\n"],
  ["time", ":100\r\n", ":99\r\n"],
  ["time", "*2\r\n$2\r\n10\r\n$6\r\n999999\r\n", "*2\r\n$2\r\n11\r\n$1\r\n3\r\n"],
  ["shape", "*2\r\n:1\r\n$1\r\na\r\n", "*2\r\n:7\r\n$2\r\nbc\r\n"],
  ["kind", "*1\r\n:1\r\n", "*0\r\n"],
  ["clock", "*2\r\n:1700000000000\r\n:3\r\n", "*2\r\n:1700000009000\r\n:3\r\n"],
  [
    "nearest",
    "*2\r\n*2\r\n$1\r\na\r\n:1\r\n*2\r\n$1\r\nb\r\n:1\r\n",
    "*2\r\n*2\r\n$1\r\nc\r\n:1\r\n*2\r\n$1\r\nb\r\n:1\r\n",
  ],
  ["nearest", "*1\r\n$1\r\na\r\n", "*1\r\n$1\r\nb\r\n"],
  ["payload", "$3\r\n\x12ab\r\n", "$4\r\n\x12abc\r\n"],
  ["docs", "*2\r\n$7\r\nsummary\r\n$1\r\na\r\n", "*2\r\n$7\r\nsummary\r\n$2\r\nbb\r\n"],
] as const)("compared as %s, %j and %j agree", (comparison, a, b) => {
  expect(difference(raw(a), raw(b), comparison)).toBeUndefined();
});

test.each([
  ["exact", "+OK\r\n", "+ok\r\n"],
  ["unordered", "*2\r\n$1\r\na\r\n$1\r\na\r\n", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
  ["unordered", "*1\r\n$1\r\na\r\n", "~1\r\n$1\r\na\r\n"],
  ["random", "$1\r\na\r\n", "$-1\r\n"],
  ["time", ":100\r\n", ":90\r\n"],
  ["time", ":-1\r\n", ":-2\r\n"],
  ["time", ":0\r\n", ":-1\r\n"],
  ["shape", "*2\r\n:1\r\n:2\r\n", "*1\r\n:1\r\n"],
  ["shape", "$1\r\na\r\n", "$-1\r\n"],
  ["kind", "*1\r\n:1\r\n", "$1\r\na\r\n"],
  ["clock", "*2\r\n:1700000000000\r\n:3\r\n", "*2\r\n:1700000011000\r\n:3\r\n"],
  ["clock", "*2\r\n:1700000000000\r\n:3\r\n", "*2\r\n:1700000000000\r\n:4\r\n"],
  ["clock", ":5\r\n", ":6\r\n"],
  ["nearest", "*1\r\n*2\r\n$1\r\na\r\n:1\r\n", "*1\r\n*2\r\n$1\r\na\r\n:2\r\n"],
  ["nearest", "*1\r\n$1\r\na\r\n", "*0\r\n"],
  ["payload", "$3\r\n\x12ab\r\n", "$3\r\n\x11ab\r\n"],
  ["kind", "-ERR a\r\n", "-ERR b\r\n"],
  ["shape", ":1\r\n", "-ERR b\r\n"],
  ["docs", "*2\r\n$5\r\nsince\r\n$1\r\na\r\n", "*2\r\n$5\r\nsince\r\n$1\r\nb\r\n"],
  ["fields", "$14\r\n# Server\r\na:1\r\n\r\n", "$14\r\n# Server\r\nb:1\r\n\r\n"],
] as const)("compared as %s, %j and %j differ", (comparison, a, b) => {
  expect(difference(raw(a), raw(b), comparison)).toBeDefined();
});

test("payloads of streams may differ in times that are not far apart, and in nothing else", () => {
  const payload = (ms: bigint, byte = 7): Buffer => {
    const body = Buffer.alloc(40, 1);
    body[0] = 19;
    body.writeBigUInt64LE(ms, 11);
    body[25] = byte;
    return Buffer.concat([Buffer.from("$40\r\n"), body, Buffer.from("\r\n")]);
  };
  const now = 1_795_196_887_134n;
  expect(difference(payload(now), payload(now + 2000n), "payload")).toBe(undefined);
  expect(difference(payload(now), payload(now + 20_000n), "payload")).toBeDefined();
  expect(difference(payload(now), payload(now + 2000n, 8), "payload")).toBeDefined();
});

test("a reply that one server owes is a difference", () => {
  expect(difference(raw("+OK\r\n"), undefined, "kind")).toBe("no answer");
  expect(difference(undefined, raw("+OK\r\n"), "kind")).toBe("only the candidate answered");
});

test("every exemption names a command that is declared", () => {
  const names = new Set(targets.map(({ fullName }) => fullName));
  const exempt = [
    ...Object.keys(comparedAs),
    ...Object.keys(neverDrawn),
    ...Object.keys(leftOut),
    ...Object.keys(partlyDrawn),
  ];
  expect(exempt.filter((name) => !names.has(name))).toEqual([]);
});
