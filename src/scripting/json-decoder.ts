// JSON decoder of the `cjson` library: from a string of Lua's to values on its stack.
//
// It takes what lua-cjson takes beside JSON: numbers with leading zeros, hexadecimal ones, infinity and NaN, unless a
// setting forbids them. The string stands at index 1 of the stack, so that it stays where it is.

import { JSON_DEPTH_LIMIT, type JsonSettings } from "./library-cjson.ts";
import { stringArgument } from "./lua-arguments.ts";
import type { LuaMachine } from "./lua-machine.ts";

/** Decodes argument 1, and leaves the value on the stack. */
export function decodeJson(lua: LuaMachine, state: number, settings: JsonSettings): number {
  const decoder = new Decoder(lua, state, settings);
  decoder.document();
  return 1;
}

type Token =
  | "{"
  | "}"
  | "["
  | "]"
  | "string"
  | "number"
  | "true"
  | "false"
  | "null"
  | ":"
  | ","
  | "end"
  | "error";

const names: Readonly<Record<Token, string>> = {
  "{": "T_OBJ_BEGIN",
  "}": "T_OBJ_END",
  "[": "T_ARR_BEGIN",
  "]": "T_ARR_END",
  string: "T_STRING",
  number: "T_NUMBER",
  true: "T_BOOLEAN",
  false: "T_BOOLEAN",
  null: "T_NULL",
  ":": "T_COLON",
  ",": "T_COMMA",
  end: "T_END",
  error: "T_ERROR",
};

class Decoder {
  private readonly lua: LuaMachine;
  private readonly state: number;
  private readonly settings: JsonSettings;
  private readonly start: number;
  private readonly length: number;
  private at: number;
  private depth = 0;
  // The token that was read last: where it began, and what it holds.
  private tokenAt = 0;
  private value = 0;
  private stringAt = 0;
  private stringEnd = 0;
  private unescaped: number[] | undefined = undefined;
  private fault = "";

  constructor(lua: LuaMachine, state: number, settings: JsonSettings) {
    this.lua = lua;
    this.state = state;
    this.settings = settings;
    const text = stringArgument(lua, state, 1);
    this.start = lua.stringStart(text);
    this.length = lua.stringLength(text);
    this.at = this.start;
  }

  document(): void {
    const { lua, state, start } = this;
    if (this.length >= 2 && (lua.bytes[start] === 0 || lua.bytes[start + 1] === 0)) {
      lua.raiseText(state, "JSON parser does not support UTF-16 or UTF-32");
    }
    this.push(this.next());
    const last = this.next();
    if (last !== "end") this.refuse("the end", last);
  }

  private push(token: Token): void {
    const { lua, state } = this;
    const { api } = lua;
    switch (token) {
      case "string":
        this.pushString();
        break;
      case "number":
        api.lua_pushnumber(state, this.value);
        break;
      case "true":
      case "false":
        api.lua_pushboolean(state, token === "true" ? 1 : 0);
        break;
      case "null":
        api.lua_pushlightuserdata(state, 0);
        break;
      case "{":
        this.object();
        break;
      case "[":
        this.array();
        break;
      default:
        this.refuse("value", token);
    }
  }

  private object(): void {
    const { lua, state } = this;
    this.descend();
    lua.api.lua_createtable(state, 0, 0);
    let token = this.next();
    while (token !== "}") {
      if (token !== "string") this.refuse("object key string", token);
      this.pushString();
      token = this.next();
      if (token !== ":") this.refuse("colon", token);
      this.push(this.next());
      lua.api.lua_rawset(state, -3);
      token = this.next();
      if (token === "}") break;
      if (token !== ",") this.refuse("comma or object end", token);
      token = this.next();
      if (token !== "string") this.refuse("object key string", token);
    }
    this.depth--;
  }

  private array(): void {
    const { lua, state } = this;
    this.descend();
    lua.api.lua_createtable(state, 0, 0);
    let token = this.next();
    if (token !== "]") {
      for (let i = 1; ; i++) {
        this.push(token);
        lua.api.lua_rawseti(state, -2, i);
        token = this.next();
        if (token === "]") break;
        if (token !== ",") this.refuse("comma or array end", token);
        token = this.next();
      }
    }
    this.depth--;
  }

  private descend(): void {
    const { lua, state } = this;
    this.depth++;
    const isDeep = this.depth > this.settings.decodeDepthMax || this.depth > JSON_DEPTH_LIMIT;
    if (!isDeep && lua.api.lua_checkstack(state, 3) !== 0) return;
    const text = `Found too many nested data structures (${this.depth}) at character ${this.at - this.start}`;
    lua.raiseText(state, text);
  }

  private pushString(): void {
    const { lua, state, unescaped } = this;
    if (unescaped === undefined) {
      lua.api.lua_pushlstring(state, this.stringAt, this.stringEnd - this.stringAt);
    } else lua.pushBytes(state, Uint8Array.from(unescaped), 0, unescaped.length);
  }

  private next(): Token {
    const { bytes } = this.lua;
    let code = bytes[this.at] as number;
    while (code === 32 || code === 9 || code === 10 || code === 13) code = bytes[++this.at] as number;
    this.tokenAt = this.at;
    switch (code) {
      case 0:
        return "end";
      case 34:
        return this.string();
      case 44:
        this.at++;
        return ",";
      case 58:
        this.at++;
        return ":";
      case 91:
        this.at++;
        return "[";
      case 93:
        this.at++;
        return "]";
      case 123:
        this.at++;
        return "{";
      case 125:
        this.at++;
        return "}";
      default:
        return this.word(code);
    }
  }

  private word(code: number): Token {
    const isNumber = code === 45 || (code >= 48 && code <= 57);
    if (isNumber) {
      if (!this.settings.decodeInvalid && this.isInvalidNumber()) return this.faulty("invalid number");
      return this.number();
    }
    for (const word of ["true", "false", "null"] as const) {
      if (!this.begins(word)) continue;
      this.at += word.length;
      return word;
    }
    const isUnknown = [43, 73, 78, 102, 105, 110, 116].includes(code); // + I N f i n t
    if (isUnknown && this.settings.decodeInvalid && this.isInvalidNumber()) return this.number();
    return this.faulty("invalid token");
  }

  private faulty(reason: string): Token {
    this.fault = reason;
    this.tokenAt = this.at;
    return "error";
  }

  private begins(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.lua.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    }
    return true;
  }

  // Numbers that strtod takes and JSON does not.
  private isInvalidNumber(): boolean {
    const { bytes } = this.lua;
    let at = this.at;
    if (bytes[at] === 43) return true;
    if (bytes[at] === 45) at++;
    const code = bytes[at] as number;
    if (code === 48) {
      const second = bytes[at + 1] as number;
      return (second | 32) === 120 || (second >= 48 && second <= 57);
    }
    if (code <= 57) return false;
    const three = this.lua.textOf(at, Math.min(at + 3, this.start + this.length)).toLowerCase();
    return three === "inf" || three === "nan";
  }

  private number(): Token {
    const { bytes } = this.lua;
    let at = this.at;
    const isNegative = bytes[at] === 45;
    if (isNegative) at++;
    // Short integers, which most numbers are.
    let value = 0;
    const first = at;
    let code = bytes[at] as number;
    while (code >= 48 && code <= 57) {
      value = value * 10 + code - 48;
      code = bytes[++at] as number;
    }
    const isPlain = code !== 46 && (code | 32) !== 101 && (code | 32) !== 120;
    if (at > first && at - first <= 15 && isPlain) {
      this.value = isNegative ? -value : value;
      this.at = at;
      return "number";
    }
    return this.longNumber();
  }

  // As strtod reads it: decimal, hexadecimal, infinity, NaN; it ends where it stops being a number.
  private longNumber(): Token {
    const { lua } = this;
    let end = this.at;
    while (/[0-9A-Za-z.+-]/.test(String.fromCharCode(lua.bytes[end] as number))) end++;
    const text = lua.textOf(this.at, end);
    const match =
      /^[-+]?(0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)([pP][-+]?\d+)?|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|inf(inity)?|nan)/i.exec(
        text,
      );
    if (match === null) return this.faulty("invalid number");
    this.value = numberOf(match[0]);
    this.at += match[0].length;
    return "number";
  }

  private string(): Token {
    const { bytes } = this.lua;
    let at = this.at + 1;
    this.stringAt = at;
    this.unescaped = undefined;
    for (;;) {
      const code = bytes[at] as number;
      if (code === 34) {
        this.stringEnd = at;
        this.at = at + 1;
        return "string";
      }
      if (code === 0) {
        this.at = at;
        return this.faulty("unexpected end of string");
      }
      if (code === 92) break;
      at++;
    }
    return this.escapedString(at);
  }

  private escapedString(from: number): Token {
    const { bytes } = this.lua;
    const target: number[] = Array.from(bytes.subarray(this.stringAt, from));
    let at = from;
    for (;;) {
      const code = bytes[at] as number;
      if (code === 34) break;
      if (code === 0) {
        this.at = at;
        return this.faulty("unexpected end of string");
      }
      if (code !== 92) {
        target.push(code);
        at++;
        continue;
      }
      const letter = String.fromCharCode(bytes[at + 1] as number);
      const plain = { '"': 34, "\\": 92, "/": 47, b: 8, t: 9, n: 10, f: 12, r: 13 }[letter];
      if (plain !== undefined) {
        target.push(plain);
        at += 2;
      } else if (letter === "u") {
        const length = this.unicode(at, target);
        if (length === 0) {
          this.at = at;
          return this.faulty("invalid unicode escape code");
        }
        at += length;
      } else {
        this.at = at;
        return this.faulty("invalid escape code");
      }
    }
    this.unescaped = target;
    this.at = at + 1;
    return "string";
  }

  // Appends the UTF-8 of the escape at `at`; returns its length, 0 when it is none.
  private unicode(at: number, target: number[]): number {
    let point = this.hex4(at + 2);
    if (point < 0) return 0;
    let length = 6;
    if ((point & 0xf800) === 0xd800) {
      if ((point & 0x400) !== 0) return 0;
      const { bytes } = this.lua;
      if (bytes[at + 6] !== 92 || bytes[at + 7] !== 117) return 0;
      const low = this.hex4(at + 8);
      if (low < 0 || (low & 0xfc00) !== 0xdc00) return 0;
      point = (((point & 0x3ff) << 10) | (low & 0x3ff)) + 0x10000;
      length = 12;
    }
    if (point <= 0x7f) target.push(point);
    else if (point <= 0x7ff) target.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point <= 0xffff) {
      target.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    } else {
      const [b, c, d] = [(point >> 12) & 0x3f, (point >> 6) & 0x3f, point & 0x3f];
      target.push(0xf0 | (point >> 18), 0x80 | b, 0x80 | c, 0x80 | d);
    }
    return length;
  }

  private hex4(at: number): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const code = this.lua.bytes[at + i] as number;
      const lower = code | 32;
      if (code >= 48 && code <= 57) value = value * 16 + code - 48;
      else if (lower >= 97 && lower <= 102) value = value * 16 + lower - 87;
      else return -1;
    }
    return value;
  }

  private refuse(expected: string, token: Token): never {
    const found = token === "error" ? this.fault : names[token];
    const at = this.tokenAt - this.start + 1;
    return this.lua.raiseText(this.state, `Expected ${expected} but found ${found} at character ${at}`);
  }
}

function numberOf(text: string): number {
  const isNegative = text.startsWith("-");
  const body = text.replace(/^[-+]/, "").toLowerCase();
  let value: number;
  if (body.startsWith("inf")) value = Number.POSITIVE_INFINITY;
  else if (body === "nan") value = Number.NaN;
  else if (body.startsWith("0x")) value = hexadecimal(body.slice(2));
  else value = Number(body);
  return isNegative ? -value : value;
}

function hexadecimal(body: string): number {
  const [mantissa = "", exponent = "0"] = body.split("p");
  const [whole = "", fraction = ""] = mantissa.split(".");
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  return value * 2 ** (Number(exponent) - 4 * fraction.length);
}
