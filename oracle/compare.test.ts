import fc from "fast-check";
import { expect, test } from "vitest";
import { matches } from "./compare.ts";
import { encode, endOf } from "./encode.ts";
import { parse } from "./parse.ts";
import {
  array,
  between,
  bulk,
  chosen,
  error,
  integer,
  map,
  nil,
  nilArray,
  nothing,
  ofKind,
  ok,
  type Reply,
  simple,
  unordered,
} from "./reply.ts";

const protocols = [2, 3] as const;

// Replies that allow one answer.
const { exact } = fc.letrec<{ exact: Reply; leaf: Reply; items: Reply[] }>((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 5 }).map(bulk),
    fc.stringMatching(/^[ -~]{0,5}$/).map(simple),
    fc.stringMatching(/^ERR [ -~]{0,5}$/).map(error),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(integer),
    fc.constantFrom(nil, nilArray),
    fc.boolean().map((value): Reply => ({ kind: "boolean", value })),
    fc
      .constantFrom("0", "1.5", "-3", "inf", "-inf", "1e+20")
      .map((text): Reply => ({ kind: "double", text })),
    fc.string({ maxLength: 5 }).map((text): Reply => ({ kind: "verbatim", format: "txt", text })),
  ),
  items: fc.array(tie("exact"), { maxLength: 4 }),
  exact: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    tie("items").map(array),
    tie("items").map((items): Reply => ({ kind: "push", items })),
    tie("items").map((items) => map(items.map((item) => [bulk("k"), item]))),
  ),
}));

const protocol = fc.constantFrom(...protocols);

test("a reply that allows one answer matches its own bytes, and no others", () => {
  fc.assert(
    fc.property(exact, exact, protocol, (reply, other, version) => {
      const bytes = encode(reply, version) as string;
      expect(matches(reply, bytes, version)).toBeUndefined();
      const otherBytes = encode(other, version) as string;
      if (otherBytes !== bytes) expect(matches(reply, otherBytes, version)).toContain("expected");
    }),
  );
});

test("what is encoded parses to its end", () => {
  fc.assert(
    fc.property(exact, protocol, (reply, version) => {
      const bytes = encode(reply, version) as string;
      expect(parse(bytes)?.end).toBe(bytes.length);
    }),
  );
});

test("the same items in any order match an unordered reply, a missing or changed one does not", () => {
  fc.assert(
    fc.property(fc.array(exact, { minLength: 2, maxLength: 5 }), exact, protocol, (items, other, version) => {
      const shuffled = encode(array(items.toReversed()), version) as string;
      expect(matches(unordered(items), shuffled, version)).toBeUndefined();
      expect(
        matches({ kind: "set", items }, shuffled.replace("*", version === 3 ? "~" : "*"), version),
      ).toBeUndefined();
      const shorter = encode(array(items.slice(1)), version) as string;
      expect(matches(unordered(items), shorter, version)).toContain("expected array");
      const changed = encode(array([other, ...items.slice(1)]), version) as string;
      if (encode(other, version) !== encode(items[0] as Reply, version)) {
        expect(matches(unordered(items), changed, version)).toContain("missing");
      }
    }),
  );
});

test("an item that allows many answers is matched among the unordered rest", () => {
  const reply = unordered([between(5, 9), integer(7), bulk("x")]);
  expect(matches(reply, "*3\r\n:7\r\n$1\r\nx\r\n:5\r\n", 2)).toBeUndefined();
  expect(matches(reply, "*3\r\n:7\r\n$1\r\nx\r\n:4\r\n", 2)).toContain("missing between");
});

test("pairs in any order match an unordered map, a swapped value does not", () => {
  const reply: Reply = {
    kind: "map",
    isUnordered: true,
    pairs: [
      [bulk("a"), integer(1)],
      [bulk("b"), between(2, 3)],
    ],
  };
  expect(matches(reply, "*4\r\n$1\r\nb\r\n:3\r\n$1\r\na\r\n:1\r\n", 2)).toBeUndefined();
  expect(matches(reply, "%2\r\n$1\r\nb\r\n:3\r\n$1\r\na\r\n:1\r\n", 3)).toBeUndefined();
  expect(matches(reply, "*4\r\n$1\r\nb\r\n:1\r\n$1\r\na\r\n:3\r\n", 2)).toContain("missing");
  expect(matches(reply, "*4\r\n$1\r\nb\r\n:3\r\n$1\r\na\r\n:1\r\n", 3)).toContain("expected map");
});

test("an integer matches a range that holds it", () => {
  expect(matches(between(3, 5), ":3\r\n", 2)).toBeUndefined();
  expect(matches(between(3, 5), ":5\r\n", 2)).toBeUndefined();
  expect(matches(between(3, 5), ":2\r\n", 2)).toBe("expected an integer in 3..5, got integer 2");
  expect(matches(between(3, 5), ":6\r\n", 2)).toBe("expected an integer in 3..5, got integer 6");
  expect(matches(between(3, 5), "$1\r\n4\r\n", 2)).toBe('expected an integer in 3..5, got bulk "4"');
});

test("a choice is offered the answer once", () => {
  const offered: string[] = [];
  const reply = array([
    ok,
    chosen("a word", (answer) => {
      offered.push(answer.kind);
      return answer.kind === "bulk";
    }),
  ]);
  expect(matches(reply, "*2\r\n+OK\r\n$1\r\nx\r\n", 2)).toBeUndefined();
  expect(offered).toEqual(["bulk"]);
  expect(matches(reply, "*2\r\n+OK\r\n:1\r\n", 2)).toBe("item 1: expected a word, got integer 1");
});

test("a choice is not offered an answer whose other parts are wrong", () => {
  const offered: string[] = [];
  const choice = chosen("a word", (answer) => {
    offered.push(answer.kind);
    return true;
  });
  expect(matches(array([ok, choice]), "*2\r\n+NO\r\n$1\r\nx\r\n", 2)).toContain("item 0");
  expect(matches(array([ok, choice]), "*2\r\n+OK\r\n$2\r\nx\r\n", 2)).toContain("not a reply");
  expect(offered).toEqual([]);
});

test("of a kind: any value of it, and nothing else", () => {
  expect(matches(ofKind("integer"), ":9\r\n", 2)).toBeUndefined();
  expect(matches(ofKind("integer"), "+9\r\n", 2)).toContain("any integer");
  expect(matches(ofKind("map"), "*2\r\n:1\r\n:2\r\n", 2)).toBeUndefined();
  expect(matches(ofKind("map"), "*1\r\n:1\r\n", 2)).toContain("any map");
  expect(matches(ofKind("map"), "*2\r\n:1\r\n:2\r\n", 3)).toContain("any map");
  expect(matches(ofKind("bulk"), "=5\r\ntxt:a\r\n", 3)).toBeUndefined();
  expect(matches(ofKind("double"), ",1.5\r\n", 3)).toBeUndefined();
  expect(matches(ofKind("double"), "$3\r\n1.5\r\n", 2)).toBeUndefined();
  expect(matches(ofKind("anything"), "+x\r\n", 2)).toBeUndefined();
  expect(matches(ofKind("anything"), "-ERR x\r\n", 2)).toContain("any anything");
});

test("several replies match the same number of answers", () => {
  const reply: Reply = { kind: "sequence", replies: [ok, between(1, 2)] };
  expect(matches(reply, "+OK\r\n:2\r\n", 2)).toBeUndefined();
  expect(matches(reply, "+OK\r\n", 2)).toBe("expected 2 replies, got 1: +OK\\r\\n");
  expect(matches(reply, "+OK\r\n:3\r\n", 2)).toContain("reply 1");
  expect(matches(nothing, "", 2)).toBeUndefined();
  expect(matches(nothing, "+OK\r\n", 2)).toBe("expected , got +OK\\r\\n");
});

test("null and null array differ in RESP2 only", () => {
  expect(matches(array([between(0, 1), nil]), "*2\r\n:1\r\n*-1\r\n", 2)).toContain("item 1");
  expect(matches(array([between(0, 1), nilArray]), "*2\r\n:1\r\n$-1\r\n", 2)).toContain("item 1");
  expect(matches(array([between(0, 1), nilArray]), "*2\r\n:1\r\n_\r\n", 3)).toBeUndefined();
});

test("bytes that are no reply are told as such", () => {
  for (const bytes of [
    "",
    "+OK",
    ":01\r\n",
    ":x\r\n",
    "$1\r\nab\r\n",
    "$-2\r\n",
    "*1\r\n",
    "#x\r\n",
    "?\r\n",
    ",\r\n",
  ]) {
    expect(matches(between(0, 1), bytes, 3)).toMatch(/^(not a reply|expected one reply)/);
  }
});

test("what has no order is compared with how often each piece comes", () => {
  const bag = unordered(["a", "b", "b", "\r\n$1"].map(bulk));
  const text = (...words: readonly string[]): string =>
    `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
  for (const protocol of protocols) {
    expect(matches(bag, text("b", "\r\n$1", "a", "b"), protocol)).toBe(undefined);
    for (const wrong of [
      text("a", "a", "b", "\r\n$1"),
      text("a", "b", "\r\n$1"),
      text("a", "b", "b", "b", "\r\n$1"),
      `${text("a", "b", "b", "\r\n$1")}+OK\r\n`,
      text("a", "b", "b", "\r\n$1").slice(0, -2),
      text("a", "b", "b", "\r\n$1").replace("$1\r\na", ":1"),
    ])
      expect(matches(bag, wrong, protocol)).not.toBe(undefined);
  }
});

test("pairs without an order stay pairs", () => {
  const pairs = ["a", "b"].map((key, i) => [bulk(key), integer(i)] as const);
  const reply: Reply = { kind: "map", pairs, isUnordered: true };
  expect(matches(reply, "*4\r\n$1\r\nb\r\n:1\r\n$1\r\na\r\n:0\r\n", 2)).toBe(undefined);
  expect(matches(reply, "%2\r\n$1\r\nb\r\n:1\r\n$1\r\na\r\n:0\r\n", 3)).toBe(undefined);
  expect(matches(reply, "*4\r\n$1\r\nb\r\n:0\r\n$1\r\na\r\n:1\r\n", 2)).not.toBe(undefined);
  expect(matches(reply, "*4\r\n:1\r\n$1\r\nb\r\n$1\r\na\r\n:0\r\n", 2)).not.toBe(undefined);
});

test("where a reply ends in a text is where its bytes end, and in another text it does not stand", () => {
  fc.assert(
    fc.property(
      exact,
      fc.constantFrom(...protocols),
      fc.string({ maxLength: 5 }),
      fc.nat(),
      (reply, protocol, rest, at) => {
        const bytes = encode(reply, protocol) ?? "";
        const text = rest + bytes + rest;
        expect(endOf(reply, text, rest.length, protocol)).toBe(rest.length + bytes.length);
        if (bytes === "") return;
        const broken = at % bytes.length;
        const other = `${bytes.slice(0, broken)}\x01${bytes.slice(broken + 1)}`;
        if (other !== bytes) expect(endOf(reply, other, 0, protocol)).toBe(-1);
        expect(endOf(reply, bytes.slice(0, -1), 0, protocol)).toBe(-1);
      },
    ),
  );
});
