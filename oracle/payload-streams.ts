// Streams in payloads: nodes as listpacks, counters, then groups with what they have pending.
//
//   node      | count | deleted | fields of the first entry: count, each | 0 | entry | ...
//   entry     | flags | milliseconds, sequence: above the node's ID | [count of fields] | fields and values | elements |

import type { PendingEntry, StreamEntry, StreamGroup, StreamNode, StreamValue } from "./model.ts";
import { int64 } from "./numbers.ts";
import { listpackElements } from "./packed.ts";
import type { PayloadReader } from "./payload-reader.ts";
import { idMax, idOf, msOf, sequenceOf } from "./stream-ids.ts";
import { emptyStream, entriesWithin, liveCount } from "./stream-nodes.ts";
import { readsUpTo } from "./streams.ts";

/** "old": without what Redis 7.0 counts. */
type Form = "old" | "counted";

/** A stream behind its type byte; undefined when it is malformed. */
export function streamFrom(reader: PayloadReader, form: Form): StreamValue | undefined {
  const nodes = many(reader, nodeFrom);
  const length = reader.whole();
  const lastId = idFrom(reader);
  const [firstId, maxDeletedId, entriesAdded] =
    form === "old" ? [0n, 0n, length] : [idFrom(reader), idFrom(reader), reader.whole()];
  if (nodes === undefined || length === undefined || lastId === undefined) return undefined;
  if (firstId === undefined || maxDeletedId === undefined || entriesAdded === undefined) return undefined;
  if (length > 0n && nodes.length === 0) return undefined;
  const counted = {
    ...emptyStream,
    value: nodes,
    length: Number(length),
    lastId,
    maxDeletedId,
    entriesAdded,
  };
  const [first] = entriesWithin(counted, 0n, idMax);
  const stream = { ...counted, firstId: form === "old" ? (first?.id ?? idMax) : firstId };
  const groups = many(reader, (from) => groupFrom(from, stream, form));
  if (groups === undefined) return undefined;
  const byName = new Map(groups);
  return byName.size < groups.length ? undefined : { ...stream, groups: byName };
}

/** The same entries in the same nodes, and groups that know the same; times may differ a little. */
export function isSameStream(a: StreamValue, b: StreamValue, toleranceMs: number): boolean {
  const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= toleranceMs;
  if (plain(a) !== plain(b)) return false;
  return [...a.groups].every(([name, group]) => {
    const other = b.groups.get(name);
    if (other === undefined) return false;
    const areSeen = [...group.consumers].every(([consumer, ms]) =>
      isNear(ms, other.consumers.get(consumer) ?? Number.NaN),
    );
    const arePending = [...group.pending].every(([id, { deliveredMs }]) =>
      isNear(deliveredMs, other.pending.get(id)?.deliveredMs ?? Number.NaN),
    );
    return areSeen && arePending;
  });
}

// All but times. Of entries that are deleted only their number counts.
function plain(stream: StreamValue): string {
  const { value, length, firstId, lastId, maxDeletedId, entriesAdded, groups } = stream;
  const nodes = value.map((node) => {
    const entries = node.entries.filter(({ isDeleted }) => !isDeleted);
    const dead = node.entries.length - liveCount(node);
    return [`${node.masterId}`, dead, entries.map(({ id, words }) => [`${id}`, ...words])];
  });
  const named = [...groups].map(([name, { lastId: readId, entriesRead, pending, consumers }]) => {
    const rows = [...pending].map(([id, row]) => [`${id}`, row.consumer, `${row.deliveries}`]);
    return [name, `${readId}`, `${entriesRead}`, rows.sort(), [...consumers.keys()].sort()];
  });
  const ids = [firstId, lastId, maxDeletedId, entriesAdded].map(String);
  return JSON.stringify([nodes, length, ids, named.sort()]);
}

function idFrom(reader: PayloadReader): bigint | undefined {
  const ms = reader.whole();
  const sequence = reader.whole();
  return ms === undefined || sequence === undefined ? undefined : idOf(ms, sequence);
}

function rawIdFrom(reader: PayloadReader): bigint | undefined {
  const ms = reader.wholeBytes();
  const sequence = reader.wholeBytes();
  return ms === undefined || sequence === undefined ? undefined : idOf(ms, sequence);
}

const DELETED = 1n;
const SAME_FIELDS = 2n;

function nodeFrom(reader: PayloadReader): StreamNode | undefined {
  const key = reader.string();
  const elements = listpackElements(reader.string() ?? "");
  if (key?.length !== 16 || elements === undefined) return undefined;
  const masterId = [...key].reduce((id, byte) => id * 256n + BigInt(byte.charCodeAt(0)), 0n);
  const numbers = elements.map((text) => int64(text));
  const fieldCount = Number(numbers[2] ?? -1n);
  const fields = elements.slice(3, 3 + fieldCount);
  const entries: StreamEntry[] = [];
  let at = 4 + fieldCount;
  while (at < elements.length) {
    const [flags, ms, sequence] = numbers.slice(at, at + 3);
    if (flags === undefined || ms === undefined || sequence === undefined) return undefined;
    const isSame = (flags & SAME_FIELDS) !== 0n;
    const count = isSame ? fieldCount : Number(numbers[at + 3] ?? -1n);
    const from = at + (isSame ? 3 : 4);
    const end = from + (isSame ? count : count * 2);
    if (count < 0 || end >= elements.length) return undefined;
    const told = elements.slice(from, end);
    const words = isSame ? fields.flatMap((field, i) => [field, told[i] as string]) : told;
    const id = idOf(
      BigInt.asUintN(64, msOf(masterId) + ms),
      BigInt.asUintN(64, sequenceOf(masterId) + sequence),
    );
    entries.push({ id, words, isDeleted: (flags & DELETED) !== 0n });
    at = end + 1;
  }
  return { masterId, fields, entries };
}

function groupFrom(
  reader: PayloadReader,
  stream: StreamValue,
  form: Form,
): readonly [string, StreamGroup] | undefined {
  const name = reader.string();
  const lastId = idFrom(reader);
  const read = form === "old" ? readsUpTo(stream, lastId ?? 0n) : reader.whole();
  const given = many(reader, deliveryFrom);
  if (name === undefined || lastId === undefined || read === undefined || given === undefined)
    return undefined;
  const owners = new Map<bigint, string>();
  const consumers = new Map<string, number>();
  const all = many(reader, (from) => {
    const consumer = from.string();
    const seenMs = from.time();
    const ids = many(from, rawIdFrom);
    if (consumer === undefined || seenMs === undefined || ids === undefined) return undefined;
    for (const id of ids) owners.set(id, consumer);
    consumers.set(consumer, seenMs);
    return consumer;
  });
  if (all === undefined || all.length > consumers.size || owners.size !== given.length) return undefined;
  const pending = new Map<bigint, PendingEntry>();
  for (const { id, deliveredMs, deliveries } of given) {
    const consumer = owners.get(id);
    if (consumer === undefined) return undefined;
    pending.set(id, { consumer, deliveredMs, deliveries });
  }
  return [name, { lastId, entriesRead: BigInt.asIntN(64, read), pending, consumers }];
}

type Delivery = { readonly id: bigint; readonly deliveredMs: number; readonly deliveries: bigint };

function deliveryFrom(reader: PayloadReader): Delivery | undefined {
  const id = rawIdFrom(reader);
  const deliveredMs = reader.time();
  const deliveries = reader.whole();
  if (id === undefined || deliveredMs === undefined || deliveries === undefined) return undefined;
  return { id, deliveredMs, deliveries };
}

function many<Element>(
  reader: PayloadReader,
  read: (reader: PayloadReader) => Element | undefined,
): Element[] | undefined {
  const count = reader.count();
  if (count === undefined) return undefined;
  const elements: Element[] = [];
  for (let i = 0; i < count; i++) {
    const element = read(reader);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}
