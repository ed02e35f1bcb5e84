// XGROUP: groups of consumers, and XACK: entries that one of these has dealt with.

import type { EntryOf } from "../../collections.ts";
import { type Call, container, type OracleCommand } from "../../command.ts";
import type { StreamGroup, StreamValue } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { error, integer, ok, type Reply } from "../../reply.ts";
import { looseId, strictId } from "../../stream-ids.ts";
import { emptyStream } from "../../stream-nodes.ts";
import {
  invalidId,
  noGroupAt,
  optionName,
  pendingOf,
  storeGroups,
  storeStream,
  streamAt,
  withGroup,
} from "../../streams.ts";
import { notAnInteger, wrongType } from "../../strings.ts";
import { wrongUse } from "../connection/client-others.ts";
import { helpText } from "../server/help.ts";
import { idsFrom } from "./xrange.ts";

export const groupCommands: readonly OracleCommand[] = [
  container("xgroup"),
  { name: "xgroup|create", arity: -5, class: "exact", run: create },
  { name: "xgroup|createconsumer", arity: 5, class: "exact", run: createConsumer },
  { name: "xgroup|delconsumer", arity: 5, class: "exact", run: deleteConsumer },
  { name: "xgroup|destroy", arity: 4, class: "exact", run: destroy },
  { name: "xgroup|help", arity: 2, class: "shape", run: helpText },
  { name: "xgroup|setid", arity: -5, class: "exact", run: setId },
  { name: "xack", arity: -4, class: "exact", run: acknowledge },
];

const keyMissing = error(
  "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM " +
    "option to create an empty stream automatically.",
);

type Options = { makesStream: boolean; entriesRead: bigint };

// Behind the ID; which of them there may be is looked at before anything else.
function optionsOf(call: Call, isCreate: boolean): Options | Reply {
  const { words } = call;
  const options: Options = { makesStream: false, entriesRead: -1n };
  for (let i = 5; i < words.length; i++) {
    const option = optionName(words[i] as string);
    if (isCreate && option === "MKSTREAM") options.makesStream = true;
    else if (option === "ENTRIESREAD" && i + 1 < words.length) {
      const read = int64(words[++i] as string);
      if (read === undefined) return notAnInteger;
      if (read < -1n) return error("ERR value for ENTRIESREAD must be positive or -1");
      options.entriesRead = read;
    } else return wrongUse(call, "XGROUP");
  }
  return options;
}

function create(call: Call): Reply {
  const { words } = call;
  const [key, name, idWord] = words.slice(2) as [string, string, string];
  const options = optionsOf(call, true);
  if ("kind" in options) return options;
  const before = streamAt(call, key);
  if (before === "wrong type") return wrongType;
  if (before === undefined && !options.makesStream) return keyMissing;
  if (words.length > 8) return wrongUse(call, "XGROUP");
  const stream = before ?? emptyStream;
  const lastId = isLast(idWord) ? stream.lastId : strictId(idWord, 0n);
  if (lastId === undefined) return invalidId;
  if (stream.groups.has(name)) return error("BUSYGROUP Consumer Group name already exists");
  const { entriesRead } = options;
  const after = withGroup(stream, name, { lastId, entriesRead, pending: new Map(), consumers: new Map() });
  if (before === undefined) storeStream(call, key, after, undefined);
  else storeGroups(call, key, after, before);
  return ok;
}

function isLast(text: string): boolean {
  return optionName(text) === "$";
}

type Found = {
  readonly key: string;
  readonly name: string;
  readonly stream: EntryOf<"stream">;
  readonly group: StreamGroup;
};

// The group that words 2 and 3 name, or the error.
function groupAt(call: Call): Found | Reply {
  const [key, name] = call.words.slice(2) as [string, string];
  const stream = streamAt(call, key);
  if (stream === "wrong type") return wrongType;
  if (stream === undefined) return keyMissing;
  const group = stream.groups.get(name);
  return group === undefined ? noGroupAt(key, name) : { key, name, stream, group };
}

function storeGroup(call: Call, { key, name, stream }: Found, group: StreamGroup): void {
  storeGroups(call, key, withGroup(stream, name, group), stream);
}

function setId(call: Call): Reply {
  const { words } = call;
  const options = optionsOf(call, false);
  if ("kind" in options) return options;
  const found = groupAt(call);
  if ("kind" in found) return found;
  if (words.length !== 5 && words.length !== 7) return wrongUse(call, "XGROUP");
  const idWord = words[4] as string;
  const lastId = isLast(idWord) ? found.stream.lastId : looseId(idWord, 0n);
  if (lastId === undefined) return invalidId;
  storeGroup(call, found, { ...found.group, lastId, entriesRead: options.entriesRead });
  return ok;
}

function destroy(call: Call): Reply {
  const [key, name] = call.words.slice(2) as [string, string];
  const stream = streamAt(call, key);
  if (stream === "wrong type") return wrongType;
  if (stream === undefined) return keyMissing;
  const groups = new Map(stream.groups);
  if (!groups.delete(name)) return integer(0);
  const after: StreamValue = { ...stream, groups };
  storeGroups(call, key, after, stream);
  return integer(1);
}

function createConsumer(call: Call): Reply {
  const found = groupAt(call);
  if ("kind" in found) return found;
  const { group } = found;
  const name = call.words[4] as string;
  if (group.consumers.has(name)) return integer(0);
  storeGroup(call, found, { ...group, consumers: new Map(group.consumers).set(name, call.model.nowMs) });
  return integer(1);
}

function deleteConsumer(call: Call): Reply {
  const found = groupAt(call);
  if ("kind" in found) return found;
  const { group } = found;
  const name = call.words[4] as string;
  const consumers = new Map(group.consumers);
  if (!consumers.delete(name)) return integer(0);
  const lost = pendingOf(group, name);
  const pending = new Map(group.pending);
  for (const [id] of lost) pending.delete(id);
  storeGroup(call, found, { ...group, consumers, pending });
  return integer(lost.length);
}

function acknowledge(call: Call): Reply {
  const { words } = call;
  const [key, name] = words.slice(1) as [string, string];
  const stream = streamAt(call, key);
  if (stream === "wrong type") return wrongType;
  const group = stream?.groups.get(name);
  if (stream === undefined || group === undefined) return integer(0);
  const ids = idsFrom(words.slice(3));
  if (ids === undefined) return invalidId;
  const pending = new Map(group.pending);
  for (const id of ids) pending.delete(id);
  storeGroup(call, { key, name, stream, group }, { ...group, pending });
  return integer(group.pending.size - pending.size);
}
