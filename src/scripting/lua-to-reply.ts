// From the value that a script returns to a reply.
//
//   string bulk, number integer (truncated), table array up to its first nil, {ok=} status, {err=} error,
//   {double=} {big_number=} {verbatim_string=} {map=} {set=} their RESP3 kinds; true 1, false and nil null
//
// Role: walks tables where they lie, with a stack of its own, so that neither Lua's nor JavaScript's stack bounds how
// deep they may be nested. Redis's bound does: beyond DEPTH_MAX there is an error in place of the value.

import type { ReplyWriter } from "../resp/reply-writer.ts";
import { BOOLEAN, type LuaMachine, NUMBER, STRING, TABLE } from "./lua-machine.ts";

/** How deep a stock Redis follows tables until Lua's stack is full. */
const DEPTH_MAX = 7994;

/** What one level takes of that stack: the table, and for a map or a set a key and what is written. */
const weightOf = { array: 1, map: 3, set: 3 } as const;

type Frame = {
  readonly table: number;
  readonly kind: "array" | "map" | "set";
  place: number;
  isKeyDone: boolean;
};

export class LuaToReply {
  private readonly lua: LuaMachine;
  private readonly names: Readonly<Record<Name, number>>;
  private frames: Frame[] = [];
  // Values that a stock server's Lua stack would hold.
  private depth = 0;

  constructor(lua: LuaMachine) {
    this.lua = lua;
    this.names = Object.fromEntries(fieldNames.map((name) => [name, lua.intern(name)])) as Record<
      Name,
      number
    >;
  }

  /** Writes the value; booleans are such where the script has chosen RESP3. True: as an error counted before. */
  write(reply: ReplyWriter, value: number, scriptProtocol: 2 | 3): boolean {
    this.frames = [];
    this.depth = 0;
    const isCounted = this.value(reply, value, scriptProtocol);
    for (let frame = this.frames.at(-1); frame !== undefined; frame = this.frames.at(-1)) {
      this.step(reply, frame, scriptProtocol);
    }
    return isCounted;
  }

  private step(reply: ReplyWriter, frame: Frame, protocol: 2 | 3): void {
    const { lua } = this;
    const { table } = frame;
    if (frame.kind === "array") {
      const value = lua.atInteger(table, ++frame.place);
      if (value === 0) this.close();
      else this.value(reply, value, protocol);
      return;
    }
    if (!frame.isKeyDone) {
      frame.place = lua.nextPlace(table, frame.place);
      if (frame.place < 0) {
        this.close();
        return;
      }
      const key = lua.keyAtPlace(table, frame.place);
      if (frame.kind === "map") frame.isKeyDone = true;
      const { place } = frame;
      if (frame.kind === "set") frame.place++;
      if (key === 0) reply.int(place + 1);
      else this.value(reply, key, protocol, frame.kind === "map" ? 1 : 0);
      return;
    }
    frame.isKeyDone = false;
    const value = lua.valueAtPlace(table, frame.place++);
    this.value(reply, value, protocol);
  }

  private value(reply: ReplyWriter, value: number, protocol: 2 | 3, beside = 0): boolean {
    const { lua } = this;
    if (this.depth + beside > DEPTH_MAX) {
      reply.error("ERR reached lua stack limit");
      return false;
    }
    switch (lua.typeAt(value)) {
      case STRING: {
        const start = lua.stringStart(value);
        reply.bulk(lua.bytes, start, start + lua.stringLength(value));
        return false;
      }
      case NUMBER:
        writeInteger(reply, lua.numberAt(value));
        return false;
      case BOOLEAN:
        if (protocol === 3) reply.bool(lua.wordAt(value) !== 0);
        else if (lua.wordAt(value) !== 0) reply.int(1);
        else reply.null();
        return false;
      case TABLE:
        return this.table(reply, lua.wordAt(value));
      default:
        reply.null();
        return false;
    }
  }

  private table(reply: ReplyWriter, table: number): boolean {
    const { lua, names } = this;
    if (lua.nodeCount(table) > 1 || lua.nextPlace(table, lua.arraySize(table)) >= 0) {
      const error = this.field(table, names.err, STRING);
      if (error !== 0) return this.error(reply, table, error);
      const status = this.field(table, names.ok, STRING);
      if (status !== 0) {
        reply.simple(untilNul(lua.textAt(status)));
        return false;
      }
      if (this.special(reply, table)) return false;
    }
    let count = 0;
    while (lua.atInteger(table, count + 1) !== 0) count++;
    reply.array(count);
    if (count > 0) this.enter(table, "array");
    return false;
  }

  private error(reply: ReplyWriter, table: number, error: number): boolean {
    const { lua, names } = this;
    const text = untilNul(lua.textAt(error));
    const mark = lua.atName(table, names.ignore_error_stats_update);
    const isCounted = lua.typeAt(mark) === BOOLEAN && lua.wordAt(mark) !== 0;
    writeError(reply, text, isCounted);
    return isCounted;
  }

  // RESP3's kinds; false when the table is none of them.
  private special(reply: ReplyWriter, table: number): boolean {
    const { lua, names } = this;
    const double = this.field(table, names.double, NUMBER);
    if (double !== 0) {
      reply.double(lua.numberAt(double));
      return true;
    }
    const big = this.field(table, names.big_number, STRING);
    if (big !== 0) {
      const text = lua.textAt(big).replaceAll(/[\r\n]/g, " ");
      if (reply.protocol === 3) writeLine(reply, "(", text);
      else reply.bulkText(text);
      return true;
    }
    const verbatim = this.field(table, names.verbatim_string, TABLE);
    if (verbatim !== 0) {
      const format = this.field(lua.wordAt(verbatim), names.format, STRING);
      const text = this.field(lua.wordAt(verbatim), names.string, STRING);
      if (format !== 0 && text !== 0) {
        reply.verbatim(`${untilNul(lua.textAt(format)).slice(0, 3)}`.padEnd(3, " "), lua.textAt(text));
        return true;
      }
    }
    const map = this.field(table, names.map, TABLE);
    if (map !== 0) {
      reply.map(this.open(lua.wordAt(map), "map"));
      return true;
    }
    const set = this.field(table, names.set, TABLE);
    if (set === 0) return false;
    reply.set(this.open(lua.wordAt(set), "set"));
    return true;
  }

  private open(table: number, kind: "map" | "set"): number {
    const { lua } = this;
    let count = 0;
    for (let place = lua.nextPlace(table, 0); place >= 0; place = lua.nextPlace(table, place + 1)) count++;
    this.enter(table, kind);
    return count;
  }

  private enter(table: number, kind: Frame["kind"]): void {
    this.frames.push({ table, kind, place: 0, isKeyDone: false });
    this.depth += weightOf[kind];
  }

  private close(): void {
    const frame = this.frames.pop();
    if (frame !== undefined) this.depth -= weightOf[frame.kind];
  }

  private field(table: number, name: number, type: number): number {
    const value = this.lua.atName(table, name);
    return this.lua.typeAt(value) === type ? value : 0;
  }
}

const fieldNames = [
  ...(["ok", "err", "ignore_error_stats_update", "double", "big_number", "map", "set"] as const),
  ...(["verbatim_string", "string", "format"] as const),
] as const;
type Name = (typeof fieldNames)[number];

/** Writes an error; one that was counted when its command ran is not counted again. */
export function writeError(reply: ReplyWriter, text: string, isCounted: boolean): void {
  const trimmed = text.replace(/[\r\n]+$/, "");
  if (isCounted) writeLine(reply, "-", trimmed.replaceAll(/[\r\n]/g, " "));
  else reply.error(trimmed);
}

function writeLine(reply: ReplyWriter, type: string, text: string): void {
  const bytes = new Uint8Array(text.length + 3);
  const line = `${type}${text}\r\n`;
  for (let i = 0; i < line.length; i++) bytes[i] = line.charCodeAt(i);
  reply.raw(bytes, 0, bytes.length);
}

// As C converts to a 64-bit integer: towards 0; what does not fit, and NaN, is the smallest one.
function writeInteger(reply: ReplyWriter, value: number): void {
  const whole = Math.trunc(value);
  if (Number.isSafeInteger(whole)) reply.int(whole);
  else if (whole >= -(2 ** 63) && whole < 2 ** 63) reply.bigInt(BigInt(whole));
  else reply.bigInt(-(2n ** 63n));
}

export function untilNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}
