import fc from "fast-check";
import { expect, test } from "vitest";
import { REPLY_BUFFER_BYTES, ReplyWriter } from "./reply-writer.ts";

const encode = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

// Takes each buffer as a network does: at once, or keeping it, so that the writer must go on in another.
class Recorder {
  text = "";
  takes: number[] = [];
  readonly keeps: () => boolean;
  readonly kept: { buffer: Uint8Array; length: number; text: string }[] = [];

  constructor(keeps: () => boolean = () => false) {
    this.keeps = keeps;
  }

  take(buffer: Uint8Array, length: number): Uint8Array {
    const text = Buffer.from(buffer.buffer, buffer.byteOffset, length).toString("latin1");
    this.text += text;
    this.takes.push(length);
    if (!this.keeps()) return buffer;
    this.kept.push({ buffer, length, text });
    return new Uint8Array(REPLY_BUFFER_BYTES);
  }
}

function written(protocol: 2 | 3, write: (reply: ReplyWriter) => void): string {
  const sink = new Recorder();
  const reply = new ReplyWriter(sink);
  reply.begin(sink, protocol);
  write(reply);
  reply.flush();
  return sink.text;
}

const some = encode("abc\r\ndef");
const cases: readonly (readonly [
  what: string,
  resp2: string,
  resp3: string,
  write: (reply: ReplyWriter) => void,
])[] = [
  ["a simple string", "+PONG\r\n", "+PONG\r\n", (reply) => reply.simple("PONG")],
  ["OK", "+OK\r\n", "+OK\r\n", (reply) => reply.ok()],
  ["an error", "-ERR no\r\n", "-ERR no\r\n", (reply) => reply.error("ERR no")],
  ["an error with line ends", "-ERR a  b \r\n", "-ERR a  b \r\n", (reply) => reply.error("ERR a\r\nb\n")],
  ["an integer of 0", ":0\r\n", ":0\r\n", (reply) => reply.int(0)],
  ["a negative integer", ":-12345\r\n", ":-12345\r\n", (reply) => reply.int(-12345)],
  [
    "the largest safe integer",
    `:${2 ** 53 - 1}\r\n`,
    `:${2 ** 53 - 1}\r\n`,
    (reply) => reply.int(2 ** 53 - 1),
  ],
  [
    "the lowest safe integer",
    `:-${2 ** 53 - 1}\r\n`,
    `:-${2 ** 53 - 1}\r\n`,
    (reply) => reply.int(1 - 2 ** 53),
  ],
  [
    "the lowest integer of 64 bits",
    ":-9223372036854775808\r\n",
    ":-9223372036854775808\r\n",
    (reply) => reply.bigInt(-(2n ** 63n)),
  ],
  ["a bulk string", "$8\r\nabc\r\ndef\r\n", "$8\r\nabc\r\ndef\r\n", (reply) => reply.bulk(some, 0, 8)],
  ["a part of a buffer", "$2\r\nbc\r\n", "$2\r\nbc\r\n", (reply) => reply.bulk(some, 1, 3)],
  ["an empty bulk string", "$0\r\n\r\n", "$0\r\n\r\n", (reply) => reply.bulk(some, 3, 3)],
  ["text as a bulk string", "$3\r\na\xff\0\r\n", "$3\r\na\xff\0\r\n", (reply) => reply.bulkText("a\xff\0")],
  ["an integer as a bulk string", "$3\r\n-42\r\n", "$3\r\n-42\r\n", (reply) => reply.bulkInt(-42)],
  ["a null", "$-1\r\n", "_\r\n", (reply) => reply.null()],
  ["a null array", "*-1\r\n", "_\r\n", (reply) => reply.nullArray()],
  [
    "an array",
    "*2\r\n:1\r\n*0\r\n",
    "*2\r\n:1\r\n*0\r\n",
    (reply) => {
      reply.array(2);
      reply.int(1);
      reply.array(0);
    },
  ],
  [
    "a map",
    "*4\r\n+a\r\n:1\r\n+b\r\n:2\r\n",
    "%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n",
    (reply) => {
      reply.map(2);
      reply.simple("a");
      reply.int(1);
      reply.simple("b");
      reply.int(2);
    },
  ],
  [
    "a set",
    "*1\r\n:7\r\n",
    "~1\r\n:7\r\n",
    (reply) => {
      reply.set(1);
      reply.int(7);
    },
  ],
  [
    "a push message",
    "*1\r\n+a\r\n",
    ">1\r\n+a\r\n",
    (reply) => {
      reply.push(1);
      reply.simple("a");
    },
  ],
  ["true", ":1\r\n", "#t\r\n", (reply) => reply.bool(true)],
  ["false", ":0\r\n", "#f\r\n", (reply) => reply.bool(false)],
  ["a double", "$4\r\n3.25\r\n", ",3.25\r\n", (reply) => reply.double(3.25)],
  ["infinity", "$3\r\ninf\r\n", ",inf\r\n", (reply) => reply.double(Number.POSITIVE_INFINITY)],
  ["verbatim text", "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n", (reply) => reply.verbatim("txt", "hi")],
  ["raw bytes", "abc", "abc", (reply) => reply.raw(some, 0, 3)],
  [
    "a bulk string filled by the caller",
    "$3\r\nxyz\r\n",
    "$3\r\nxyz\r\n",
    (reply) => {
      const at = reply.openBulk(3);
      reply.buffer.set(encode("xyz"), at);
    },
  ],
];

test.each(cases)("%s reads as RESP2 and RESP3 have it", (_what, resp2, resp3, write) => {
  expect([written(2, write), written(3, write)]).toEqual([resp2, resp3]);
});

test("every length of a bulk string up to three digits is written right", () => {
  const source = new Uint8Array(1100).fill(97);
  for (let length = 0; length <= 1100; length++) {
    const text = `$${length}\r\n${"a".repeat(length)}\r\n`;
    expect(written(2, (reply) => reply.bulk(source, 0, length))).toBe(text);
    expect(written(2, (reply) => reply.bulkText("a".repeat(length)))).toBe(text);
  }
});

test("errors are counted, with the last one's text", () => {
  const reply = new ReplyWriter(new Recorder());
  reply.error("ERR a");
  reply.ok();
  reply.error("WRONGTYPE b");
  expect([reply.errorCount, reply.lastError]).toEqual([2, "WRONGTYPE b"]);
});

test("a flush without anything written hands over nothing", () => {
  const sink = new Recorder();
  const reply = new ReplyWriter(sink);
  reply.flush();
  reply.ok();
  reply.flush();
  reply.flush();
  expect(sink.takes).toEqual([5]);
});

test("the buffer is handed over when it is full, and replies go on behind it", () => {
  const sink = new Recorder();
  const reply = new ReplyWriter(sink);
  let wanted = "";
  for (let i = 0; i < 30_000; i++) {
    reply.int(i);
    wanted += `:${i}\r\n`;
  }
  reply.flush();
  expect(sink.text).toBe(wanted);
  expect(Math.max(...sink.takes)).toBeLessThanOrEqual(REPLY_BUFFER_BYTES);
  expect(sink.takes.length).toBe(Math.ceil(wanted.length / REPLY_BUFFER_BYTES));
});

test.each([
  REPLY_BUFFER_BYTES - 30,
  REPLY_BUFFER_BYTES - 8,
  REPLY_BUFFER_BYTES,
  REPLY_BUFFER_BYTES + 1,
  5_000_000,
])("a reply of %i bytes is written whole between small ones", (length) => {
  const source = new Uint8Array(length).map((_, i) => i & 127);
  const body = Buffer.from(source).toString("latin1");
  const got = written(2, (reply) => {
    reply.array(4);
    reply.ok();
    reply.bulk(source, 0, length);
    reply.bulkText(body);
    reply.int(1);
  });
  expect(got === `*4\r\n+OK\r\n$${length}\r\n${body}\r\n$${length}\r\n${body}\r\n:1\r\n`).toBe(true);
});

test("a large buffer is let go as soon as its reply was handed over", () => {
  const sink = new Recorder();
  const reply = new ReplyWriter(sink);
  const large = new Uint8Array(1_000_000);
  reply.bulk(large, 0, large.length);
  reply.ok(); // Still fits behind it.
  reply.bulk(large, 0, 1000);
  expect(reply.buffer.length).toBe(REPLY_BUFFER_BYTES);
  reply.bulk(large, 0, large.length);
  reply.flush();
  expect(reply.buffer.length).toBe(REPLY_BUFFER_BYTES);
});

test("the usual path goes on in one buffer", () => {
  const reply = new ReplyWriter(new Recorder());
  const { buffer } = reply;
  for (let i = 0; i < 50_000; i++) reply.ok();
  reply.flush();
  reply.int(1);
  expect(reply.buffer).toBe(buffer);
});

test("another client's replies begin after the first one's were handed over", () => {
  const first = new Recorder();
  const second = new Recorder();
  const reply = new ReplyWriter(first);
  reply.null();
  reply.flush();
  reply.begin(second, 3);
  reply.null();
  reply.flush();
  expect([first.text, second.text]).toEqual(["$-1\r\n", "_\r\n"]);
});

test("buffers that the network keeps are never written to again", () => {
  const size = fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 3 * REPLY_BUFFER_BYTES }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(size, fc.boolean()), { maxLength: 30 }),
      fc.infiniteStream(fc.boolean()),
      (parts, keeps) => {
        const sink = new Recorder(() => keeps.next().value === true);
        const reply = new ReplyWriter(sink);
        let wanted = "";
        for (const [i, [length, flushes]] of parts.entries()) {
          const source = new Uint8Array(length).fill(i & 127);
          reply.bulk(source, 0, length);
          wanted += `$${length}\r\n${String.fromCharCode(i & 127).repeat(length)}\r\n`;
          if (flushes) reply.flush();
        }
        reply.flush();
        expect(sink.text === wanted).toBe(true);
        for (const { buffer, length, text } of sink.kept) {
          expect(Buffer.from(buffer.buffer, buffer.byteOffset, length).toString("latin1") === text).toBe(
            true,
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});
