import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasStockRedis, StockRedis } from "../testing/stock-server.ts";
import { globMatch, starsMax } from "./glob.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const matches = (pattern: string, text: string, caseless = false): boolean =>
  globMatch(bytes(pattern), 0, pattern.length, bytes(text), 0, text.length, caseless);

// Few distinct bytes, so that classes, ranges and stars meet; high bytes, since ranges are signed.
const patternByte = fc.constantFrom(..."*?[]^-\\aAbzZ\x00\x7f\x80\xfe\xff*[]");
const textByte = fc.constantFrom(..."aAbBzZ-]^[\\*?\x00\x7f\x80\xfe\xff_");
const aPattern = fc.string({ unit: patternByte, maxLength: 9 });
const aText = fc.string({ unit: textByte, maxLength: 5 });

type Element =
  | { readonly kind: "star" }
  | { readonly kind: "one"; readonly accepts: (byte: number) => boolean };

// A naive matcher: the pattern is cut into elements first, then every way to share out the text is tried.
function naive(pattern: string, text: string, caseless: boolean): boolean {
  if (text === "") return pattern === "";
  const elements = cut(pattern, caseless);
  const from = (e: number, t: number): boolean => {
    const element = elements[e];
    if (element === undefined) return t === text.length;
    if (element.kind === "star") return from(e + 1, t) || (t < text.length && from(e, t + 1));
    return t < text.length && element.accepts(text.charCodeAt(t)) && from(e + 1, t + 1);
  };
  return from(0, 0);
}

function cut(pattern: string, caseless: boolean): Element[] {
  const elements: Element[] = [];
  const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);
  const literal = (char: string) => (byte: number) =>
    caseless ? lower(byte) === lower(char.charCodeAt(0)) : byte === char.charCodeAt(0);
  const signed = (byte: number): number => (byte > 127 ? byte - 256 : byte);
  const folded = (n: number): number => (!caseless ? n : n < -1 ? n + 256 : lower(n));
  let rest = pattern;
  while (rest !== "") {
    const head = rest.charAt(0);
    rest = rest.slice(1);
    if (head === "*") elements.push({ kind: "star" });
    else if (head === "?") elements.push({ kind: "one", accepts: () => true });
    else if (head === "[") {
      const members: ((byte: number) => boolean)[] = [];
      const isNegated = rest.startsWith("^");
      if (isNegated) rest = rest.slice(1);
      while (rest !== "" && !rest.startsWith("]")) {
        if (rest.startsWith("\\") && rest.length >= 2) {
          const exact = rest.charCodeAt(1);
          members.push((byte) => byte === exact);
          rest = rest.slice(2);
        } else if (rest.length >= 3 && rest[1] === "-") {
          const ends = [signed(rest.charCodeAt(0)), signed(rest.charCodeAt(2))].sort((a, b) => a - b);
          const [low = 0, high = 0] = ends.map(folded);
          members.push((byte) => folded(signed(byte)) >= low && folded(signed(byte)) <= high);
          rest = rest.slice(3);
        } else {
          members.push(literal(rest.charAt(0)));
          rest = rest.slice(1);
        }
      }
      rest = rest.slice(1);
      elements.push({ kind: "one", accepts: (byte) => members.some((m) => m(byte)) !== isNegated });
    } else if (head === "\\" && rest !== "") {
      elements.push({ kind: "one", accepts: literal(rest.charAt(0)) });
      rest = rest.slice(1);
    } else elements.push({ kind: "one", accepts: literal(head) });
  }
  return elements;
}

test("plain bytes, stars, question marks and classes mean what they say", () => {
  expect(matches("h?llo", "hello")).toBe(true);
  expect(matches("h*llo", "hllo")).toBe(true);
  expect(matches("h[ae]llo", "hillo")).toBe(false);
  expect(matches("h[^e]llo", "hello")).toBe(false);
  expect(matches("h[a-b]llo", "hbllo")).toBe(true);
  expect(matches("user:*:name", "user:1:2:name")).toBe(true);
  expect(matches("*a*b", "xaxbxa")).toBe(false);
  expect(matches("H[A-C]\\*", "hb*", true)).toBe(true);
});

test("odd classes keep Redis's meaning", () => {
  expect(matches("[abc", "b")).toBe(true); // No end.
  expect(matches("[", "[")).toBe(false);
  expect(matches("[^", "x")).toBe(true);
  expect(matches("[z-a]", "m")).toBe(true); // Reversed.
  expect(matches("[a-]", "^")).toBe(true); // From "]" to "a", in a class without end.
  expect(matches("[\xff-a]", "\x00")).toBe(true); // Signed.
  expect(matches("[\\a]", "A", true)).toBe(false); // An escape in a class keeps its case.
  expect(matches("a\\", "a\\")).toBe(true); // A last backslash stands for itself.
});

test("an empty text is matched by the empty pattern only", () => {
  expect(["", "*", "**", "?"].map((pattern) => matches(pattern, ""))).toEqual([true, false, false, false]);
});

test("the matcher agrees with a naive one on every pattern and text", () => {
  fc.assert(
    fc.property(aPattern, aText, fc.boolean(), fc.nat({ max: 3 }), (pattern, text, caseless, before) => {
      const around = "*".repeat(before);
      const p = bytes(`${around}${pattern}]*`);
      const t = bytes(`${around}${text}a`);
      const pEnd = before + pattern.length;
      const found = globMatch(p, before, pEnd, t, before, before + text.length, caseless);
      expect(found).toBe(naive(pattern, text, caseless));
    }),
    { numRuns: 50_000 },
  );
});

test("a pattern of many stars is answered in few steps", () => {
  // Trying every split would take longer than the universe has lasted; this takes about 10^6 comparisons.
  const text = "a".repeat(20_000);
  expect(matches(`${"a*".repeat(500)}b`, text)).toBe(false);
  expect(matches(`${"*a".repeat(500)}`, text)).toBe(true);
});

test("a match that passes more than starsMax stars is given up", () => {
  const text = "a".repeat(starsMax + 10);
  expect(matches(`${"*a".repeat(starsMax)}`, text)).toBe(true);
  expect(matches(`${"*a".repeat(starsMax)}*`, text)).toBe(true);
  expect(matches(`${"*a".repeat(starsMax + 1)}`, text)).toBe(false);
});

describe.skipIf(!hasStockRedis())("against a stock Redis", () => {
  let stock: StockRedis;
  beforeAll(async () => {
    stock = await StockRedis.start();
  });
  afterAll(() => stock.stop());

  const stockMatches = async (pattern: string, text: string): Promise<boolean> => {
    void stock.call("FLUSHALL");
    void stock.call("SET", bytes(text), "");
    const reply = await stock.call("KEYS", bytes(pattern));
    return reply.kind === "list" && reply.items.length === 1;
  };

  test("KEYS matches the same keys", async () => {
    const pairs = fc.sample(fc.tuple(aPattern, aText), { numRuns: 15_000, seed: 5 });
    const answers = await Promise.all(pairs.map(([pattern, text]) => stockMatches(pattern, text)));
    for (const [i, [pattern, text]] of pairs.entries()) {
      // "*" alone never reaches Redis's matcher in KEYS: it lists every key, the empty one too.
      if (pattern === "*") continue;
      expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, answers[i]]);
    }
    expect(answers.filter(Boolean).length).toBeGreaterThan(300);
  });

  test("the guard against many stars stands at the same count", async () => {
    const text = "a".repeat(starsMax + 10);
    for (const stars of [starsMax - 1, starsMax, starsMax + 1]) {
      for (const tail of ["", "*", "b"]) {
        const pattern = `${"*a".repeat(stars)}${tail}`;
        expect([stars, tail, matches(pattern, text)]).toEqual([
          stars,
          tail,
          await stockMatches(pattern, text),
        ]);
      }
    }
  });

  test("CONFIG GET folds case in the same way", async () => {
    const name = "port";
    const unit = fc.constantFrom(..."*?[]^-\\pPoOrRtTaZ");
    // Names without "*", "?" or "[" are looked up rather than matched.
    const patterns = fc
      .sample(fc.string({ unit, minLength: 1, maxLength: 9 }), { numRuns: 4000, seed: 9 })
      .filter((pattern) => /[*?[]/.test(pattern));
    for (const extra of ["[O-Q]O*", "p[\\O]rt", "p[n-P]rt", "P?RT", "p[^O]rt"]) patterns.push(extra);
    const replies = await Promise.all(patterns.map((pattern) => stock.call("CONFIG", "GET", pattern)));
    for (const [i, pattern] of patterns.entries()) {
      const reply = replies[i];
      const names =
        reply?.kind === "list" ? reply.items.map((x) => (x.kind === "bulk" ? x.bytes.toString() : "")) : [];
      const isListed = names.some((found, at) => at % 2 === 0 && found === name);
      expect([pattern, matches(pattern, name, true)]).toEqual([pattern, isListed]);
    }
  });
});
