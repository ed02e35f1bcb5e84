// XREAD's and XREADGROUP's words, and which entries of which streams they ask for.

import type { Call } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { error, type Reply } from "../../reply.ts";
import { strictId } from "../../stream-ids.ts";
import { invalidId, noGroup, optionName, streamAt } from "../../streams.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";

export type Read = {
  readonly keys: readonly string[];
  /** As they were written, one for each key. */
  readonly ids: readonly string[];
  /** 0: all. */
  readonly count: number;
  /** It waits where there is nothing. */
  readonly isWaiting: boolean;
  /** XREADGROUP: for whom. */
  readonly reader: Reader | undefined;
};

export type Reader = {
  readonly group: string;
  readonly consumer: string;
  /** What is read need not be acknowledged. */
  readonly isFree: boolean;
};

/** What is read of a stream: entries above an ID, what is new to the group, or what the consumer has still pending. */
export type Wanted = { readonly key: string } & (
  | { readonly kind: "above"; readonly id: bigint; readonly isFromNow: boolean }
  | { readonly kind: "new" }
  | { readonly kind: "pending"; readonly id: bigint }
);

type Reading = {
  count: number;
  isWaiting: boolean;
  group: readonly [name: string, consumer: string] | undefined;
  isFree: boolean;
};

/** `isScript`: a script asks, which may not even ask to wait. */
export function readFrom(
  words: readonly string[],
  { isOfGroup, isScript }: { readonly isOfGroup: boolean; readonly isScript: boolean },
): Read | Reply {
  const reading: Reading = { count: 0, isWaiting: false, group: undefined, isFree: false };
  let at = 1;
  for (;;) {
    if (at >= words.length) return syntaxError; // STREAMS is missing.
    if (optionName(words[at] as string) === "STREAMS" && at + 1 < words.length) break;
    const next = readOption(reading, words, { at, isOfGroup, isScript });
    if (typeof next !== "number") return next;
    at = next;
  }
  const named = words.slice(at + 1);
  if (named.length % 2 !== 0) {
    return error("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
  }
  const { group, isFree, count, isWaiting } = reading;
  if (isOfGroup && group === undefined) return error("ERR Missing GROUP option for XREADGROUP");
  const half = named.length / 2;
  const reader = group && { group: group[0], consumer: group[1], isFree };
  return { keys: named.slice(0, half), ids: named.slice(half), count, isWaiting, reader };
}

function readOption(
  reading: Reading,
  words: readonly string[],
  {
    at,
    isOfGroup,
    isScript,
  }: { readonly at: number; readonly isOfGroup: boolean; readonly isScript: boolean },
): number | Reply {
  const option = optionName(words[at] as string);
  const left = words.length - at - 1;
  if (option === "BLOCK" && left >= 1) {
    if (isScript) {
      return error(formatted(`ERR ${words[0]} command is not allowed with BLOCK option from scripts`));
    }
    const timeout = int64(words[at + 1] as string);
    if (timeout === undefined) return error(errors.timeoutNotAnInteger);
    if (timeout < 0n) return error(errors.timeoutNegative);
    reading.isWaiting = true;
    return at + 2;
  }
  if (option === "COUNT" && left >= 1) {
    const count = int64(words[at + 1] as string);
    if (count === undefined) return notAnInteger;
    reading.count = Math.max(Number(count), 0);
    return at + 2;
  }
  if (option === "GROUP" && left >= 2) {
    if (!isOfGroup) return onlyOfGroup("GROUP");
    reading.group = [words[at + 1] as string, words[at + 2] as string];
    return at + 3;
  }
  if (option === "NOACK") {
    if (!isOfGroup) return onlyOfGroup("NOACK");
    reading.isFree = true;
    return at + 1;
  }
  return syntaxError;
}

function onlyOfGroup(option: string): Reply {
  return error(`ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`);
}

/** What is wanted of each stream, as they are now; or the error. */
export function wantedOf(call: Call, { keys, ids, reader }: Read): readonly Wanted[] | Reply {
  const wanted: Wanted[] = [];
  for (const [i, key] of keys.entries()) {
    const stream = streamAt(call, key);
    if (stream === "wrong type") return wrongType;
    if (reader !== undefined && stream?.groups.get(reader.group) === undefined) {
      return noGroup(key, reader.group, " in XREADGROUP with GROUP option");
    }
    const text = ids[i] as string;
    if (word(text) === "$") {
      if (reader !== undefined) return lastIsMeaningless;
      wanted.push({ key, kind: "above", id: stream?.lastId ?? 0n, isFromNow: true });
    } else if (word(text) === ">") {
      if (reader === undefined) return newIsOfGroups;
      wanted.push({ key, kind: "new" });
    } else {
      const id = strictId(text, 0n);
      if (id === undefined) return invalidId;
      wanted.push(wantedFrom(key, id, reader));
    }
  }
  return wanted;
}

const newMark = (1n << 128n) - 1n; // ">" as an ID

function wantedFrom(key: string, id: bigint, reader: Reader | undefined): Wanted {
  if (reader === undefined) return { key, kind: "above", id, isFromNow: false };
  return id === newMark ? { key, kind: "new" } : { key, kind: "pending", id };
}

const lastIsMeaningless = error(
  "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by " +
    "specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.",
);

const newIsOfGroups = error(
  "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
);
