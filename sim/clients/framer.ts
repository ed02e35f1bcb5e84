// Framer: cuts a stream of bytes into whole replies, and says where it is no stream of replies.
//
// Role: the clients' own reading of RESP2 and RESP3, written from the protocol's description and sharing nothing
// with src/resp, so that a mistake there cannot hide here. Texts are Latin-1: one character is one byte.
// Invariants:
//   - Replies come out exactly as they came in, in order, however the bytes were cut.
//   - A byte is looked at a bounded number of times: a long bulk that comes byte by byte is only counted.
//   - After the first offence nothing more comes out.

const LINE_TYPES = "+-:_#,(";
const BULK_TYPES = "$=!";
const AGGREGATE_TYPES = "*%~>|";

/** Nested deeper than any command answers. */
const DEPTH_MAX = 32;

export class Framer {
  /** What is wrong with the stream, once something is. */
  offence: string | undefined;
  /** The part of the present reply that was looked at; `rest` follows it. */
  private done = "";
  private rest = "";
  /** Bytes of a bulk that are still to come, its CRLF included; 0 when a type byte is next. */
  private bulkLeft = 0;
  /** Elements that are still to come, for each open aggregate. */
  private readonly open: number[] = [];
  private readonly deliver: (reply: string) => void;

  constructor(deliver: (reply: string) => void) {
    this.deliver = deliver;
  }

  /** Whether a reply has begun and not ended. */
  get isAmidReply(): boolean {
    return this.done !== "" || this.rest !== "";
  }

  push(text: string): void {
    if (this.offence !== undefined) return;
    this.rest = this.rest === "" ? text : this.rest + text;
    let at = 0;
    while (this.offence === undefined) {
      const after = this.step(at);
      if (after < 0) break;
      at = after;
      if (this.bulkLeft > 0 || this.open.length > 0) continue;
      const reply = this.done + this.rest.slice(0, at);
      this.done = "";
      this.rest = this.rest.slice(at);
      at = 0;
      this.deliver(reply);
    }
    this.done += this.rest.slice(0, at);
    this.rest = this.rest.slice(at);
  }

  // Looks at one line or at a bulk's bytes from `at` on; where it ended, or -1 when more bytes are needed.
  private step(at: number): number {
    if (this.bulkLeft > 0) return this.stepBulk(at);
    const rest = this.rest;
    if (at >= rest.length) return -1;
    const type = rest[at] as string;
    const isLine = LINE_TYPES.includes(type);
    if (!isLine && !BULK_TYPES.includes(type) && !AGGREGATE_TYPES.includes(type))
      return this.fail(`no reply begins with ${JSON.stringify(rest.slice(at, at + 40))}`);
    const end = rest.indexOf("\r\n", at + 1);
    if (end < 0) return -1;
    const after = end + 2;
    if (isLine) {
      const lone = rest.slice(at, end).search(/[\r\n]/);
      if (lone >= 0)
        return this.fail(`a line holds a lone CR or LF: ${JSON.stringify(rest.slice(at, after))}`);
      this.closeElement();
      return after;
    }
    const count = countOf(rest, at + 1, end);
    if (count === undefined)
      return this.fail(`${JSON.stringify(rest.slice(at, after).slice(0, 40))} has no right length`);
    if (BULK_TYPES.includes(type)) {
      if (count < 0) this.closeElement();
      else this.bulkLeft = count + 2;
      return after;
    }
    // Attributes come before the value they are about, and count as part of it.
    const elements = type === "%" ? 2 * count : type === "|" ? 2 * count + 1 : count;
    if (elements <= 0) this.closeElement();
    else if (this.open.length >= DEPTH_MAX) return this.fail("aggregates nest too deep");
    else this.open.push(elements);
    return after;
  }

  private stepBulk(at: number): number {
    const here = this.rest.length - at;
    if (here >= this.bulkLeft) {
      const after = at + this.bulkLeft;
      // Of a CRLF that was cut, the CR is in what was looked at before.
      const isClosed = this.charAt(after - 1) === "\n" && this.charAt(after - 2) === "\r";
      this.bulkLeft = 0;
      if (!isClosed) return this.fail("a bulk is not closed by CRLF");
      this.closeElement();
      return after;
    }
    if (here === 0) return -1;
    // All of it belongs to the bulk: set aside, so that it is not copied again for each further piece.
    this.bulkLeft -= here;
    this.done += this.rest;
    this.rest = "";
    return -1;
  }

  private charAt(at: number): string {
    return (at >= 0 ? this.rest[at] : this.done[this.done.length + at]) ?? "";
  }

  private closeElement(): void {
    while (this.open.length > 0) {
      const last = this.open.length - 1;
      const left = (this.open[last] as number) - 1;
      this.open[last] = left;
      if (left > 0) return;
      this.open.pop();
    }
  }

  private fail(offence: string): number {
    this.offence = offence;
    return -1;
  }
}

/** A length: digits without a leading zero, or -1. */
function countOf(text: string, start: number, end: number): number | undefined {
  if (end === start + 1) {
    const digit = text.charCodeAt(start) - 48;
    return digit >= 0 && digit <= 9 ? digit : undefined;
  }
  const digits = text.slice(start, end);
  if (digits === "-1") return -1;
  return /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : undefined;
}
