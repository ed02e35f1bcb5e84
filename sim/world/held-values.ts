// Held values: what a store holds, read off its entries as texts that can be compared with the oracle's.
//
// Role: for checks that look behind the replies. It reads with the keyspace's own views, as DEBUG DIGEST does, and
// touches nothing: no access time, no expiry.

import { scoreText } from "../../oracle/sorted-sets.ts";
import { encodingName } from "../../src/commands/generic/object.ts";
import type { Databases } from "../../src/keyspace/databases.ts";
import { EntryView } from "../../src/keyspace/entry-view.ts";
import { HashView } from "../../src/keyspace/hash-view.ts";
import { ListView } from "../../src/keyspace/list-view.ts";
import { SetView } from "../../src/keyspace/set-view.ts";
import { SortedSetView } from "../../src/keyspace/sorted-set-view.ts";
import type { Ref } from "../../src/store/arena.ts";
import type { Element } from "../../src/store/element.ts";
import {
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STREAM,
  TYPE_STRING,
  TYPE_ZSET,
} from "../../src/store/entry.ts";
import { bytesOf, textBetween as textAt } from "../clients/latin1.ts";
import { payloadText, streamTexts } from "./held-streams.ts";
import { comparableText, type HeldField, type HeldValue } from "./live-node.ts";

/** All live keys of one database of one shard, put into `found`. */
export function readDatabase(
  databases: Databases,
  db: number,
  found: Map<string, HeldValue>,
  withEnded = false,
): void {
  const dict = databases.dicts[db];
  if (dict === undefined) return;
  const view = new EntryView(new Uint8Array(0));
  let cursor = 0;
  do {
    cursor = dict.scan(cursor, 1024, (ref) => {
      const held = heldAt(databases, db, ref, view, withEnded);
      if (held !== undefined) found.set(textAt(view.bytes, view.keyStart, view.keyEnd), held);
    });
  } while (cursor !== 0);
}

/** One live key of one shard. */
export function readKey(databases: Databases, db: number, key: string): HeldValue | undefined {
  const ref = refOf(databases, db, key);
  return ref === 0 ? undefined : heldAt(databases, db, ref, new EntryView(new Uint8Array(0)));
}

/** All fields of a hash that are there, whatever their time. */
export function readFields(databases: Databases, db: number, key: string): readonly HeldField[] | undefined {
  const ref = refOf(databases, db, key);
  if (ref === 0) return undefined;
  const view = new EntryView(new Uint8Array(0));
  view.owner = databases;
  view.db = db;
  databases.fill(view, ref);
  if (view.type !== TYPE_HASH) return undefined;
  // While none is due, none is hidden.
  const { hasDueFields } = databases;
  databases.hasDueFields = false;
  const hash = new HashView().show(view);
  const fields: HeldField[] = [];
  hash.rewind();
  while (hash.next()) {
    const endMs = hash.fieldExpireAtMs;
    fields.push({ field: elementText(hash.field), value: elementText(hash.value), endMs });
  }
  databases.hasDueFields = hasDueFields;
  return fields;
}

// What the entry holds, and `view` filled from it; undefined when its time is over.
function heldAt(
  databases: Databases,
  db: number,
  ref: Ref,
  view: EntryView,
  withEnded = false,
): HeldValue | undefined {
  view.owner = databases;
  view.db = db;
  databases.fill(view, ref);
  const expireAtMs = view.hasExpiry ? databases.expiryOf(ref) : undefined;
  if (expireAtMs !== undefined && expireAtMs <= databases.nowMs && !withEnded) return undefined;
  const held = { value: valueText(view), expireAtMs, encoding: encodingName(view) };
  return view.type === TYPE_STREAM ? { ...held, payload: payloadText(view) } : held;
}

// In the order in which the oracle tells it: of a hash by field, of a set by member, of a sorted set by rank.
function valueText(view: EntryView): string {
  switch (view.type) {
    case TYPE_STRING:
      return comparableText("string", textAt(view.bytes, view.valueStart, view.valueEnd));
    case TYPE_LIST: {
      const list = new ListView().show(view);
      const elements: string[] = [];
      for (let more = list.first(); more; more = list.next()) elements.push(elementText(list.element));
      return comparableText("list", elements);
    }
    case TYPE_SET: {
      const set = new SetView().show(view);
      const members: string[] = [];
      set.rewind();
      while (set.next()) members.push(elementText(set.member));
      return comparableText("set", members);
    }
    case TYPE_HASH: {
      const hash = new HashView().show(view);
      const pairs: [string, string][] = [];
      hash.rewind();
      while (hash.next()) pairs.push([elementText(hash.field), elementText(hash.value)]);
      return comparableText("hash", pairs.sort(([a], [b]) => (a < b ? -1 : 1)).flat());
    }
    case TYPE_ZSET: {
      const set = new SortedSetView().show(view);
      const ranked: string[] = [];
      for (let more = set.seek(0); more; more = set.next()) {
        ranked.push(elementText(set.member), scoreText(set.score));
      }
      return comparableText("zset", ranked);
    }
    case TYPE_STREAM:
      return comparableText("stream", streamTexts(view));
    default:
      return comparableText(`type ${view.type}`, "");
  }
}

function refOf(databases: Databases, db: number, key: string): Ref {
  const bytes = bytesOf(key);
  return databases.dicts[db]?.find(databases.hashOf(bytes, 0, bytes.length), bytes, 0, bytes.length) ?? 0;
}

function elementText(element: Element): string {
  element.text();
  return textAt(element.bytes, element.start, element.end);
}
