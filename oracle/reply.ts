// Reply: what the oracle expects, as a value. Where more than one answer is right, the value says which are.
//
// Role: commands build replies with the functions below; encode.ts turns those that allow exactly one answer into
// RESP bytes, and compare.ts holds a server's bytes against any of them.
// Invariant: texts are Latin-1, one character for one byte.

export type Reply =
  | { readonly kind: "simple"; readonly text: string }
  /** Without the leading '-'. */
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "integer"; readonly value: number | bigint }
  | { readonly kind: "bulk"; readonly bytes: string }
  /** RESP2 "$-1", RESP3 "_". */
  | { readonly kind: "null" }
  /** RESP2 "*-1", RESP3 "_". */
  | { readonly kind: "null-array" }
  /** RESP2 a bulk string, RESP3 ",": `text` is the number as Redis spells it. */
  | { readonly kind: "double"; readonly text: string }
  /** RESP2 ":1" or ":0", RESP3 "#t" or "#f". */
  | { readonly kind: "boolean"; readonly value: boolean }
  /** RESP2 a bulk string, RESP3 "=". */
  | { readonly kind: "verbatim"; readonly format: string; readonly text: string }
  /** `isUnordered`: the same items in any order. */
  | { readonly kind: "array"; readonly items: readonly Reply[]; readonly isUnordered?: boolean }
  /** RESP2 an array, RESP3 "~"; in any order. */
  | { readonly kind: "set"; readonly items: readonly Reply[] }
  /** RESP2 a flat array of pairs, RESP3 "%". `isUnordered`: pairs in any order. */
  | {
      readonly kind: "map";
      readonly pairs: readonly (readonly [Reply, Reply])[];
      readonly isUnordered?: boolean;
    }
  /** RESP3 ">"; RESP2 an array. */
  | { readonly kind: "push"; readonly items: readonly Reply[] }
  /** Several replies one after the other (SUBSCRIBE of two channels), or none at all. */
  | { readonly kind: "sequence"; readonly replies: readonly Reply[] }
  /** Exactly these bytes: for what no other kind can say, such as RESP3's attributes. */
  | { readonly kind: "raw"; readonly bytes: string }
  // From here on: more than one answer is right.
  /** An integer within [low, high]: ages, times to live on a clock of the server's own. */
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  /** The server chooses: `accepts` says whether the answer was legal, and adopts it into the model. */
  | { readonly kind: "chosen"; readonly accepts: (answer: Answer) => boolean; readonly expected: string }
  /** Of this kind, whatever it holds. */
  | { readonly kind: "any"; readonly of: "integer" | "bulk" | "double" | "array" | "map" | "anything" };

/** A server's reply, parsed. Maps and sets of RESP3 and arrays of RESP2 keep their own kinds. */
export type Answer =
  | {
      readonly kind: "simple" | "error" | "bulk" | "double" | "big-number" | "verbatim";
      readonly text: string;
    }
  | { readonly kind: "integer"; readonly value: bigint }
  /** "null-array" in RESP2 only. */
  | { readonly kind: "null" | "null-array" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "array" | "set" | "push" | "map"; readonly items: readonly Answer[] };

export const ok: Reply = { kind: "simple", text: "OK" };
export const nil: Reply = { kind: "null" };
export const nilArray: Reply = { kind: "null-array" };
export const nothing: Reply = { kind: "sequence", replies: [] };

export function simple(text: string): Reply {
  return { kind: "simple", text };
}
export function error(text: string): Reply {
  return { kind: "error", text };
}
export function integer(value: number | bigint): Reply {
  return { kind: "integer", value };
}
export function bulk(bytes: string): Reply {
  return { kind: "bulk", bytes };
}
export function array(items: readonly Reply[]): Reply {
  return { kind: "array", items };
}
export function unordered(items: readonly Reply[]): Reply {
  return { kind: "array", items, isUnordered: true };
}
/** Pairs in the order given. */
export function map(pairs: readonly (readonly [Reply, Reply])[]): Reply {
  return { kind: "map", pairs };
}
export function chosen(expected: string, accepts: (answer: Answer) => boolean): Reply {
  return { kind: "chosen", expected, accepts };
}
export function ofKind(of: "integer" | "bulk" | "double" | "array" | "map" | "anything"): Reply {
  return { kind: "any", of };
}
export function between(low: number, high: number): Reply {
  return { kind: "between", low, high };
}
