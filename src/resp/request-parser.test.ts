import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeRequest } from "../testing/command-runner.ts";
import { Args } from "./args.ts";
import { COMPLETE, FAILED, INCOMPLETE, LINE_BYTES_MAX, RequestParser } from "./request-parser.ts";

const open = { bulkBytesMax: 512 * 1024 * 1024, isAuthenticated: true };
const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

type Outcome = { readonly requests: readonly (readonly string[])[]; readonly error: string };

// What a connection does with its parser: the bytes that were not run are kept and moved to the front, at times
// into a larger buffer, and the parser's positions follow.
function parseInPieces(pieces: readonly Uint8Array[], limits = open): Outcome {
  const parser = new RequestParser(new Args(new Uint8Array(0)));
  const requests: string[][] = [];
  let pending = new Uint8Array(0);
  for (const [i, piece] of pieces.entries()) {
    const grown = new Uint8Array(pending.length + piece.length);
    grown.set(pending);
    grown.set(piece, pending.length);
    let at = 0;
    for (;;) {
      const result = parser.parse(grown, parser.isIdle ? at : parser.next, grown.length, limits);
      if (result === FAILED) return { requests, error: parser.error };
      if (result === INCOMPLETE) break;
      if (parser.args.count > 0) requests.push(textsOf(parser.args));
      at = parser.next;
    }
    // Moving is put off at times, as it is when there is room.
    const shift = i % 3 === 0 ? 0 : at;
    if (shift === 0 && at > 0 && parser.isIdle) {
      pending = grown.slice(at);
      continue;
    }
    if (shift === 0 && at > 0) {
      pending = grown.slice(at);
      parser.rebase(at);
      continue;
    }
    pending = grown.slice(shift);
    if (!parser.isIdle) parser.rebase(shift);
    grown.fill(0xdd);
  }
  return { requests, error: "" };
}

function textsOf(args: Args): string[] {
  return Array.from({ length: args.count }, (_, i) => args.text(i));
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...places].sort((a, b) => a - b);
  return [0, ...sorted].map((from, i) => bytes.slice(from, sorted[i] ?? bytes.length));
}

const corpus: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ["one request", encodeRequest(["SET", "key", "value"])],
  ["arguments of all 256 byte values", encodeRequest(["SET", allBytes, allBytes.slice().reverse()])],
  ["one argument for each byte value", encodeRequest([...allBytes].map((byte) => Uint8Array.of(byte)))],
  ["empty arguments", encodeRequest(["", "", "a", ""])],
  [
    "arguments that look like requests",
    encodeRequest(["*1\r\n$4\r\nPING\r\n", "\r\n", "$-1\r\n", "PING\r\n"]),
  ],
  [
    "a pipeline of both kinds, with empty requests between",
    Buffer.concat([
      encodeRequest(["GET", "a"]),
      Buffer.from("*0\r\n\r\n*-1\r\nPING\r\nECHO \"a \\x00\\r\\n\" 'b\\'c' d\n   \r\n"),
      encodeRequest(["GET", "\0"]),
      Buffer.from("  SET  a\t1 \r\n"),
      encodeRequest(Array.from({ length: 80 }, (_, i) => `${i}`)),
      Buffer.from("*1\r\n$4\r\nQUIT\r\n"),
    ]),
  ],
  [
    "a request that is given up in its third argument",
    Buffer.from("*3\r\n$1\r\na\r\n$1\r\nb\r\n:1\r\nc\r\n"),
  ],
  ["requests before unbalanced quotes", Buffer.from("PING\r\n*1\r\n$1\r\na\r\nECHO 'x\r\nPING\r\n")],
  ["requests before a length that is none", Buffer.from("PING\r\n*1\r\n$1\r\na\r\n*1\r\n$1x\r\na\r\n")],
];

test.each(corpus)("%s: cut at every byte, it gives what it gives whole", (_what, bytes) => {
  const whole = parseInPieces([bytes]);
  expect(whole.requests.length + whole.error.length).toBeGreaterThan(0);
  expect(parseInPieces(cut(bytes, [...bytes.keys()].slice(1)))).toEqual(whole);
  for (let at = 1; at < bytes.length; at++) expect(parseInPieces(cut(bytes, [at]))).toEqual(whole);
});

const argument = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ maxLength: 10 }).map((text) => Uint8Array.from(Buffer.from(text))),
  fc
    .constantFrom("", "\r\n", "$4\r\n", "*1\r\n", "\0", '"', "'")
    .map((text) => Uint8Array.from(Buffer.from(text))),
  fc.nat({ max: 30_000 }).map((length) => new Uint8Array(length).fill(120)),
);

test("random pipelines, cut at random, give their arguments back", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(argument, { minLength: 1, maxLength: 5 }), fc.boolean()), { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (requests, places) => {
        const bytes = Buffer.concat(
          requests.map(([args, isInline]) => (isInline ? inline(args) : encodeRequest(args))),
        );
        const wanted = requests.map(([args]) => args.map((arg) => Buffer.from(arg).toString("latin1")));
        const cuts = bytes.length === 0 ? [] : places.map((place) => place % bytes.length);
        expect(parseInPieces(cut(bytes, cuts))).toEqual({ requests: wanted, error: "" });
      },
    ),
    { numRuns: 300 },
  );
});

test("random bytes are parsed alike whole and in pieces, and never throw", () => {
  const soup = fc.array(
    fc.constantFrom(
      "*",
      "$",
      "1",
      "2",
      "-",
      "\r",
      "\n",
      "\r\n",
      "a",
      " ",
      '"',
      "'",
      "\\",
      "\0",
      "*1\r\n$1\r\na\r\n",
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(soup, fc.array(fc.nat(), { maxLength: 8 }), (parts, places) => {
      const bytes = Buffer.from(parts.join(""), "latin1");
      const cuts = bytes.length === 0 ? [] : places.map((place) => place % bytes.length);
      expect(parseInPieces(cut(bytes, cuts))).toEqual(parseInPieces([bytes]));
    }),
    { numRuns: 2000 },
  );
});

// Hexadecimal for all of it: what needs quoting is the splitter's business, not this test's.
function inline(args: readonly Uint8Array[]): Buffer {
  const words = args.map(
    (arg) => `"${[...arg].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`,
  );
  const line = `${words.join(" ")}\r\n`;
  return line.length < LINE_BYTES_MAX ? Buffer.from(line) : Buffer.from(encodeRequest(args));
}

test("a line is refused when it is longer than 64 KiB, wherever it is cut", () => {
  for (const [start, error] of [
    ["", "too big inline request"],
    ["*", "too big mbulk count string"],
    ["*1\r\n$", "too big bulk count string"],
  ] as const) {
    const bytes = Buffer.from(`${start}${"1".repeat(LINE_BYTES_MAX + 10)}\r\n`);
    for (const places of [[], [1000], [LINE_BYTES_MAX - 1], [LINE_BYTES_MAX], [LINE_BYTES_MAX + 2]]) {
      expect([places, parseInPieces(cut(bytes, places)).error]).toEqual([
        places,
        `ERR Protocol error: ${error}`,
      ]);
    }
  }
});

test("a line just below 64 KiB is accepted, wherever it is cut", () => {
  const bytes = Buffer.from(`ECHO ${"x".repeat(LINE_BYTES_MAX - 8)}\r\n`);
  for (const places of [[], [1], [30_000, 60_000], [LINE_BYTES_MAX - 2]]) {
    expect(parseInPieces(cut(bytes, places)).requests[0]?.[1]?.length).toBe(LINE_BYTES_MAX - 8);
  }
});

test("before a client has authenticated it may send ten arguments of 16 KiB, and no more", () => {
  const locked = { ...open, isAuthenticated: false };
  const ask = (args: readonly string[]): Outcome => parseInPieces([encodeRequest(args)], locked);
  expect(ask(Array.from({ length: 10 }, () => "a")).requests.length).toBe(1);
  expect(ask(Array.from({ length: 11 }, () => "a")).error).toBe(
    "ERR Protocol error: unauthenticated multibulk length",
  );
  expect(ask(["x".repeat(16_384)]).requests.length).toBe(1);
  expect(ask(["x".repeat(16_385)]).error).toBe("ERR Protocol error: unauthenticated bulk length");
});

test("a bulk longer than proto-max-bulk-len is refused by its length, before its bytes come", () => {
  const limits = { ...open, bulkBytesMax: 1000 };
  expect(parseInPieces([Buffer.from("*1\r\n$1001\r\n")], limits).error).toBe(
    "ERR Protocol error: invalid bulk length",
  );
  expect(parseInPieces([Buffer.from("*1\r\n$1000\r\n")], limits)).toEqual({ requests: [], error: "" });
});

test("a parser says how many bytes the bulk under way still needs", () => {
  const parser = new RequestParser(new Args(new Uint8Array(0)));
  const bytes = Buffer.from("*2\r\n$3\r\nGET\r\n$1000\r\nab");
  expect(parser.wantedBytes).toBe(0);
  expect(parser.parse(bytes, 0, bytes.length, open)).toBe(INCOMPLETE);
  expect(parser.next).toBe(bytes.length - 2);
  expect(parser.wantedBytes).toBe(1002);
});

test("a parser that was split off goes on where it stood, and leaves the first one free for others", () => {
  const shared = new RequestParser(new Args(new Uint8Array(0)));
  const first = Buffer.from("*2\r\n$3\r\nGET\r\n$5\r\nab");
  expect(shared.parse(first, 0, first.length, open)).toBe(INCOMPLETE);
  const own = shared.split();
  const other = encodeRequest(["PING", "x"]);
  expect(shared.isIdle).toBe(true);
  expect(shared.parse(other, 0, other.length, open)).toBe(COMPLETE);
  expect(textsOf(shared.args)).toEqual(["PING", "x"]);
  const rest = Buffer.concat([first, Buffer.from("cde\r\n")]);
  expect(own.parse(rest, own.next, rest.length, open)).toBe(COMPLETE);
  expect(textsOf(own.args)).toEqual(["GET", "abcde"]);
});

test("a request given up leaves nothing behind for the next one", () => {
  const parser = new RequestParser(new Args(new Uint8Array(0)));
  const bytes = Buffer.from("*3\r\n$1\r\na\r\n");
  parser.parse(bytes, 0, bytes.length, open);
  parser.reset();
  const next = encodeRequest(["PING"]);
  expect(parser.parse(next, 0, next.length, open)).toBe(COMPLETE);
  expect(textsOf(parser.args)).toEqual(["PING"]);
});
