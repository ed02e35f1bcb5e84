// String operations: what one request means for each key it names, for the linearizability check.
//
// Role: turns words and, where known, the reply into steps on what a key holds. An answer is held against the
// state, so that wrong answers fit nowhere; where a reply is not known, every outcome of the state is allowed.
// A call on several keys is split into one operation for each: what it says of all of them together (MSETNX at
// once, the sum of DEL) is left to checks that see the whole.
// What is not modelled `spoils` its keys, or databases, or everything.

import type { Command } from "../../src/commands/define.ts";
import { type Held, impossible } from "./linearize.ts";
import { commandOf, hasUnknownKeys, keysOf } from "./reference.ts";
import { integerReply, isNullReply, replyTree, stringReply } from "./reply-grammar.ts";

export type KeyStep = {
  readonly key: string;
  readonly step: (held: Held) => Held | typeof impossible;
  /** It may have had no effect although it was answered. */
  readonly isOptional?: boolean;
  /** For registers: what was plainly written, or plainly read. */
  readonly wrote?: string;
  readonly read?: { readonly value: Held };
};

export type Meaning =
  | { readonly is: "steps"; readonly steps: readonly KeyStep[] }
  | { readonly is: "nothing" }
  /** Takes away all keys of a database, or of all (undefined). */
  | { readonly is: "flush"; readonly db: number | undefined }
  | { readonly is: "select"; readonly db: number }
  | { readonly is: "spoils"; readonly keys: readonly string[]; readonly inAllDatabases: boolean }
  | { readonly is: "spoils-databases"; readonly databases: readonly number[] }
  | { readonly is: "spoils-all" }
  /** CONFIG SET of how much memory may be used, and of what goes when there is more. */
  | { readonly is: "limits-memory" };

const nothing: Meaning = { is: "nothing" };
/** Longer values would make the search slow rather than find anything. */
const BYTES_MAX = 16_384;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** `reply`: undefined when it is not known. `protocol` is that of the reply. */
export function meaningOf(
  words: readonly string[],
  reply: string | undefined,
  protocol: 2 | 3,
  db: number,
): Meaning {
  // A refusal is definite: nothing happened.
  if (reply?.startsWith("-")) return nothing;
  const command = commandOf(words);
  if (command === undefined) return nothing;
  // What a transaction does is done later, by EXEC.
  if (reply === "+QUEUED\r\n") {
    if (command.name === "select") return { is: "spoils-all" }; // Nobody sees when the database changes.
    return effectOf(command, words);
  }
  const [, key = "", value = ""] = words;
  const one = (step: KeyStep["step"], more: Partial<KeyStep> = {}): Meaning => ({
    is: "steps",
    steps: [{ key, step, ...more }],
  });
  switch (command.fullName) {
    case "get":
      return reply === undefined ? nothing : reads(key, textOf(reply));
    case "set":
      return set(words, reply);
    case "setnx":
      return one(conditional(reply, { when: (held) => held === undefined, set: () => value }));
    case "getset":
      return one(answering(reply, { after: () => value, answer: (held) => held }));
    case "getdel":
      return one(answering(reply, { after: () => undefined, answer: (held) => held }));
    case "append":
      return one(
        counting(reply, {
          after: (held) => (held ?? "") + value,
          answer: (held) => (held ?? "").length + value.length,
        }),
      );
    case "strlen":
      return one(counting(reply, { after: (held) => held, answer: (held) => (held ?? "").length }));
    case "setrange":
      return setRange(words, reply);
    case "getrange":
    case "substr":
      return reply === undefined
        ? nothing
        : one(answering(reply, { after: (held) => held, answer: (held) => range(held ?? "", words) }));
    case "setbit":
    case "getbit":
      return bit(words, reply);
    case "incr":
      return one(adding("1", reply));
    case "decr":
      return one(adding("-1", reply));
    case "incrby":
      return one(adding(value, reply));
    case "decrby":
      return one(adding(value.startsWith("-") ? value.slice(1) : `-${value}`, reply));
    case "del":
    case "unlink":
      return counted(words.slice(1), reply, () => undefined);
    case "exists":
    case "touch":
      return counted(words.slice(1), reply, (held) => held);
    case "mget":
      return mget(words.slice(1), reply, protocol);
    case "mset":
      return {
        is: "steps",
        steps: pairs(words).map(([name, text]) => ({ key: name, step: () => text, wrote: text })),
      };
    case "msetnx":
      return msetnx(pairs(words), reply);
    case "flushall":
      return { is: "flush", db: undefined };
    case "flushdb":
      return { is: "flush", db };
    case "select":
      return /^\d+$/.test(key) ? { is: "select", db: Number(key) } : nothing;
    case "reset":
      return { is: "select", db: 0 };
    case "swapdb":
      return { is: "spoils-databases", databases: [Number(key), Number(value)] };
    case "config|set":
      return words.some((word) => word.toLowerCase().startsWith("maxmemory"))
        ? { is: "limits-memory" }
        : nothing;
    case "debug":
      return /^(populate|flushall|reload|loadaof)$/i.test(key) ? { is: "spoils-all" } : nothing;
  }
  return effectOf(command, words);
}

function effectOf(command: Command, words: readonly string[]): Meaning {
  if (/^(eval|evalsha|fcall)$/.test(command.name)) return scripted(command, words);
  return command.isWrite ? unmodelled(command, words) : nothing;
}

// A script writes what it likes, but one that shows that all it writes is among its KEYS; of those called by another
// name than their text nothing is known.
function scripted(command: Command, words: readonly string[]): Meaning {
  const text = command.name === "eval" ? (words[1] ?? "") : "redis";
  const calls = [...text.matchAll(/redis\.p?call\(\s*'([^']*)'\s*(?:,\s*(KEYS\[))?/g)];
  if (calls.length !== text.split("redis").length - 1) return { is: "spoils-all" };
  const writing = calls.filter(([, name = ""]) => commandOf([name])?.isWrite !== false);
  if (writing.length === 0) return nothing;
  const isElsewhere = calls.some(([, name]) => name === "select");
  if (isElsewhere || writing.some(([, , key]) => key === undefined)) return { is: "spoils-all" };
  return { is: "spoils", keys: keysOf(command, words), inAllDatabases: false };
}

function unmodelled(command: Command, words: readonly string[]): Meaning {
  const keys = keysOf(command, words);
  const inAllDatabases = command.name === "move" || command.name === "copy";
  return keys.length === 0 || hasUnknownKeys(command)
    ? { is: "spoils-all" }
    : { is: "spoils", keys, inAllDatabases };
}

function reads(key: string, value: Held | typeof impossible): Meaning {
  if (value === impossible) return { is: "steps", steps: [{ key, step: () => impossible }] };
  const step = (held: Held): Held | typeof impossible => (held === value ? held : impossible);
  return { is: "steps", steps: [{ key, step, read: { value } }] };
}

function set(words: readonly string[], reply: string | undefined): Meaning {
  const [, key = "", value = ""] = words;
  let needsAbsent = false;
  let needsPresent = false;
  let hasGet = false;
  for (let i = 3; i < words.length; i++) {
    const option = (words[i] as string).toUpperCase();
    if (option === "NX") needsAbsent = true;
    else if (option === "XX") needsPresent = true;
    else if (option === "GET") hasGet = true;
    else if (option !== "KEEPTTL") return { is: "spoils", keys: [key], inAllDatabases: false }; // It will expire.
  }
  const when = (held: Held): boolean => (held === undefined ? !needsPresent : !needsAbsent);
  const isPlain = words.length === 3;
  const step: KeyStep["step"] = (held) => {
    const isSet = when(held);
    if (reply !== undefined) {
      const isAnswered = hasGet ? textOf(reply) === held : isSet ? reply === "+OK\r\n" : isNullReply(reply);
      if (!isAnswered) return impossible;
    }
    return isSet ? value : held;
  };
  return { is: "steps", steps: [isPlain ? { key, step, wrote: value } : { key, step }] };
}

// Changes what is held if `when`; answers 1 or 0.
function conditional(
  reply: string | undefined,
  how: { readonly when: (held: Held) => boolean; readonly set: (held: Held) => Held },
): KeyStep["step"] {
  const answer = reply === undefined ? undefined : integerReply(reply);
  return (held) => {
    const isDone = how.when(held);
    if (answer !== undefined && answer !== (isDone ? 1 : 0)) return impossible;
    return isDone ? how.set(held) : held;
  };
}

function answering(
  reply: string | undefined,
  how: { readonly after: (held: Held) => Held; readonly answer: (held: Held) => Held },
): KeyStep["step"] {
  return (held) => (reply !== undefined && textOf(reply) !== how.answer(held) ? impossible : how.after(held));
}

function counting(
  reply: string | undefined,
  how: { readonly after: (held: Held) => Held; readonly answer: (held: Held) => number },
): KeyStep["step"] {
  const answer = reply === undefined ? undefined : integerReply(reply);
  return (held) => (answer !== undefined && answer !== how.answer(held) ? impossible : how.after(held));
}

// What is no integer, or would pass the ends of 64 bits, is refused; without a reply it stays as it is.
function adding(amount: string, reply: string | undefined): KeyStep["step"] {
  if (!/^-?\d+$/.test(amount)) return (held) => (reply === undefined ? held : impossible);
  const by = BigInt(amount);
  return (held) => {
    const text = held ?? "0";
    const sum = /^(0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) + by : undefined;
    const isPossible = sum !== undefined && sum <= INT64_MAX && sum >= INT64_MIN;
    if (reply === undefined) return isPossible ? `${sum}` : held;
    return isPossible && reply === `:${sum}\r\n` ? `${sum}` : impossible;
  };
}

function setRange(words: readonly string[], reply: string | undefined): Meaning {
  const [, key = "", offsetText = "", part = ""] = words;
  const offset = Number(offsetText);
  if (!/^\d+$/.test(offsetText) || offset + part.length > BYTES_MAX) return spoils(key);
  const after = (held: Held): Held => {
    if (part === "") return held;
    const padded = (held ?? "").padEnd(offset, "\0");
    return padded.slice(0, offset) + part + padded.slice(offset + part.length);
  };
  const step = counting(reply, { after, answer: (held) => (after(held) ?? "").length });
  return { is: "steps", steps: [{ key, step }] };
}

// Both ends count; a negative one counts from behind.
function range(text: string, [, , startText = "", endText = ""]: readonly string[]): string {
  const at = (index: string): number => (Number(index) < 0 ? text.length + Number(index) : Number(index));
  const start = Math.max(at(startText), 0);
  // Both before the beginning and in the wrong order: nothing, as in Redis.
  if (Number(startText) < 0 && Number(endText) < 0 && Number(startText) > Number(endText)) return "";
  const end = Math.min(Math.max(at(endText), 0), text.length - 1);
  return start > end ? "" : text.slice(start, end + 1);
}

function bit(words: readonly string[], reply: string | undefined): Meaning {
  const [, key = "", offsetText = "", value] = words;
  const offset = Number(offsetText);
  const byte = Math.floor(offset / 8);
  if (!/^\d+$/.test(offsetText) || byte >= BYTES_MAX) return value === undefined ? nothing : spoils(key);
  const mask = 0x80 >> (offset % 8);
  const before = (held: Held): number => ((((held ?? "").charCodeAt(byte) || 0) & mask) === 0 ? 0 : 1);
  const after = (held: Held): Held => {
    if (value === undefined) return held;
    const padded = (held ?? "").padEnd(byte + 1, "\0");
    const old = padded.charCodeAt(byte);
    const code = value === "1" ? old | mask : old & ~mask;
    return padded.slice(0, byte) + String.fromCharCode(code) + padded.slice(byte + 1);
  };
  return { is: "steps", steps: [{ key, step: counting(reply, { after, answer: before }) }] };
}

function spoils(key: string): Meaning {
  return { is: "spoils", keys: [key], inAllDatabases: false };
}

// Answers how many of the keys were there. Only none and all of them say something about each.
function counted(keys: readonly string[], reply: string | undefined, after: (held: Held) => Held): Meaning {
  const count = reply === undefined ? undefined : integerReply(reply);
  const isDistinct = new Set(keys).size === keys.length;
  const step: KeyStep["step"] = (held) => {
    if (count === 0 && held !== undefined) return impossible;
    if (count === keys.length && held === undefined && isDistinct) return impossible;
    if (count !== undefined && count > keys.length) return impossible;
    return after(held);
  };
  return { is: "steps", steps: [...new Set(keys)].map((key) => ({ key, step })) };
}

function mget(keys: readonly string[], reply: string | undefined, protocol: 2 | 3): Meaning {
  if (reply === undefined) return nothing;
  const items = replyTree(reply, protocol)?.items ?? [];
  const steps = keys.flatMap((key, i): readonly KeyStep[] => {
    const item = items[i];
    const value = item === undefined ? impossible : item.mark === "_" ? undefined : item.text;
    const meaning = reads(key, value);
    return meaning.is === "steps" ? meaning.steps : [];
  });
  return { is: "steps", steps };
}

function msetnx(all: readonly (readonly [string, string])[], reply: string | undefined): Meaning {
  if (reply === ":0\r\n") return nothing; // Some key was there; which, nobody knows.
  const known = reply === ":1\r\n";
  const written = new Map(all); // Of a key named twice, the last.
  const steps = [...written].map(([key, text]): KeyStep => {
    const step: KeyStep["step"] = (held) => (held === undefined ? text : known ? impossible : held);
    return known ? { key, step } : { key, step, isOptional: true };
  });
  return { is: "steps", steps };
}

function pairs(words: readonly string[]): (readonly [string, string])[] {
  const written = new Map<string, string>();
  for (let i = 1; i + 1 < words.length; i += 2) written.set(words[i] as string, words[i + 1] as string);
  return [...written];
}

function textOf(reply: string): Held | typeof impossible {
  return isNullReply(reply) ? undefined : (stringReply(reply) ?? impossible);
}
