import fc from "fast-check";
import { expect, test } from "vitest";
import { Framer } from "./framer.ts";

const bulk = fc.string({ unit: "binary", maxLength: 40 }).map((text) => {
  const bytes = [...text].map((char) => String.fromCharCode((char.codePointAt(0) ?? 0) & 0xff)).join("");
  return `$${bytes.length}\r\n${bytes}\r\n`;
});
const scalar = fc.oneof(
  bulk,
  fc.constantFrom("+OK\r\n", "-ERR no\r\n", ":-12\r\n", "_\r\n", "#t\r\n", ",inf\r\n", "(123\r\n"),
  fc.constantFrom("$-1\r\n", "*-1\r\n", "*0\r\n", "%0\r\n", "=7\r\ntxt:abc\r\n", "!3\r\nERR\r\n"),
);
const { reply } = fc.letrec<{ reply: string }>((tie) => ({
  reply: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("reply"), { maxLength: 5 }).map((all) => `*${all.length}\r\n${all.join("")}`),
    fc.array(tie("reply"), { maxLength: 3 }).map((all) => `>${all.length}\r\n${all.join("")}`),
    fc
      .array(fc.tuple(tie("reply"), tie("reply")), { maxLength: 3 })
      .map((all) => `%${all.length}\r\n${all.flat().join("")}`),
    fc.tuple(scalar, scalar, scalar).map((all) => `|1\r\n${all.join("")}`),
  ),
}));

function frame(pieces: readonly string[]): {
  replies: string[];
  offence: string | undefined;
  isAmid: boolean;
} {
  const replies: string[] = [];
  const framer = new Framer((text) => replies.push(text));
  for (const piece of pieces) framer.push(piece);
  return { replies, offence: framer.offence, isAmid: framer.isAmidReply };
}

function cut(text: string, at: readonly number[]): string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, i) => text.slice(i === 0 ? 0 : places[i - 1], end));
}

test("replies come out as they went in, however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 6 }), fc.array(fc.nat(2000), { maxLength: 12 }), (all, at) => {
      expect(frame(cut(all.join(""), at))).toEqual({ replies: all, offence: undefined, isAmid: false });
    }),
  );
});

test("replies come out as they went in, one byte at a time", () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 4 }), (all) => {
      expect(frame([...all.join("")])).toEqual({ replies: all, offence: undefined, isAmid: false });
    }),
  );
});

test("a reply that lost a byte is not taken for whole", () => {
  fc.assert(
    fc.property(reply, (text) => {
      const { replies, isAmid } = frame([text.slice(0, -1)]);
      expect([replies, isAmid]).toEqual([[], true]);
    }),
  );
});

test.each([
  ["x\r\n"],
  ["$3\r\nabcd\r\n"],
  ["$03\r\nabc\r\n"],
  ["$-2\r\n"],
  ["*1x\r\n"],
  ["$\r\n"],
  ["+a\nb\r\n"],
  ["\r\n"],
  ["*1\r\n".repeat(40)],
])("%j is an offence, whole or byte by byte", (text) => {
  expect(frame([text]).offence).toBeDefined();
  expect(frame([...text]).offence).toBeDefined();
});

test("a long bulk that comes byte by byte is counted, not searched", () => {
  const text = `$200000\r\n${"x".repeat(200_000)}\r\n`;
  expect(frame([...text]).replies).toEqual([text]);
});
