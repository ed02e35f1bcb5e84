import fc from "fast-check";
import { expect, test } from "vitest";
import { frameEnd, parseFrame } from "./reply-frame.ts";
import { parseWords, quoteWords } from "./request.ts";

const frames = [
  "+OK\r\n",
  "-ERR no\r\n",
  ":-12\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "_\r\n",
  "#t\r\n",
  ",1.5\r\n",
  "(123\r\n",
  "$0\r\n\r\n",
  "$4\r\na\r\nb\r\n",
  "*0\r\n",
  "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
  "%1\r\n+k\r\n~2\r\n:1\r\n:2\r\n",
  "|1\r\n+ttl\r\n:3\r\n*1\r\n+x\r\n",
  ">2\r\n+message\r\n+x\r\n",
  "=7\r\ntxt:abc\r\n",
  "!5\r\nERR x\r\n",
];

test.each(frames)("the end of %j is found at its last byte and not before", (text) => {
  const bytes = Buffer.from(`${text}+next\r\n`, "latin1");
  expect(frameEnd(bytes, 0)).toBe(text.length);
  for (let size = 0; size < text.length; size++) expect(frameEnd(bytes.subarray(0, size), 0)).toBe(-1);
  expect(parseFrame(bytes).raw.toString("latin1")).toBe(text);
});

test("bytes that begin no reply are refused", () => {
  expect(() => frameEnd(Buffer.from("HTTP/1.1 200\r\n"), 0)).toThrow("no reply begins with");
});

test("a call survives being written as a line and read back", () => {
  const word = fc.array(fc.nat({ max: 255 })).map((bytes) => String.fromCharCode(...bytes));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(parseWords(quoteWords(words))).toEqual(words);
    }),
  );
});
