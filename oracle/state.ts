// stateOf: the model's whole state as plain data, to be held against what a server says of its own.

import type { Entry, Model, StreamGroup, StreamValue, Value } from "./model.ts";
import { ranked, scoreText } from "./sorted-sets.ts";
import { idMax, idText } from "./stream-ids.ts";
import { entriesWithin } from "./stream-nodes.ts";
import { namesOf, pendingOf } from "./streams.ts";
import { stringEncoding } from "./strings.ts";

export type KeyState = {
  readonly type: Entry["type"];
  /** The value's bytes, Latin-1; of a collection its elements, in the order in which the type's usual read gives them. */
  readonly value: string | readonly string[];
  /** As OBJECT ENCODING says. */
  readonly encoding: string;
  /** Unix milliseconds. */
  readonly expireAtMs: number | undefined;
};

/** Live keys by database; databases without any are left out. */
export function stateOf(model: Model): Map<number, Map<string, KeyState>> {
  const state = new Map<number, Map<string, KeyState>>();
  for (let db = 0; db < model.databases.length; db++) {
    const keys = new Map<string, KeyState>();
    for (const [key, entry] of model.live(db)) keys.set(key, keyState(entry));
    if (keys.size > 0) state.set(db, keys);
  }
  return state;
}

/** What OBJECT ENCODING says of a value. */
export function encodingOf(entry: Entry): string {
  return entry.type === "string" ? stringEncoding(entry) : entry.encoding;
}

/** A value as plain data: of a hash or a set, which have no order, by field or member; of a sorted set by rank. */
export function plainValue(entry: Value): string | readonly string[] {
  switch (entry.type) {
    case "string":
      return entry.value;
    case "list":
      return [...entry.value];
    case "hash":
      return [...entry.value].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
    case "set":
      return [...entry.value].sort();
    case "stream":
      return streamTexts(entry);
    case "zset":
      return ranked(entry.value).flatMap(([member, score]) => [member, scoreText(score)]);
  }
}

// Entries, then what the stream knows of itself, then its groups.
function streamTexts(stream: StreamValue): readonly string[] {
  const { firstId, lastId, maxDeletedId, entriesAdded, groups } = stream;
  const texts: string[] = [];
  for (const { id, words } of entriesWithin(stream, 0n, idMax)) texts.push(idText(id), ...words);
  texts.push(...[firstId, lastId, maxDeletedId].map(idText), `${entriesAdded}`);
  for (const name of namesOf(groups)) {
    const group = groups.get(name) as StreamGroup;
    texts.push(name, idText(group.lastId), `${group.entriesRead}`);
    for (const consumer of namesOf(group.consumers)) texts.push(consumer, `${group.consumers.get(consumer)}`);
    for (const [id, { consumer, deliveredMs, deliveries }] of pendingOf(group)) {
      texts.push(idText(id), consumer, `${deliveredMs}`, `${deliveries}`);
    }
  }
  return texts;
}

function keyState(entry: Entry): KeyState {
  return {
    type: entry.type,
    value: plainValue(entry),
    encoding: encodingOf(entry),
    expireAtMs: entry.expireAtMs,
  };
}
