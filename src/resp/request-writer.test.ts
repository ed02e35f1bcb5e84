import fc from "fast-check";
import { expect, test } from "vitest";
import { Args } from "./args.ts";
import { COMPLETE, RequestParser } from "./request-parser.ts";
import { RequestWriter } from "./request-writer.ts";

const words = fc.array(fc.uint8Array({ maxLength: 700 }), { minLength: 1, maxLength: 6 });

function encode(all: readonly Uint8Array[]): Buffer {
  const parts = [Buffer.from(`*${all.length}\r\n`)];
  for (const each of all)
    parts.push(Buffer.from(`$${each.length}\r\n`), Buffer.from(each), Buffer.from("\r\n"));
  return Buffer.concat(parts);
}

function parsed(text: Buffer, from = 0): Args {
  const parser = new RequestParser(new Args(new Uint8Array(0)));
  const limits = { bulkBytesMax: 1 << 20, isAuthenticated: true };
  expect(parser.parse(text, from, text.length, limits)).toBe(COMPLETE);
  return parser.args;
}

function written(...all: readonly Args[]): string {
  const writer = new RequestWriter();
  for (const args of all) writer.request(args);
  return Buffer.from(writer.bytes.subarray(0, writer.position)).toString("latin1");
}

test("a request that was sent, and the same one that was copied, are written as they would be sent", () => {
  fc.assert(
    fc.property(words, fc.uint8Array({ maxLength: 40 }), (all, before) => {
      const text = encode(all);
      const sent = parsed(Buffer.concat([Buffer.from(before), text]), before.length);
      const packed = new Args(Buffer.concat([Buffer.from(before), ...all]));
      let at = before.length;
      for (const each of all) {
        packed.push(at, at + each.length);
        at += each.length;
      }
      expect(written(sent, packed)).toBe(text.toString("latin1").repeat(2));
    }),
  );
});

test("a request of one line is written as words, whatever stood before it", () => {
  const text = Buffer.from("*1\r\n$3\r\nSET key value\r\n");
  expect(written(parsed(text, 8))).toBe("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n");
});

test("what stands where line ends belong is not copied", () => {
  const text = Buffer.from("*2\r\n$3\r\nDEL??$1\r\nk\r\n");
  expect(written(parsed(text))).toBe("*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n");
});

test("what is taken from the front is gone, and what is put in stands before the rest", () => {
  const writer = new RequestWriter();
  writer.begin(1);
  writer.word("ONE");
  const end = writer.position;
  writer.begin(1);
  writer.word("TWO");
  writer.insert(end, Buffer.from("*1\r\n$5\r\nMULTI\r\n"));
  writer.drop(end);
  const text = Buffer.from(writer.bytes.subarray(0, writer.position)).toString("latin1");
  expect(text).toBe("*1\r\n$5\r\nMULTI\r\n*1\r\n$3\r\nTWO\r\n");
});
