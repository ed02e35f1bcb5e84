import { expect, test } from "vitest";
import { frameEnd } from "./frames.ts";

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
  expect(frameEnd(`xx${text}+next\r\n`, 2)).toBe(2 + text.length);
  for (let size = 0; size < text.length; size++) expect(frameEnd(text.slice(0, size), 0)).toBe(-1);
});

test.each(["HTTP/1.1 200\r\n", "$1\r\nabc\r\n"])("%j is no reply", (text) => {
  expect(frameEnd(text, 0)).toBe(-2);
});
