// Held: what a server holds in one database, read over the wire, and whether it is what the model says.
//
// Invariant: reading changes nothing that is compared. A key whose time may be over within the time of reading is
// allowed to be there or not.

import type { RawConnection } from "../resp/raw-connection.ts";
import { type Frame, parseFrame } from "../resp/reply-frame.ts";
import { encodeRequest, quoteWords, type Words } from "../resp/request.ts";
import type { Entry, Expiry, Keys, Model, Value } from "./model.ts";

export type HeldGroup = { readonly last: string; readonly pending: ReadonlyMap<string, string> };
export type HeldKey = {
  readonly type: string;
  /** -1: none. */
  readonly expireAtMs: number;
  /** Elements as the command that lists them gives them. */
  readonly words: readonly string[];
  /** Of a hash with times: field -> milliseconds since 1970. */
  readonly times: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, HeldGroup>;
};
export type HeldKeys = ReadonlyMap<string, HeldKey>;
/** What both databases of a client held, read between two moments of the wall clock. */
export type Held = {
  readonly dbs: readonly [HeldKeys, HeldKeys];
  readonly fromMs: number;
  readonly untilMs: number;
};

/** Clocks are read in whole milliseconds, by two processes. */
const slackMs = 3;

const listing: Readonly<Record<string, (key: string) => Words>> = {
  string: (key) => ["GET", key],
  list: (key) => ["LRANGE", key, "0", "-1"],
  hash: (key) => ["HGETALL", key],
  set: (key) => ["SMEMBERS", key],
  zset: (key) => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
  stream: (key) => ["XRANGE", key, "-", "+"],
};

/** Reads both databases of a client. */
export async function readHeld(
  connection: RawConnection,
  dbs: readonly [number, number],
  hasFieldExpiry: boolean,
): Promise<Held> {
  const fromMs = Date.now();
  const first = await readKeys(connection, dbs[0], hasFieldExpiry);
  const second = await readKeys(connection, dbs[1], hasFieldExpiry);
  return { dbs: [first, second], fromMs, untilMs: Date.now() };
}

async function readKeys(connection: RawConnection, db: number, hasFieldExpiry: boolean): Promise<HeldKeys> {
  const [, listed] = await ask(connection, [
    ["SELECT", `${db}`],
    ["KEYS", "*"],
  ]);
  const names = (listed?.items ?? []).map(({ text }) => text);
  const types = await ask(
    connection,
    names.flatMap((key) => [
      ["TYPE", key],
      ["PEXPIRETIME", key],
    ]),
  );
  const found = new Map<string, HeldKey>();
  const there = names.flatMap((key, i) => {
    const type = types[i * 2]?.text ?? "none";
    const expireAtMs = Number(types[i * 2 + 1]?.text);
    // Its time was over between the listing and the question.
    return type === "none" || expireAtMs === -2 ? [] : [{ key, type, expireAtMs }];
  });
  const contents = await ask(
    connection,
    there.map(({ key, type }) => (listing[type] ?? listing["string"])?.(key) ?? []),
  );
  for (const [i, { key, type, expireAtMs }] of there.entries()) {
    const content = contents[i];
    if (content === undefined) continue;
    if (type === "string" && content.raw.toString("latin1", 0, 3) === "$-1") continue;
    const words = leaves(content);
    const times = type === "hash" && hasFieldExpiry ? await timesOf(connection, key, words) : new Map();
    const groups = type === "stream" ? await groupsOf(connection, key) : new Map();
    found.set(key, { type, expireAtMs, words, times, groups });
  }
  return found;
}

async function timesOf(
  connection: RawConnection,
  key: string,
  words: readonly string[],
): Promise<Map<string, number>> {
  const fields = words.filter((_, i) => i % 2 === 0);
  if (fields.length === 0) return new Map();
  const [reply] = await ask(connection, [["HPEXPIRETIME", key, "FIELDS", `${fields.length}`, ...fields]]);
  const times = new Map<string, number>();
  for (const [i, field] of fields.entries()) {
    const atMs = Number(reply?.items[i]?.text);
    if (atMs >= 0) times.set(field, atMs);
  }
  return times;
}

async function groupsOf(connection: RawConnection, key: string): Promise<Map<string, HeldGroup>> {
  const [info] = await ask(connection, [["XINFO", "GROUPS", key]]);
  const groups = new Map<string, HeldGroup>();
  for (const { items } of info?.items ?? []) {
    const told = (field: string): string =>
      items[items.findIndex(({ text }) => text === field) + 1]?.text ?? "";
    const name = told("name");
    const [listed] = await ask(connection, [["XPENDING", key, name, "-", "+", "1000000"]]);
    const pending = (listed?.items ?? []).map((each): [string, string] => [
      each.items[0]?.text ?? "",
      each.items[1]?.text ?? "",
    ]);
    groups.set(name, { last: told("last-delivered-id"), pending: new Map(pending) });
  }
  return groups;
}

/** Sends `calls` at once; throws when an answer is missing or is an error. */
export async function ask(connection: RawConnection, calls: readonly Words[]): Promise<Frame[]> {
  if (calls.length === 0) return [];
  connection.send(Buffer.concat(calls.map(encodeRequest)));
  const replies = (await connection.take(calls.length)).map((raw) => parseFrame(raw));
  const wrong = replies.findIndex(({ mark }) => mark === "-");
  if (replies.length < calls.length || wrong >= 0) {
    const at = wrong < 0 ? replies.length : wrong;
    const told = wrong < 0 ? "no answer" : (replies[wrong]?.text ?? "");
    throw new Error(`${quoteWords(calls[at] as Words, 60)}: ${told}`);
  }
  return replies;
}

function leaves({ mark, items, text }: Frame): string[] {
  return mark === "*" ? items.flatMap(leaves) : [text];
}

export type Difference = { readonly db: number; readonly key: string; readonly text: string };

/** The first difference, or undefined. `hint` is a key to look at first: the one that differed before. */
export function firstDifference(
  model: Model,
  held: Held,
  hint: Difference | undefined,
): Difference | undefined {
  if (hint !== undefined) {
    const text = keyDifference(model, held, hint.db, hint.key);
    if (text !== undefined) return { ...hint, text };
  }
  for (const difference of eachDifference(model, held)) return difference;
  return undefined;
}

/** All keys that differ. */
export function differences(model: Model, held: Held): readonly Difference[] {
  return [...eachDifference(model, held)];
}

function* eachDifference(model: Model, held: Held): Generator<Difference> {
  for (const db of [0, 1] as const) {
    for (const key of new Set([...model.dbs[db].keys(), ...held.dbs[db].keys()])) {
      const text = keyDifference(model, held, db, key);
      if (text !== undefined) yield { db, key, text };
    }
  }
}

function keyDifference(model: Model, held: Held, db: number, key: string): string | undefined {
  const entry = (model.dbs[db] as Keys).get(key);
  const there = (held.dbs[db] as HeldKeys).get(key);
  if (entry === undefined) return there === undefined ? undefined : "is there and should not be";
  const { value, expiry } = entry;
  if (there === undefined) return mayBeOver(expiry, held) ? undefined : "is missing";
  if (expiry !== undefined && expiry.highMs + slackMs < held.fromMs) return "is there past its time";
  if (!isWithin(expiry, there.expireAtMs)) return `ends at ${there.expireAtMs}, not ${shown(expiry)}`;
  if (value.type !== there.type) return `is a ${there.type}, not a ${value.type}`;
  return valueDifference(value, there);
}

function valueDifference(value: Value, { words, times, groups }: HeldKey): string | undefined {
  switch (value.type) {
    case "string":
      return value.text === words[0] ? undefined : `holds ${brief(words[0])}, not ${brief(value.text)}`;
    case "list":
      return listDifference(value.items, words);
    case "hash": {
      if (words.length !== value.fields.size * 2)
        return `has ${words.length / 2} fields, not ${value.fields.size}`;
      for (let i = 0; i < words.length; i += 2) {
        const [field = "", text] = [words[i], words[i + 1]];
        if (value.fields.get(field) !== text)
          return `field ${field} holds ${brief(text)}, not ${brief(value.fields.get(field))}`;
        if (!isWithin(value.times.get(field), times.get(field) ?? -1))
          return `field ${field} ends at ${times.get(field)}, not ${shown(value.times.get(field))}`;
      }
      return undefined;
    }
    case "set": {
      const strange = words.find((word) => !value.members.has(word));
      if (strange !== undefined) return `has ${brief(strange)}`;
      const count = value.members.size - value.unknownLost;
      return words.length === count ? undefined : `has ${words.length} members, not ${count}`;
    }
    case "zset": {
      if (words.length !== value.scores.size * 2)
        return `has ${words.length / 2} members, not ${value.scores.size}`;
      for (let i = 0; i < words.length; i += 2) {
        const score = value.scores.get(words[i] as string);
        if (score !== Number(words[i + 1])) return `${words[i]} has ${words[i + 1]}, not ${score}`;
      }
      return undefined;
    }
    case "stream":
      return streamDifference(value, words, groups);
  }
}

function listDifference(items: readonly string[], words: readonly string[]): string | undefined {
  if (items.length !== words.length) return `has ${words.length} elements, not ${items.length}`;
  const at = items.findIndex((item, i) => item !== words[i]);
  return at < 0 ? undefined : `element ${at} is ${brief(words[at])}, not ${brief(items[at])}`;
}

function streamDifference(
  { added, gone, groups }: Extract<Value, { type: "stream" }>,
  words: readonly string[],
  heldGroups: ReadonlyMap<string, HeldGroup>,
): string | undefined {
  let at = 0;
  for (const [number, { id, fields }] of added.entries()) {
    if (gone.has(number)) continue;
    const found = words.slice(at, at + 1 + fields.length);
    if (id !== undefined && found[0] !== id) return `entry ${number} is ${found[0]}, not ${id}`;
    const different = listDifference(fields, found.slice(1));
    if (different !== undefined) return `entry ${number}: ${different}`;
    at += found.length;
  }
  if (at < words.length) return `has an entry ${words[at]} too many`;
  if (heldGroups.size !== groups.size) return `has ${heldGroups.size} groups, not ${groups.size}`;
  for (const [name, { delivered, pending }] of groups) {
    const there = heldGroups.get(name);
    if (there === undefined) return `lacks group ${name}`;
    const last = delivered === 0 ? "0-0" : added[delivered - 1]?.id;
    if (last !== undefined && last !== there.last) return `group ${name} is at ${there.last}, not ${last}`;
    if (pending.size !== there.pending.size)
      return `group ${name} has ${there.pending.size} pending, not ${pending.size}`;
    for (const [number, consumer] of pending) {
      const id = added[number]?.id;
      if (id !== undefined && there.pending.get(id) !== consumer)
        return `group ${name} lacks ${id} of ${consumer}`;
    }
  }
  return undefined;
}

/** Fills what the model left open with what is there. Only for a model that does not differ from `held`. */
export function settle(model: Model, held: Held): void {
  for (const db of [0, 1] as const) {
    for (const [key, entry] of [...model.dbs[db]]) {
      const there = held.dbs[db].get(key);
      if (there === undefined) model.dbs[db].delete(key);
      else settleEntry(entry, there);
    }
  }
}

function settleEntry(entry: Entry, there: HeldKey): void {
  const { value } = entry;
  entry.expiry = there.expireAtMs < 0 ? undefined : exactly(there.expireAtMs);
  if (value.type === "set") {
    value.members.clear();
    for (const word of there.words) value.members.add(word);
    value.unknownLost = 0;
  }
  if (value.type === "hash") {
    for (const [field, atMs] of there.times) value.times.set(field, exactly(atMs));
  }
  if (value.type === "stream") {
    let at = 0;
    for (const [number, added] of value.added.entries()) {
      if (value.gone.has(number)) continue;
      added.id = there.words[at];
      at += 1 + added.fields.length;
    }
  }
}

function exactly(ms: number): Expiry {
  return { lowMs: ms, highMs: ms };
}

function mayBeOver(expiry: Expiry | undefined, held: Held): boolean {
  return expiry !== undefined && expiry.lowMs - slackMs <= held.untilMs;
}

function isWithin(expiry: Expiry | undefined, atMs: number): boolean {
  if (expiry === undefined) return atMs === -1;
  return atMs >= expiry.lowMs - slackMs && atMs <= expiry.highMs + slackMs;
}

function shown(expiry: Expiry | undefined): string {
  return expiry === undefined ? "never" : `${expiry.lowMs} to ${expiry.highMs}`;
}

function brief(text: string | undefined): string {
  return text === undefined ? "nothing" : quoteWords([text], 40);
}
