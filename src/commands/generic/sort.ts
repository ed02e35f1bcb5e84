// SORT and SORT_RO: the elements of a list, set or sorted set in order, or what they lead to; SORT can store them.

import type { Databases } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { EVENT_GENERIC, EVENT_LIST, EVENT_NEW } from "../../keyspace/key-events.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { TYPE_LIST, TYPE_SET, TYPE_ZSET } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type KeySpec } from "../define.ts";
import { after, block, integer, key, keyPattern, oneOf, optional, repeated, word } from "../syntax.ts";
import { sortedOrder } from "./sort-order.ts";
import { SortQuery } from "./sort-query.ts";
import { TextList } from "./text-list.ts";

const readSyntax = [
  key("RO access"),
  optional(after("BY", keyPattern("pattern", 1))),
  optional(after("LIMIT", block("offset_count", integer("offset"), integer("count", "count")))),
  optional(repeated({ ...after("GET", keyPattern("pattern", 1)), multipleToken: true })),
  optional(oneOf("order", word("ASC"), word("DESC"))),
  optional(word("ALPHA", "sorting")),
];
const readSpecs: readonly KeySpec[] = [
  { flags: "RO access", begin: { index: 1 }, find: { lastKey: 0, step: 1, limit: 0 } },
  {
    flags: "RO access",
    notes:
      "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content " +
      "of the key we sort",
    begin: "unknown",
    find: "unknown",
  },
];
const complexity = "O(N+M*log(M)) for N elements, M of which are returned; O(N) when they are not sorted.";
const acl = ["-keyspace", "set", "sortedset", "list", "dangerous"];

export const sort = defineCommand({
  name: "sort",
  summary: "Sorts the elements of a list, set or sorted set, and returns or stores them.",
  since: "1.0.0",
  group: "generic",
  complexity,
  flags: ["write", "denyoom", "movablekeys"],
  acl,
  syntax: [...readSyntax, optional(after("STORE", key("OW update", "destination")))],
  keySpecs: [
    ...readSpecs,
    {
      flags: "OW update",
      notes:
        "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the " +
        "argument array",
      begin: "unknown",
      find: "unknown",
    },
  ],
  class: "exact",
  run: (context) => run(context, true),
});

export const sortRo = defineCommand({
  name: "sort_ro",
  summary: "Sorts the elements of a list, set or sorted set and returns them.",
  since: "7.0.0",
  group: "generic",
  complexity,
  flags: ["readonly", "movablekeys"],
  acl,
  syntax: readSyntax,
  keySpecs: readSpecs,
  class: "exact",
  run: (context) => run(context, false),
});

function run(context: CommandContext, mayStore: boolean): void {
  const { keyspace, args, reply, client, server } = context;
  const query = new SortQuery();
  const error = query.read(
    args,
    mayStore,
    server.acl.mayReadEveryKey(context, mayStore ? "sort" : "sort_ro"),
    server.cluster !== undefined,
  );
  if (error !== undefined) return reply.error(error);
  const entry = keyspace.read(args, 1);
  const elements = new TextList();
  let length = 0;
  if (entry !== undefined) {
    const { type } = entry;
    if (type !== TYPE_LIST && type !== TYPE_SET && type !== TYPE_ZSET) return reply.error(errors.wrongType);
    // A set has no order that could be kept.
    const isKept = query.storeAt > 0 || client.isScript === true;
    if (query.isUnsorted && type === TYPE_SET && isKept) query.forceAlphabetic();
    length = read(keyspace, entry, query, elements);
  }
  // What was read in its own order is what LIMIT leaves already.
  const { first, end } = elements.count < length ? { first: 0, end: elements.count } : query.placesOf(length);
  const order = sortedOrder(query, keyspace, elements, first, end);
  if (order === undefined) return reply.error(errors.scoreNotADouble);
  const chosen = order.slice(first, end);
  if (query.storeAt > 0) store(context, query, elements, chosen);
  else write(reply, keyspace, query, elements, chosen);
}

// Copies the elements to sort, and returns how many there are. Of those with an order of their own that is kept, only
// what LIMIT leaves is copied.
function read(keyspace: Keyspace, entry: EntryView, query: SortQuery, elements: TextList): number {
  if (entry.type === TYPE_SET) {
    const set = keyspace.set.show(entry);
    set.rewind();
    while (set.next()) add(elements, set.member);
    return set.length;
  }
  const view = entry.type === TYPE_LIST ? keyspace.list.show(entry) : keyspace.sortedSet.show(entry);
  // As in Redis, where sorting needs the large encoding.
  if (entry.type === TYPE_ZSET) keyspace.sortedSet.becomeLarge();
  const { length } = view;
  const { first, end } = query.isUnsorted ? query.placesOf(length) : { first: 0, end: length };
  const isBackward = query.isUnsorted && query.isDescending;
  const element = entry.type === TYPE_LIST ? keyspace.list.element : keyspace.sortedSet.member;
  if (first < end) view.seek(isBackward ? length - 1 - first : first);
  for (let left = end - first; left > 0; ) {
    add(elements, element);
    if (--left === 0) break;
    if (isBackward) view.previous();
    else view.next();
  }
  return length;
}

function add(
  elements: TextList,
  element: { text(): { bytes: Uint8Array; start: number; end: number } },
): void {
  const { bytes, start, end } = element.text();
  elements.add(bytes, start, end);
}

function write(
  reply: ReplyWriter,
  keyspace: Keyspace,
  { columns }: SortQuery,
  elements: TextList,
  chosen: readonly number[],
): void {
  reply.array(chosen.length * Math.max(columns.length, 1));
  for (const i of chosen) {
    const start = elements.start(i);
    const end = elements.end(i);
    if (columns.length === 0) reply.bulk(elements.bytes, start, end);
    for (const column of columns) {
      if (column.find(keyspace, elements.bytes, start, end))
        reply.bulk(column.bytes, column.start, column.end);
      else reply.null();
    }
  }
}

function store(
  { keyspace, args, reply }: CommandContext,
  { columns, storeAt }: SortQuery,
  elements: TextList,
  chosen: readonly number[],
): void {
  const results = new TextList();
  for (const i of chosen) {
    const start = elements.start(i);
    const end = elements.end(i);
    if (columns.length === 0) results.add(elements.bytes, start, end);
    for (const column of columns) {
      // What is missing is stored as an empty text.
      if (column.find(keyspace, elements.bytes, start, end))
        results.add(column.bytes, column.start, column.end);
      else results.add(elements.bytes, start, start);
    }
  }
  const before = keyspace.peek(args, storeAt);
  if (before !== undefined) keyspace.removeEntry(before);
  const { count } = results;
  const list = keyspace.listForUpdate(args, storeAt);
  if (count > 0 && list !== undefined) {
    const owner = list.entry.owner as Databases;
    const { events } = owner;
    const { mask } = events;
    // A key that takes another's place is not told of as a new one, and what it takes the place of is no change.
    if (before !== undefined) {
      events.mask &= ~EVENT_NEW;
      owner.dirty--;
    }
    for (let i = 0; i < count; i++) list.pushTailBytes(results.bytes, results.start(i), results.end(i));
    events.mask = mask;
    keyspace.notify(EVENT_LIST, "sortstore", args, storeAt);
  } else if (before !== undefined) {
    keyspace.notify(EVENT_GENERIC, "del", args, storeAt);
  }
  reply.int(count);
}
