// Options of XADD and XTRIM: how the stream is trimmed, and which ID is added.

import { limit } from "../../collections.ts";
import type { Model } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { error, type Reply } from "../../reply.ts";
import { openId, strictId } from "../../stream-ids.ts";
import type { Trim } from "../../stream-nodes.ts";
import { invalidId, optionName } from "../../streams.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";

/** The ID to add: a whole one, milliseconds whose sequence follows by itself, or undefined: all of it does. */
export type WantedId =
  | { readonly kind: "id"; readonly id: bigint }
  | { readonly kind: "ms"; readonly ms: bigint }
  | undefined;

export type TrimOptions = {
  /** undefined: nothing is trimmed. */
  readonly trim: Trim | undefined;
  readonly createsStream: boolean;
  readonly id: WantedId;
  /** Where the words behind the ID begin; past them all when there was none. */
  readonly next: number;
};

type Strategy =
  | { readonly by: "length"; readonly lengthMax: number; readonly isRough: boolean }
  | { readonly by: "id"; readonly idMin: bigint; readonly isRough: boolean };

type Reading = {
  strategy: Strategy | undefined;
  limit: bigint | undefined;
  createsStream: boolean;
};

/** The options from word 2 on, or the first mistake in them. */
export function trimOptions(
  model: Model,
  words: readonly string[],
  command: "xadd" | "xtrim",
): TrimOptions | Reply {
  const reading: Reading = { strategy: undefined, limit: undefined, createsStream: true };
  let id: WantedId;
  let at = 2;
  while (at < words.length) {
    const word = words[at] as string;
    if (command === "xadd" && optionName(word) === "*") break;
    const next = readOption(reading, words, at);
    if (typeof next === "number") {
      at = next;
      continue;
    }
    if (next !== undefined) return next;
    if (command === "xadd" && optionName(word) === "NOMKSTREAM") {
      reading.createsStream = false;
      at++;
      continue;
    }
    if (command === "xtrim") return syntaxError;
    id = wantedId(word);
    if (id === undefined) return invalidId;
    break;
  }
  const { strategy, createsStream } = reading;
  const limitWord = reading.limit;
  if (limitWord !== undefined && limitWord !== 0n && strategy === undefined) {
    return error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
  }
  if (command === "xtrim" && strategy === undefined) {
    return error("ERR syntax error, XTRIM must be called with a trimming strategy");
  }
  if (limitWord !== undefined && strategy?.isRough !== true) {
    return error("ERR syntax error, LIMIT cannot be used without the special ~ option");
  }
  const trim = strategy && { ...strategy, limit: limitOf(model, strategy, limitWord) };
  return { trim, createsStream, id, next: at + 1 };
}

const defaultNodes = 100;
const limitMax = 1_000_000;
const limitWithoutNodes = 10_000;

// So that a single call does not work for too long.
function limitOf(model: Model, { isRough }: Strategy, given: bigint | undefined): number {
  if (given !== undefined) return Number(given);
  if (!isRough) return 0;
  const entries = defaultNodes * limit(model, "stream-node-max-entries");
  return entries <= 0 ? limitWithoutNodes : Math.min(entries, limitMax);
}

function wantedId(word: string): WantedId {
  const ms = openId(word);
  if (ms !== undefined) return { kind: "ms", ms };
  const id = strictId(word, 0n);
  return id === undefined ? undefined : { kind: "id", id };
}

// The word behind an option that both commands have, an error, or undefined: it is no such option.
function readOption(reading: Reading, words: readonly string[], at: number): number | Reply | undefined {
  const left = words.length - at - 1;
  if (left < 1) return undefined;
  switch (optionName(words[at] as string)) {
    case "MAXLEN":
    case "MINID":
      return readStrategy(reading, words, at);
    case "LIMIT": {
      const given = int64(words[at + 1] as string);
      if (given === undefined) return notAnInteger;
      if (given < 0n) return error("ERR The LIMIT argument must be >= 0.");
      reading.limit = given;
      return at + 2;
    }
    default:
      return undefined;
  }
}

function readStrategy(reading: Reading, words: readonly string[], at: number): number | Reply {
  if (reading.strategy !== undefined) {
    return error("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
  }
  const mark = optionName(words[at + 1] as string);
  const isMarked = words.length - at - 1 >= 2 && (mark === "~" || mark === "=");
  const isRough = isMarked && mark === "~";
  const text = words[at + (isMarked ? 2 : 1)] as string;
  const next = at + (isMarked ? 3 : 2);
  if (optionName(words[at] as string) === "MAXLEN") {
    const length = int64(text);
    if (length === undefined) return notAnInteger;
    if (length < 0n) return error("ERR The MAXLEN argument must be >= 0.");
    reading.strategy = { by: "length", lengthMax: Number(length), isRough };
    return next;
  }
  const idMin = strictId(text, 0n);
  if (idMin === undefined) return invalidId;
  reading.strategy = { by: "id", idMin, isRough };
  return next;
}
