// LMOVE and RPOPLPUSH, BLMOVE and BRPOPLPUSH: take an element off one list and put it on another, or on the other
// end of the same; those with a B wait for one.

import type { EntryView } from "../../keyspace/entry-view.ts";
import { EVENT_LIST } from "../../keyspace/key-events.ts";
import { ListView } from "../../keyspace/list-view.ts";
import { dataViewOf, equalBytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_LIST } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { double, key, oneOf, word } from "../syntax.ts";
import { tellPopped } from "./pop.ts";

const from = oneOf("wherefrom", word("LEFT"), word("RIGHT"));
const to = oneOf("whereto", word("LEFT"), word("RIGHT"));
const source = key("RW access delete", "source");
const destination = key("RW insert", "destination");

export const lmove = defineCommand({
  name: "lmove",
  summary: "Takes an element off an end of a list, puts it on an end of another and returns it.",
  since: "6.2.0",
  group: "list",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [source, destination, from, to],
  class: "exact",
  run(context) {
    if (!isSides(context.args)) return context.reply.error(errors.syntax);
    move(context, context.args.is(3, "right"), context.args.is(4, "right"), undefined);
  },
});

export const rpoplpush = defineCommand({
  name: "rpoplpush",
  summary: "Takes the last element off a list, puts it in front of another and returns it.",
  since: "1.2.0",
  group: "list",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [source, destination],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`LMOVE` with the `RIGHT` and `LEFT` arguments" },
  run: (context) => move(context, true, false, undefined),
});

export const blmove = defineCommand({
  name: "blmove",
  summary: "Moves an element as `LMOVE` does, and waits for one while there is none.",
  since: "6.2.0",
  group: "list",
  complexity: "O(1)",
  flags: ["write", "denyoom", "noscript", "blocking"],
  syntax: [source, destination, from, to, double("timeout")],
  class: "exact",
  run(context) {
    if (!isSides(context.args)) return context.reply.error(errors.syntax);
    const timeoutMs = readTimeout(context, 5, "seconds");
    if (Number.isNaN(timeoutMs)) return;
    move(context, context.args.is(3, "right"), context.args.is(4, "right"), timeoutMs);
  },
});

export const brpoplpush = defineCommand({
  name: "brpoplpush",
  summary: "Moves an element as `RPOPLPUSH` does, and waits for one while there is none.",
  since: "2.2.0",
  group: "list",
  complexity: "O(1)",
  flags: ["write", "denyoom", "noscript", "blocking"],
  syntax: [source, destination, double("timeout")],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`BLMOVE` with the `RIGHT` and `LEFT` arguments" },
  history: [["6.0.0", "The timeout may have a fraction."]],
  run(context) {
    const timeoutMs = readTimeout(context, 3, "seconds");
    if (!Number.isNaN(timeoutMs)) move(context, true, false, timeoutMs);
  },
});

const target = new ListView();

// Without a timeout it does not wait.
function move(
  context: CommandContext,
  fromTail: boolean,
  toTail: boolean,
  timeoutMs: number | undefined,
): void {
  const { keyspace, args, reply, client } = context;
  const list = keyspace.listForUpdate(args, 1);
  if (list === undefined) return reply.error(errors.wrongType);
  if (!list.exists) {
    if (timeoutMs === undefined) return reply.null();
    return client.block(context, { type: TYPE_LIST, firstKey: 1, lastKey: 1, timeoutMs, refusal: "null" });
  }
  if (equalBytes(args.bytes, args.start(1), args.end(1), args.bytes, args.start(2), args.end(2))) {
    return turn(context, list, fromTail, toTail);
  }
  const other = keyspace.listForUpdate(args, 2, target);
  if (other === undefined) return reply.error(errors.wrongType);
  if (fromTail) list.last();
  else list.first();
  list.element.writeTo(reply);
  const { bytes, data, start, end } = list.element.text();
  if (toTail) other.pushTailBytes(bytes, start, end, data);
  else other.pushHeadBytes(bytes, start, end, data);
  keyspace.notify(EVENT_LIST, toTail ? "rpush" : "lpush", args, 2);
  const { owner } = list.entry;
  list.remove();
  countOnce(owner);
  tellPopped(context, list, 1, fromTail);
}

// Room for an element while its own list changes; a longer one gets room of its own.
const ROOM_BYTES = 256;
const room = new Uint8Array(ROOM_BYTES);
const roomData = dataViewOf(room);

// Within one list. The element is put where it goes before it is removed where it was, so that a list of a single
// one stays, and its expiry with it.
function turn(context: CommandContext, list: ListView, fromTail: boolean, toTail: boolean): void {
  const { keyspace, args, reply } = context;
  if (fromTail) list.last();
  else list.first();
  const { element } = list;
  element.writeTo(reply);
  const { length } = element;
  let copy: Uint8Array = room;
  let data = roomData;
  if (length > ROOM_BYTES) {
    copy = element.copy();
    data = dataViewOf(copy);
  } else {
    const { bytes, start } = element.text();
    for (let i = 0; i < length; i++) room[i] = bytes[start + i] as number;
  }
  if (toTail) list.pushTailBytes(copy, 0, length, data);
  else list.pushHeadBytes(copy, 0, length, data);
  if (fromTail) list.removeRange(list.length - (toTail ? 2 : 1), 1);
  else list.removeRange(toTail ? 0 : 1, 1);
  countOnce(list.entry.owner);
  keyspace.notify(EVENT_LIST, toTail ? "rpush" : "lpush", args, 1);
  tellPopped(context, list, 1, fromTail);
}

// Both ends have counted the move as a change; to Redis it is one.
function countOnce(owner: EntryView["owner"]): void {
  if (owner !== undefined) owner.dirty--;
}

// Whether arguments 3 and 4 are LEFT or RIGHT.
function isSides(args: Args): boolean {
  return (args.is(3, "left") || args.is(3, "right")) && (args.is(4, "left") || args.is(4, "right"));
}
