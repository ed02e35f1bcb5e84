import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSource } from "./byte-source.ts";
import { LogReader, type LogStep } from "./log-reader.ts";

const WINDOW_BYTES = 64;

function readerOf(bytes: Uint8Array): LogReader {
  const source = new ByteSource(
    bytes.length,
    (offset, target, start, end) => {
      const some = bytes.subarray(offset, offset + end - start);
      target.set(some, start);
      return some.length;
    },
    WINDOW_BYTES,
  );
  return new LogReader(source);
}

// All requests, and how it ended.
function readAll(bytes: Uint8Array): { requests: string[][]; last: LogStep; offset: number } {
  const reader = readerOf(bytes);
  const requests: string[][] = [];
  for (;;) {
    const step = reader.next();
    if (step !== "request") return { requests, last: step, offset: reader.offset };
    requests.push(Array.from({ length: reader.args.count }, (_, i) => reader.args.text(i)));
  }
}

function encode(request: readonly string[]): string {
  return `*${request.length}\r\n${request.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

const word = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const requests = fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { maxLength: 12 });

test("requests are read as they were written, over notes of the time, through any window", () => {
  fc.assert(
    fc.property(requests, (all) => {
      const text = all.map((each, i) => (i % 3 === 0 ? "#TS:1700000000\r\n" : "") + encode(each)).join("");
      const bytes = Buffer.from(text, "latin1");
      expect(readAll(bytes)).toEqual({ requests: all, last: "end", offset: bytes.length });
    }),
  );
});

test("a file that was cut off is told from one that is damaged, with the end of its last whole request", () => {
  fc.assert(
    fc.property(requests, fc.nat(), (all, at) => {
      const texts = all.map(encode);
      const bytes = Buffer.from(texts.join(""), "latin1");
      const length = bytes.length === 0 ? 0 : at % bytes.length;
      const { last, offset, requests: found } = readAll(bytes.subarray(0, length));
      const whole = texts.slice(0, found.length).join("").length;
      expect(offset).toBe(whole);
      expect(last).toBe(length === whole ? "end" : "cut");
    }),
  );
});

test.for([
  ["*1\r\n$4\r\nPING\r\nPING\r\n", 14, "a request should begin here"],
  ["*1\r\n+PING\r\n", 0, "a word should begin here"],
  ["*x\r\n", 0, "a number is none"],
  ["*0\r\n", 0, "a request has no words"],
  ["*99999999999\r\n", 0, "a number is too large"],
  ["*1\r\n$4\r\nPINGxx", 0, "a word has no end"],
  [`*${"1".repeat(200)}`, 0, "a line is too long"],
] as const)("%j is damaged at byte %i: %s", ([text, offset, reason]) => {
  const reader = readerOf(Buffer.from(text));
  let step = reader.next();
  while (step === "request") step = reader.next();
  expect({ step, offset: reader.offset, reason: reader.reason }).toEqual({ step: "damaged", offset, reason });
});

test("a length that the file cannot hold is not believed", () => {
  expect(readAll(Buffer.from("*1000000000\r\n$1\r\na\r\n")).last).toBe("cut");
  expect(readAll(Buffer.from("*1\r\n$2000000000\r\na\r\n")).last).toBe("cut");
});

test("any bytes end, and whatever was read of them is whole", () => {
  fc.assert(
    fc.property(requests, fc.nat(), fc.nat(255), (all, at, byte) => {
      const bytes = Buffer.from(all.map(encode).join(""), "latin1");
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      expect(["end", "cut", "damaged"]).toContain(readAll(bytes).last);
    }),
  );
});
