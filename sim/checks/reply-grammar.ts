// Reply grammar: what a RESP2 or RESP3 reply may look like, byte by byte, and the tree of one.
//
// Role: the judges' own reading of replies, written from the protocol's specification. It shares nothing with the
// server's writer, with the oracle's parser or with the clients' framer, so that no two of them can agree on one
// mistake. `skip` builds nothing; `tree` builds values and is for checks that look inside.
// Invariants: texts are Latin-1; a reply that is accepted stands for exactly one value of its protocol version.

/** A parsed reply. `text` is a leaf's payload; null has mark "_" whichever way it was spelt. */
export type ReplyTree = {
  readonly mark: string;
  readonly text: string;
  readonly items: readonly ReplyTree[];
};

const DEPTH_MAX = 128; // Redis nests no deeper than a script's table; COMMAND DOCS takes about 12.
const CR = 13;
const LF = 10;

const nothing: readonly ReplyTree[] = [];

/** Reads replies off a text one after the other. After a fault it stays where it was. */
export class ReplyCursor {
  readonly text: string;
  readonly protocol: 2 | 3;
  /** Behind what was read. */
  at: number;
  /** What is wrong at `at`, once something is. */
  fault: string | undefined = undefined;

  constructor(text: string, protocol: 2 | 3, at = 0) {
    this.text = text;
    this.protocol = protocol;
    this.at = at;
  }

  /** Steps over one whole reply; false on a fault. */
  skip(): boolean {
    const start = this.at;
    const end = this.skipAt(start, 0);
    if (end < 0) return false;
    this.at = end;
    return true;
  }

  /** The next reply's tree; undefined on a fault. */
  tree(): ReplyTree | undefined {
    const start = this.at;
    if (!this.skip()) return undefined;
    return new TreeReader(this.text, start).read();
  }

  private skipAt(start: number, depth: number): number {
    const { text } = this;
    if (start >= text.length) return this.fail("the reply ends early");
    if (depth > DEPTH_MAX) return this.fail("nested too deep");
    const lineEnd = this.lineEnd(start + 1);
    if (lineEnd < 0) return -1;
    const mark = text[start] as string;
    switch (mark) {
      case "+":
      case "-":
        return lineEnd + 2;
      case ":":
        return isInteger(text, start + 1, lineEnd)
          ? lineEnd + 2
          : this.fail(`no integer: ${shown(text, start)}`);
      case "$":
        return this.skipBlob(start, lineEnd, true);
      case "*":
        return this.skipItems(start, lineEnd, 1, depth, true);
    }
    if (this.protocol === 2) return this.fail(`no RESP2 reply begins like ${shown(text, start)}`);
    switch (mark) {
      case "_":
        return lineEnd === start + 1
          ? lineEnd + 2
          : this.fail(`a null with a payload: ${shown(text, start)}`);
      case "#": {
        const isBoolean = lineEnd === start + 2 && "tf".includes(text[start + 1] as string);
        return isBoolean ? lineEnd + 2 : this.fail(`no boolean: ${shown(text, start)}`);
      }
      case ",":
        return isDouble(text.slice(start + 1, lineEnd))
          ? lineEnd + 2
          : this.fail(`no double: ${shown(text, start)}`);
      case "(":
        return isInteger(text, start + 1, lineEnd)
          ? lineEnd + 2
          : this.fail(`no big number: ${shown(text, start)}`);
      case "!":
        return this.skipBlob(start, lineEnd, false);
      case "=": {
        const end = this.skipBlob(start, lineEnd, false);
        const hasFormat = text[lineEnd + 5] === ":" && end - lineEnd >= 8;
        return end < 0 || hasFormat
          ? end
          : this.fail(`a verbatim string without format: ${shown(text, start)}`);
      }
      case "~":
      case ">":
        return this.skipItems(start, lineEnd, 1, depth, false);
      case "%":
        return this.skipItems(start, lineEnd, 2, depth, false);
      case "|": {
        // An attribute stands before the reply that it describes.
        const end = this.skipItems(start, lineEnd, 2, depth, false);
        return end < 0 ? end : this.skipAt(end, depth);
      }
      default:
        return this.fail(`no reply begins like ${shown(text, start)}`);
    }
  }

  // The end of the line that begins at `from`: where its CR LF stands. Neither may stand inside a line.
  private lineEnd(from: number): number {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LF) return this.fail(`a line feed inside a line: ${shown(text, from - 1)}`);
      if (code !== CR) continue;
      if (at + 1 === text.length) break;
      if (text.charCodeAt(at + 1) === LF) return at;
      return this.fail(`a carriage return inside a line: ${shown(text, from - 1)}`);
    }
    return this.fail("the reply ends early");
  }

  private skipBlob(start: number, lineEnd: number, hasNull: boolean): number {
    const { text } = this;
    const length = lengthOf(text, start + 1, lineEnd);
    if (length === -1 && hasNull) {
      return this.protocol === 2 ? lineEnd + 2 : this.fail("a null of RESP2 in RESP3");
    }
    if (length < 0) return this.fail(`no length: ${shown(text, start)}`);
    const end = lineEnd + 2 + length;
    if (end + 2 > text.length) return this.fail("the reply ends early");
    if (text.charCodeAt(end) !== CR || text.charCodeAt(end + 1) !== LF) {
      return this.fail(`a string of another length than it says: ${shown(text, start)}`);
    }
    return end + 2;
  }

  private skipItems(
    start: number,
    lineEnd: number,
    perItem: number,
    depth: number,
    hasNull: boolean,
  ): number {
    const count = lengthOf(this.text, start + 1, lineEnd);
    if (count === -1 && hasNull) {
      return this.protocol === 2 ? lineEnd + 2 : this.fail("a null of RESP2 in RESP3");
    }
    if (count < 0) return this.fail(`no count: ${shown(this.text, start)}`);
    let end = lineEnd + 2;
    for (let i = 0; i < count * perItem && end >= 0; i++) end = this.skipAt(end, depth + 1);
    return end;
  }

  private fail(fault: string): -1 {
    this.fault ??= fault;
    return -1;
  }
}

/** What is wrong with `text` as exactly one reply; undefined when nothing is. */
export function replyFault(text: string, protocol: 2 | 3): string | undefined {
  const cursor = new ReplyCursor(text, protocol);
  if (!cursor.skip()) return cursor.fault;
  return cursor.at === text.length ? undefined : `${text.length - cursor.at} bytes behind the reply`;
}

/** The tree of exactly one reply, or undefined when `text` is none. */
export function replyTree(text: string, protocol: 2 | 3): ReplyTree | undefined {
  const cursor = new ReplyCursor(text, protocol);
  const tree = cursor.tree();
  return cursor.at === text.length ? tree : undefined;
}

export function isErrorReply(text: string): boolean {
  return text.startsWith("-") || text.startsWith("!");
}

/** A null in any spelling. */
export function isNullReply(text: string): boolean {
  return text === "$-1\r\n" || text === "_\r\n" || text === "*-1\r\n";
}

/** The payload of an integer reply, else undefined. */
export function integerReply(text: string): number | undefined {
  return text.startsWith(":") ? Number(text.slice(1, -2)) : undefined;
}

/** The payload of a bulk string, or of a simple one; undefined for anything else. */
export function stringReply(text: string): string | undefined {
  if (text.startsWith("+")) return text.slice(1, -2);
  if (!text.startsWith("$") || text.startsWith("$-")) return undefined;
  return text.slice(text.indexOf("\r\n") + 2, -2);
}

/** Quoted for a violation's text, cut to a readable length. */
export function quoted(text: string, lengthMax = 120): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}...(${text.length} bytes)` : text;
  return JSON.stringify(cut);
}

// Reads what `ReplyCursor` has accepted, and so checks nothing.
class TreeReader {
  private readonly text: string;
  private at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  read(): ReplyTree {
    const { text } = this;
    const mark = text[this.at] as string;
    const lineEnd = text.indexOf("\r\n", this.at);
    const line = text.slice(this.at + 1, lineEnd);
    this.at = lineEnd + 2;
    if (mark === "_" || ("$*".includes(mark) && line === "-1"))
      return { mark: "_", text: "", items: nothing };
    if ("$=!".includes(mark)) {
      const from = this.at;
      this.at += Number(line) + 2;
      return { mark, text: text.slice(from, this.at - 2), items: nothing };
    }
    if (!"*~>%|".includes(mark)) return { mark, text: line, items: nothing };
    const count = Number(line) * ("%|".includes(mark) ? 2 : 1);
    const items: ReplyTree[] = [];
    for (let i = 0; i < count; i++) items.push(this.read());
    return mark === "|" ? this.read() : { mark, text: "", items };
  }
}

function isInteger(text: string, from: number, end: number): boolean {
  let at = from;
  if (text[at] === "-") at++;
  if (at === end) return false;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

// -1 is the null; -2 is no length at all.
function lengthOf(text: string, from: number, end: number): number {
  if (text.charCodeAt(from) === 45) return end === from + 2 && text[from + 1] === "1" ? -1 : -2;
  if (end === from || end - from > 10 || !isInteger(text, from, end)) return -2;
  let length = 0;
  for (let at = from; at < end; at++) length = length * 10 + text.charCodeAt(at) - 48;
  return length;
}

function isDouble(text: string): boolean {
  return text === "inf" || text === "-inf" || text === "nan" || /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
}

function shown(text: string, at: number): string {
  return quoted(text.slice(at, at + 40));
}
