// Syntax tokens: what a command's arguments are, as data.
//
// From these follow arity, key positions, COMMAND DOCS, the generators of valid and invalid calls, and
// routing. The kinds are those of COMMAND DOCS (Redis 7), so that redis-cli's hints work.

type Common = {
  readonly name: string;
  /** A literal word before the argument: EX in "EX seconds". */
  readonly token?: string;
  readonly optional?: boolean;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** With `multiple` and `token`: the word is repeated each time. */
  readonly multipleToken?: boolean;
  /** The version that brought the argument, when later than the command. */
  readonly since?: string;
  /** The version from which the argument is discouraged. */
  readonly deprecatedSince?: string;
  /** Of an argument that is no key but names some: the index of its key specification. */
  readonly keySpec?: number;
};

/** Scalars: what an argument's text must be. */
export type ScalarKind = "string" | "integer" | "double" | "pattern" | "unix-time";

export type Syntax =
  | (Common & { readonly kind: "key"; readonly flags: string; readonly notes?: string })
  | (Common & { readonly kind: ScalarKind; readonly domain?: Domain })
  | (Common & { readonly kind: "pure-token"; readonly token: string })
  | (Common & { readonly kind: "oneof" | "block"; readonly of: readonly Syntax[] });

/** A hint to generators: which values succeed often. It has no meaning to the server. */
export type Domain =
  | "any"
  | "db"
  | "cursor"
  | "count"
  | "seconds"
  | "milliseconds"
  | "unix-seconds"
  | "unix-milliseconds"
  | "bit"
  | "bit-offset"
  | "byte-offset"
  | "bitfield-type"
  | "bitfield-offset"
  | "type-name"
  | "stream-id"
  | "stream-group"
  | "dump";

/** A key; `flags` as in COMMAND INFO's key specifications, e.g. "RW access update". */
export function key(flags: string, name = "key", notes?: string): Syntax {
  return notes === undefined ? { kind: "key", name, flags } : { kind: "key", name, flags, notes };
}
export function string(name: string, domain?: Domain): Syntax {
  return scalar("string", name, domain);
}
export function integer(name: string, domain?: Domain): Syntax {
  return scalar("integer", name, domain);
}
export function double(name: string): Syntax {
  return scalar("double", name);
}
export function pattern(name: string): Syntax {
  return scalar("pattern", name);
}
/** A pattern of the names of keys, which key specification `keySpec` is about. */
export function keyPattern(name: string, keySpec: number): Syntax {
  return { kind: "pattern", name, keySpec };
}
export function unixTime(name: string, domain: "unix-seconds" | "unix-milliseconds"): Syntax {
  return scalar("unix-time", name, domain);
}
/** A word that stands for itself, e.g. NX. */
export function word(token: string, name: string = token.toLowerCase()): Syntax {
  return { kind: "pure-token", name, token };
}
/** Exactly one of the alternatives. */
export function oneOf(name: string, ...of: Syntax[]): Syntax {
  return { kind: "oneof", name, of };
}
/** All of them, in order. */
export function block(name: string, ...of: Syntax[]): Syntax {
  return { kind: "block", name, of };
}
export function optional(syntax: Syntax): Syntax {
  return { ...syntax, optional: true };
}
/** One or more times. */
export function repeated(syntax: Syntax): Syntax {
  return { ...syntax, multiple: true };
}
/** Says since when the command takes the argument. */
export function introduced(since: string, syntax: Syntax): Syntax {
  return { ...syntax, since };
}
/** Says since when the argument is discouraged. */
export function discouraged(deprecatedSince: string, syntax: Syntax): Syntax {
  return { ...syntax, deprecatedSince };
}
/** Puts a literal word before the argument. */
export function after(token: string, syntax: Syntax): Syntax {
  return { ...syntax, token };
}

function scalar(kind: ScalarKind, name: string, domain?: Domain): Syntax {
  return domain === undefined ? { kind, name } : { kind, name, domain };
}

/** Fewest arguments the syntax takes, and whether it can take more. */
export function arityOf(syntax: readonly Syntax[]): { min: number; isExact: boolean } {
  let min = 0;
  let isExact = true;
  for (const each of syntax) {
    const own = sizeOf(each);
    if (each.optional === true) isExact = false;
    else min += own.min;
    if (each.multiple === true || !own.isExact) isExact = false;
  }
  return { min, isExact };
}

function sizeOf(syntax: Syntax): { min: number; isExact: boolean } {
  if (syntax.kind === "pure-token") return { min: 1, isExact: true };
  const before = syntax.token === undefined ? 0 : 1;
  if (syntax.kind === "block") {
    const inner = arityOf(syntax.of);
    return { min: inner.min + before, isExact: inner.isExact };
  }
  if (syntax.kind === "oneof") {
    const sizes = syntax.of.map(sizeOf);
    const min = Math.min(...sizes.map((s) => s.min));
    return { min: min + before, isExact: sizes.every((s) => s.isExact && s.min === min) };
  }
  return { min: 1 + before, isExact: true };
}
