// compare: a server's bytes against the expected reply.
//
// Role: the judge. A reply that allows one answer is compared as bytes; any other is parsed and matched piece by
// piece, and only then may `chosen` adopt the server's choice, exactly once.

import { encode } from "./encode.ts";
import { parse, parseAll } from "./parse.ts";
import type { Answer, Reply } from "./reply.ts";

/** Undefined when `actual` is a right answer, else one line that says what is wrong. */
export function matches(reply: Reply, actual: string, protocol: 2 | 3): string | undefined {
  const bytes = encode(reply, protocol);
  if (bytes !== undefined) {
    if (bytes === actual) return undefined;
    return `expected ${shown(bytes)}, got ${shown(actual)}`;
  }
  if (isSameBag(reply, actual, protocol)) return undefined;
  const answers = parseAll(actual);
  if (answers === undefined) return `not a reply: ${shown(actual)}`;
  if (reply.kind === "sequence") {
    if (answers.length !== reply.replies.length) {
      return `expected ${reply.replies.length} replies, got ${answers.length}: ${shown(actual)}`;
    }
    return firstDifference(reply.replies, answers, protocol, "reply");
  }
  const answer = answers[0];
  if (answer === undefined || answers.length > 1) {
    return `expected one reply, got ${answers.length}: ${shown(actual)}`;
  }
  return difference(reply, answer, protocol);
}

/** A stretch of bytes for people to read: line ends and what cannot be printed escaped, long ones cut. */
export function shown(text: string): string {
  const lengthMax = 200;
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}...(${text.length} bytes)` : text;
  const escaped = cut.replaceAll("\\", "\\\\").replaceAll("\r", "\\r").replaceAll("\n", "\\n");
  return escaped.replaceAll(/[^ -~]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** As `matches`, of an answer that was parsed; one that is no sequence. */
export function difference(reply: Reply, answer: Answer, protocol: 2 | 3): string | undefined {
  switch (reply.kind) {
    case "chosen":
      return reply.accepts(answer) ? undefined : wrong(reply.expected, answer);
    case "any":
      return isOfKind(reply.of, answer, protocol) ? undefined : wrong(`any ${reply.of}`, answer);
    case "between": {
      const isWithin = answer.kind === "integer" && answer.value >= reply.low && answer.value <= reply.high;
      return isWithin ? undefined : wrong(`an integer in ${reply.low}..${reply.high}`, answer);
    }
    case "array":
      return differenceOfItems(reply.items, answer, {
        kind: "array",
        isOrdered: reply.isUnordered !== true,
        protocol,
      });
    case "set":
      return differenceOfItems(reply.items, answer, {
        kind: protocol === 3 ? "set" : "array",
        isOrdered: false,
        protocol,
      });
    case "push":
      return differenceOfItems(reply.items, answer, {
        kind: protocol === 3 ? "push" : "array",
        isOrdered: true,
        protocol,
      });
    case "map":
      return differenceOfPairs(reply, answer, protocol);
    case "sequence":
      return wrong("a sequence inside a reply, which cannot be", answer);
    default: {
      const expected = encode(reply, protocol) ?? "";
      const parsed = parse(expected);
      return parsed !== undefined && isEqual(parsed.answer, answer)
        ? undefined
        : wrong(shown(expected), answer);
    }
  }
}

function firstDifference(
  replies: readonly Reply[],
  answers: readonly Answer[],
  protocol: 2 | 3,
  what: string,
): string | undefined {
  for (const [index, reply] of replies.entries()) {
    const answer = answers[index];
    const found = answer === undefined ? "missing" : difference(reply, answer, protocol);
    if (found !== undefined) return `${what} ${index}: ${found}`;
  }
  return undefined;
}

function differenceOfItems(
  items: readonly Reply[],
  answer: Answer,
  how: { readonly kind: "array" | "set" | "push"; readonly isOrdered: boolean; readonly protocol: 2 | 3 },
): string | undefined {
  if (answer.kind !== how.kind) return wrong(`${how.kind} of ${items.length}`, answer);
  if (answer.items.length !== items.length) return wrong(`${how.kind} of ${items.length}`, answer);
  if (how.isOrdered) return firstDifference(items, answer.items, how.protocol, "item");
  return differenceOfBags(
    items.map((item) => [item]),
    answer.items.map((item) => [item]),
    how.protocol,
  );
}

function differenceOfPairs(
  reply: Reply & { readonly kind: "map" },
  answer: Answer,
  protocol: 2 | 3,
): string | undefined {
  const kind = protocol === 3 ? "map" : "array";
  const count = reply.pairs.length;
  if (answer.kind !== kind || answer.items.length !== count * 2) {
    return wrong(`${kind} of ${count} pairs`, answer);
  }
  if (reply.isUnordered !== true) return firstDifference(reply.pairs.flat(), answer.items, protocol, "item");
  const pairs: Answer[][] = [];
  for (let i = 0; i < answer.items.length; i += 2) pairs.push(answer.items.slice(i, i + 2));
  return differenceOfBags(reply.pairs, pairs, protocol);
}

// The usual case of what has no order, without a value for each piece: each row allows one answer, and the rows of the
// reply are these byte for byte. False says nothing yet.
function isSameBag(reply: Reply, actual: string, protocol: 2 | 3): boolean {
  let rows: readonly (readonly Reply[])[];
  let head: string;
  if (reply.kind === "map") {
    rows = reply.pairs;
    head = protocol === 3 ? `%${rows.length}\r\n` : `*${rows.length * 2}\r\n`;
  } else if (reply.kind === "array" || reply.kind === "set") {
    rows = reply.items.map((item) => [item]);
    head = `${reply.kind === "set" && protocol === 3 ? "~" : "*"}${rows.length}\r\n`;
  } else return false;
  if (!actual.startsWith(head)) return false;
  const missing = new Map<string, number>();
  for (const row of rows) {
    let text = "";
    for (const item of row) {
      const encoded = encode(item, protocol);
      if (encoded === undefined) return false;
      text += encoded;
    }
    missing.set(text, (missing.get(text) ?? 0) + 1);
  }
  let at = head.length;
  for (const row of rows) {
    const from = at;
    for (let i = 0; i < row.length; i++) {
      at = pieceEnd(actual, at);
      if (at < 0) return false;
    }
    const text = actual.slice(from, at);
    const count = missing.get(text) ?? 0;
    if (count === 0) return false;
    missing.set(text, count - 1);
  }
  return at === actual.length;
}

// Where the answer that begins at `at` ends; -1 when there is none.
function pieceEnd(text: string, at: number): number {
  if (text[at] !== "$" || text[at + 1] === "-") return parse(text, at)?.end ?? -1;
  const lineEnd = text.indexOf("\r\n", at);
  const end = lineEnd + 4 + Number(text.slice(at + 1, lineEnd));
  return lineEnd > 0 && end <= text.length ? end : -1;
}

// Multisets of rows (one item, or a pair). Rows that allow one answer are paired off by their bytes first, so
// that those left over may be tried one against the other.
function differenceOfBags(
  rows: readonly (readonly Reply[])[],
  answers: readonly (readonly Answer[])[],
  protocol: 2 | 3,
): string | undefined {
  const open = new Map<string, (readonly Answer[])[]>();
  for (const answer of answers) {
    const text = JSON.stringify(answer, plain);
    const same = open.get(text);
    if (same === undefined) open.set(text, [answer]);
    else same.push(answer);
  }
  const loose: (readonly Reply[])[] = [];
  for (const row of rows) {
    const bytes = row.map((item) => encode(item, protocol));
    if (bytes.includes(undefined)) {
      loose.push(row);
      continue;
    }
    const text = JSON.stringify(
      bytes.map((item) => parse(item ?? "")?.answer),
      plain,
    );
    const same = open.get(text);
    if (same === undefined || same.length === 0) return `missing ${shown(bytes.join(" "))}`;
    same.pop();
  }
  const left = [...open.values()].flat();
  for (const row of loose) {
    const index = left.findIndex((answer) => firstDifference(row, answer, protocol, "item") === undefined);
    if (index < 0)
      return `missing ${describe(row)} among ${shown(left.flat().map(describeAnswer).join(" "))}`;
    left.splice(index, 1);
  }
  return undefined;
}

function describe(row: readonly Reply[]): string {
  return row.map((item) => encode(item, 2) ?? item.kind).join(" ");
}

function isOfKind(of: (Reply & { kind: "any" })["of"], answer: Answer, protocol: 2 | 3): boolean {
  switch (of) {
    case "anything":
      return answer.kind !== "error";
    case "map":
      return protocol === 3
        ? answer.kind === "map"
        : answer.kind === "array" && answer.items.length % 2 === 0;
    case "double":
      return answer.kind === (protocol === 3 ? "double" : "bulk");
    case "bulk":
      return answer.kind === "bulk" || (protocol === 3 && answer.kind === "verbatim");
    default:
      return answer.kind === of;
  }
}

function isEqual(a: Answer, b: Answer): boolean {
  switch (a.kind) {
    case "null":
    case "null-array":
      return b.kind === a.kind;
    case "integer":
    case "boolean":
      return b.kind === a.kind && b.value === a.value;
    case "array":
    case "set":
    case "push":
    case "map":
      return (
        b.kind === a.kind &&
        b.items.length === a.items.length &&
        a.items.every((item, i) => isEqual(item, b.items[i] as Answer))
      );
    default:
      return b.kind === a.kind && b.text === a.text;
  }
}

// BigInt is not JSON's; its kind stands beside it, so its digits are enough.
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}` : value;
}

function wrong(expected: string, answer: Answer): string {
  return `expected ${expected}, got ${shown(describeAnswer(answer))}`;
}

function describeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "integer":
    case "boolean":
      return `${answer.kind} ${answer.value}`;
    case "null":
    case "null-array":
      return answer.kind;
    case "array":
    case "set":
    case "push":
    case "map":
      return `${answer.kind} of ${answer.items.length} [${answer.items.slice(0, 20).map(describeAnswer).join(", ")}]`;
    default:
      return `${answer.kind} "${answer.text}"`;
  }
}
