// Small Lua: of all scripts those that are so plain that the oracle can run them itself.
//
//   script     := { call } [ "return" [ value ] ]           calls may be divided by ";"
//   call       := ("redis.call" | "redis.pcall") "(" [ values ] ")"
//   value      := call | number | string | "nil" | "true" | "false" | list | "{" ("ok" | "err") "=" string "}"
//               | ("KEYS" | "ARGV") [ "[" number "]" ] | "#" ("KEYS" | "ARGV")
//               | ("redis.status_reply" | "redis.error_reply" | "redis.sha1hex") "(" value ")"
//               | "unpack" "(" ("KEYS" | "ARGV") ")"         last among the words of a call
//   list       := "{" [ values ] "}"
//
// Strings have no escapes. Whatever else a script holds makes it one that is not understood.

export type Names = "KEYS" | "ARGV";

export type Value =
  | { readonly kind: "nil" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "status" | "error"; readonly text: string }
  | { readonly kind: "all" | "count" | "unpack"; readonly of: Names }
  | { readonly kind: "one"; readonly of: Names; readonly index: number }
  | { readonly kind: "status of" | "error of" | "sha1 of"; readonly value: Value }
  | Call;

export type Call = {
  readonly kind: "call";
  /** An error does not end the script. */
  readonly isProtected: boolean;
  readonly words: readonly Value[];
  /** Counted from 1. */
  readonly line: number;
};

export type Script = { readonly calls: readonly Call[]; readonly result: Value };

const tokenForm =
  /\s*(?:(redis\s*\.\s*[a-z0-9_]+|[A-Za-z_]+)|(-?\d+(?:\.\d+)?)|'([^'\\\n]*)'|"([^"\\\n]*)"|([{}()[\],;#=]))/y;

type Token = {
  readonly kind: "name" | "number" | "string" | "mark";
  readonly text: string;
  readonly line: number;
};

/** undefined: it is not understood. */
export function parseScript(body: string): Script | undefined {
  const tokens = tokensOf(body);
  return tokens === undefined ? undefined : new Parser(tokens).script();
}

function tokensOf(body: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (body.slice(at).trim() !== "") {
    tokenForm.lastIndex = at;
    const found = tokenForm.exec(body);
    if (found === null) return undefined;
    at = tokenForm.lastIndex;
    const line = body.slice(0, at).split("\n").length;
    const [, name, number, single, double, mark] = found;
    const text = single ?? double;
    if (name !== undefined) tokens.push({ kind: "name", text: name.replaceAll(/\s/g, ""), line });
    else if (number !== undefined) tokens.push({ kind: "number", text: number, line });
    else if (text !== undefined) tokens.push({ kind: "string", text, line });
    else tokens.push({ kind: "mark", text: mark as string, line });
  }
  return tokens;
}

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  script(): Script | undefined {
    const calls: Call[] = [];
    while (this.peek() !== undefined && !this.takes("return")) {
      const call = this.value();
      if (call?.kind !== "call") return undefined;
      calls.push(call);
      this.takes(";");
    }
    if (this.at === 0 || this.tokens[this.at - 1]?.text !== "return") {
      return this.isAtEnd() ? { calls, result: { kind: "nil" } } : undefined;
    }
    const result = this.isAtEnd() ? ({ kind: "nil" } as const) : this.value();
    this.takes(";");
    return result === undefined || !this.isAtEnd() ? undefined : { calls, result };
  }

  private isAtEnd(): boolean {
    return this.at === this.tokens.length;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  // Whether the next token is this name or mark, which is then behind.
  private takes(text: string): boolean {
    const token = this.peek();
    const isTaken =
      token !== undefined && token.text === text && (token.kind === "name" || token.kind === "mark");
    if (isTaken) this.at++;
    return isTaken;
  }

  private value(): Value | undefined {
    const token = this.tokens[this.at++];
    if (token === undefined) return undefined;
    const { kind, text, line } = token;
    if (kind === "number") return { kind, value: Number(text) };
    if (kind === "string") return { kind, text };
    switch (text) {
      case "nil":
        return { kind: "nil" };
      case "true":
      case "false":
        return { kind: "boolean", value: text === "true" };
      case "KEYS":
      case "ARGV":
        return this.named(text);
      case "#":
        return this.counted();
      case "unpack":
        return this.unpacked();
      case "{":
        return this.table();
      case "redis.call":
      case "redis.pcall":
        return this.call(text === "redis.pcall", line);
      case "redis.status_reply":
        return this.applied("status of");
      case "redis.error_reply":
        return this.applied("error of");
      case "redis.sha1hex":
        return this.applied("sha1 of");
      default:
        return undefined;
    }
  }

  private name(): Names | undefined {
    if (this.takes("KEYS")) return "KEYS";
    return this.takes("ARGV") ? "ARGV" : undefined;
  }

  private named(of: Names): Value | undefined {
    if (!this.takes("[")) return { kind: "all", of };
    const token = this.tokens[this.at++];
    const index = Number(token?.text);
    return token?.kind === "number" && Number.isInteger(index) && this.takes("]")
      ? { kind: "one", of, index }
      : undefined;
  }

  private counted(): Value | undefined {
    const of = this.name();
    return of === undefined ? undefined : { kind: "count", of };
  }

  private unpacked(): Value | undefined {
    if (!this.takes("(")) return undefined;
    const of = this.name();
    return of === undefined || !this.takes(")") ? undefined : { kind: "unpack", of };
  }

  private table(): Value | undefined {
    for (const [name, kind] of [
      ["ok", "status"],
      ["err", "error"],
    ] as const) {
      if (!this.takes(name)) continue;
      const text = this.takes("=") ? this.value() : undefined;
      return text?.kind === "string" && this.takes("}") ? { kind, text: text.text } : undefined;
    }
    const items = this.values("}");
    // What is unpacked fills up a list too; it is not needed.
    return items === undefined || items.some(({ kind }) => kind === "unpack")
      ? undefined
      : { kind: "list", items };
  }

  private call(isProtected: boolean, line: number): Call | undefined {
    if (!this.takes("(")) return undefined;
    const words = this.values(")");
    if (words === undefined || words.slice(0, -1).some(({ kind }) => kind === "unpack")) return undefined;
    return { kind: "call", isProtected, words, line };
  }

  private applied(kind: "status of" | "error of" | "sha1 of"): Value | undefined {
    if (!this.takes("(")) return undefined;
    const value = this.value();
    return value === undefined || !this.takes(")") ? undefined : { kind, value };
  }

  private values(end: "}" | ")"): Value[] | undefined {
    const values: Value[] = [];
    while (!this.takes(end)) {
      if (values.length > 0 && !this.takes(",")) return undefined;
      const value = this.value();
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }
}
