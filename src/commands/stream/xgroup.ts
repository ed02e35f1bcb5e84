// XGROUP: make, change and remove consumer groups and their consumers.

import { EVENT_STREAM } from "../../keyspace/key-events.ts";
import type { StreamView } from "../../keyspace/stream-view.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, oneOf, optional, string, word } from "../syntax.ts";
import { addConsumer } from "./consumer.ts";
import { streamHelp } from "./help.ts";
import { isSign, readId, readIdOrEnd, readInt64, readInt64Words } from "./stream-arguments.ts";

const DOLLAR = 36;
const MADE_ARGUMENTS_MAX = 8;

const id = new StreamId();
const entriesRead = { high: -1, low: -1 };
const options = { isMaking: false };

const idOrNew = oneOf("id", string("id", "stream-id"), word("$", "new_id"));
const entriesReadOption = optional(after("ENTRIESREAD", integer("entries_read", "count")));
const common = { group: "stream", since: "5.0.0", class: "exact" } as const;

const create = defineCommand({
  ...common,
  name: "create",
  summary: "Makes a consumer group.",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [
    key("RW insert"),
    string("groupname", "stream-group"),
    idOrNew,
    optional(word("MKSTREAM")),
    entriesReadOption,
  ],
  history: [["7.0.0", "Took `ENTRIESREAD`."]],
  run(context) {
    const { keyspace, args, reply } = context;
    if (!readOptions(context, true)) return;
    const stream = keyspace.streamForUpdate(args, 2);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists && !options.isMaking) return reply.error(errors.groupKeyMissing);
    if (args.count > MADE_ARGUMENTS_MAX) return refuse(context);
    if (isSign(args, 4, DOLLAR)) {
      if (stream.exists) id.copy(stream.lastId);
      else id.setMin();
    } else if (!readId(context, 4, id)) {
      return;
    }
    if (!stream.exists) {
      stream.create();
      stream.countCreation();
    }
    const { groups } = stream;
    if (findGroup(context, stream)) return reply.error(errors.groupExists);
    groups.add(args.bytes, args.start(3), args.end(3), id, entriesRead.high, entriesRead.low);
    stream.countChange();
    keyspace.notify(EVENT_STREAM, "xgroup-create", args, 2);
    reply.ok();
  },
});

const setid = defineCommand({
  ...common,
  name: "setid",
  summary: "Sets the last id that a consumer group has delivered.",
  complexity: "O(1)",
  flags: ["write"],
  syntax: [key("RW update"), string("groupname", "stream-group"), idOrNew, entriesReadOption],
  history: [["7.0.0", "Took `ENTRIESREAD`."]],
  run(context) {
    const { keyspace, args, reply } = context;
    if (!readOptions(context, false)) return;
    const stream = openGroup(context);
    if (stream === undefined) return;
    if (args.count !== 5 && args.count !== 7) return refuse(context);
    if (isSign(args, 4, DOLLAR)) id.copy(stream.lastId);
    else if (!readIdOrEnd(context, 4, id)) return;
    stream.groups.setLastId(id);
    stream.groups.setRead(entriesRead.high, entriesRead.low);
    stream.countChange();
    keyspace.notify(EVENT_STREAM, "xgroup-setid", args, 2);
    reply.ok();
  },
});

const destroy = defineCommand({
  ...common,
  name: "destroy",
  summary: "Removes a consumer group with its consumers and pending entries.",
  complexity: "O(N) where N is the number of entries in the group's pending entries list (PEL).",
  flags: ["write"],
  syntax: [key("RW delete"), string("groupname", "stream-group")],
  run(context) {
    const { keyspace, args, reply } = context;
    const stream = keyspace.streamForUpdate(args, 2);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists) return reply.error(errors.groupKeyMissing);
    if (!findGroup(context, stream)) return reply.int(0);
    stream.removeGroup();
    keyspace.notify(EVENT_STREAM, "xgroup-destroy", args, 2);
    // Who waits with this group is told that it is gone.
    keyspace.grown(stream.entry);
    reply.int(1);
  },
});

const createconsumer = defineCommand({
  ...common,
  name: "createconsumer",
  summary: "Makes a consumer in a consumer group.",
  since: "6.2.0",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [key("RW insert"), string("groupname", "stream-group"), string("consumername", "stream-group")],
  run(context) {
    const stream = openGroup(context);
    if (stream !== undefined) context.reply.int(addConsumer(context, stream, 2, 4) ? 1 : 0);
  },
});

const delconsumer = defineCommand({
  ...common,
  name: "delconsumer",
  summary: "Removes a consumer, and returns how many entries were pending for it.",
  complexity: "O(1)",
  flags: ["write"],
  syntax: [key("RW delete"), string("groupname", "stream-group"), string("consumername", "stream-group")],
  run(context) {
    const { keyspace, args, reply } = context;
    const stream = openGroup(context);
    if (stream === undefined) return;
    const { groups } = stream;
    if (!groups.findConsumer(args.bytes, args.start(4), args.end(4))) return reply.int(0);
    const pending = groups.own.size;
    groups.removeConsumer();
    stream.countChange();
    keyspace.notify(EVENT_STREAM, "xgroup-delconsumer", args, 2);
    reply.int(pending);
  },
});

export const xgroup = defineCommand({
  name: "xgroup",
  summary: "Holds the commands that manage consumer groups.",
  since: "5.0.0",
  group: "stream",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [
    create,
    createconsumer,
    delconsumer,
    destroy,
    streamHelp("xgroup", [
      "CREATE <key> <groupname> <id|$> [option]",
      "    Make a consumer group. The options are:",
      "    * MKSTREAM",
      "      Make an empty stream when there is none.",
      "    * ENTRIESREAD entries_read",
      "      Say how many entries the group has read (for internal use).",
      "CREATECONSUMER <key> <groupname> <consumer>",
      "    Make a consumer in a group.",
      "DELCONSUMER <key> <groupname> <consumer>",
      "    Remove a consumer.",
      "DESTROY <key> <groupname>",
      "    Remove a group.",
      "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
      "    Set the last id that a group has delivered, and how many it has read.",
    ]),
    setid,
  ],
});

// Reads what may follow the id.
function readOptions(context: CommandContext, isCreate: boolean): boolean {
  const { args, reply } = context;
  options.isMaking = false;
  entriesRead.high = -1;
  entriesRead.low = -1;
  for (let i = 5; i < args.count; i++) {
    if (isCreate && args.is(i, "mkstream")) {
      options.isMaking = true;
    } else if (args.is(i, "entriesread") && i + 1 < args.count) {
      const value = readInt64(context, ++i);
      if (Number.isNaN(value)) return false;
      if (value < -1) {
        reply.error(errors.groupEntriesRead);
        return false;
      }
      readInt64Words(args, i, entriesRead);
    } else {
      refuse(context);
      return false;
    }
  }
  return true;
}

// The stream with the group chosen, both of which must be there.
function openGroup(context: CommandContext): StreamView | undefined {
  const { keyspace, args, reply } = context;
  const stream = keyspace.streamForUpdate(args, 2);
  if (stream === undefined) reply.error(errors.wrongType);
  else if (!stream.exists) reply.error(errors.groupKeyMissing);
  else if (findGroup(context, stream)) return stream;
  else reply.error(errors.noGroupForKey(args.textBeforeNul(3), args.textBeforeNul(2)));
  return undefined;
}

function findGroup({ args }: CommandContext, stream: StreamView): boolean {
  return stream.groups.find(args.bytes, args.start(3), args.end(3));
}

function refuse({ args, reply }: CommandContext): void {
  reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "XGROUP"));
}
