// XINFO: what a stream is made of, its groups, and their consumers.

import type { EntryOf } from "../../collections.ts";
import { type Call, container, type OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { Model, StreamGroup, StreamValue } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { array, bulk, error, integer, map, nil, type Reply } from "../../reply.ts";
import { idMax, idReply, msOf, sequenceOf } from "../../stream-ids.ts";
import { entriesWithin } from "../../stream-nodes.ts";
import {
  entryReply,
  idleReply,
  lagOf,
  namesOf,
  noGroupAt,
  optionName,
  pendingOf,
  streamAt,
  timeReply,
} from "../../streams.ts";
import { notAnInteger, wrongType } from "../../strings.ts";
import { wrongUse } from "../connection/client-others.ts";
import { helpText } from "../server/help.ts";

export const infoCommands: readonly OracleCommand[] = [
  container("xinfo"),
  { name: "xinfo|consumers", arity: 4, class: "time", run: consumers },
  { name: "xinfo|groups", arity: 3, class: "exact", run: groups },
  { name: "xinfo|help", arity: 2, class: "shape", run: helpText },
  { name: "xinfo|stream", arity: -3, class: "exact", run: streamInfo },
];

// The stream at word 2, or the error.
function streamOf(call: Call): EntryOf<"stream"> | Reply {
  const stream = streamAt(call, call.words[2] as string);
  if (stream === "wrong type") return wrongType;
  return stream ?? error(errors.noSuchKey);
}

function isFound(found: EntryOf<"stream"> | Reply): found is EntryOf<"stream"> {
  return "type" in found;
}

function consumers(call: Call): Reply {
  const [key, name] = call.words.slice(2) as [string, string];
  const stream = streamOf(call);
  if (!isFound(stream)) return stream;
  const group = stream.groups.get(name);
  if (group === undefined) return noGroupAt(key, name);
  const rows = namesOf(group.consumers).map((consumer) =>
    fields({
      name: bulk(consumer),
      pending: integer(pendingOf(group, consumer).length),
      idle: idleReply(call.model, group.consumers.get(consumer) as number),
    }),
  );
  return array(rows);
}

function fields(values: Readonly<Record<string, Reply>>): Reply {
  return map(Object.entries(values).map(([name, value]) => [bulk(name), value]));
}

function groups(call: Call): Reply {
  const stream = streamOf(call);
  if (!isFound(stream)) return stream;
  const rows = namesOf(stream.groups).map((name) => {
    const group = stream.groups.get(name) as StreamGroup;
    return fields({
      name: bulk(name),
      consumers: integer(group.consumers.size),
      pending: integer(group.pending.size),
      "last-delivered-id": idReply(group.lastId),
      ...progress(stream, group),
    });
  });
  return array(rows);
}

function progress(stream: StreamValue, group: StreamGroup): Readonly<Record<string, Reply>> {
  const { entriesRead } = group;
  const lag = lagOf(stream, group);
  return {
    "entries-read": entriesRead === -1n ? nil : integer(entriesRead),
    lag: lag === undefined ? nil : integer(lag),
  };
}

const countDefault = 10;

function streamInfo(call: Call): Reply {
  const { model, words } = call;
  const stream = streamOf(call);
  if (!isFound(stream)) return stream;
  const count = countFrom(call);
  if (typeof count === "object") return count;
  const entries = [...entriesWithin(stream, 0n, idMax)];
  const first = entries[0];
  const last = entries.at(-1);
  const { length, value: nodes, lastId, maxDeletedId, entriesAdded, firstId } = stream;
  const common = {
    length: integer(length),
    "radix-tree-keys": integer(nodes.length),
    "radix-tree-nodes": integer(treeNodes(nodes.map(({ masterId }) => keyBytes(masterId)))),
    "last-generated-id": idReply(lastId),
    "max-deleted-entry-id": idReply(maxDeletedId),
    "entries-added": integer(BigInt.asIntN(64, entriesAdded)),
    "recorded-first-entry-id": idReply(firstId),
  };
  if (words.length > 3) {
    const shown = entries.slice(0, count).map(entryReply);
    const names = namesOf(stream.groups);
    const rows = names.map((name) => fullGroup(model, stream, { name, count }));
    return fields({ ...common, entries: array(shown), groups: array(rows) });
  }
  return fields({
    ...common,
    groups: integer(stream.groups.size),
    "first-entry": first === undefined ? nil : entryReply(first),
    "last-entry": last === undefined ? nil : entryReply(last),
  });
}

// How many entries are shown; undefined: all of them.
function countFrom(call: Call): number | undefined | Reply {
  const { words } = call;
  if (words.length === 3) return countDefault;
  if (words.length !== 4 && words.length !== 6) return wrongUse(call, "XINFO");
  if (optionName(words[3] as string) !== "FULL") return wrongUse(call, "XINFO");
  if (words.length === 4) return countDefault;
  if (optionName(words[4] as string) !== "COUNT") return wrongUse(call, "XINFO");
  const count = int64(words[5] as string);
  if (count === undefined) return notAnInteger;
  if (count === 0n) return undefined;
  return count < 0n ? countDefault : Number(count);
}

function fullGroup(
  model: Model,
  stream: StreamValue,
  { name, count }: { readonly name: string; readonly count: number | undefined },
): Reply {
  const group = stream.groups.get(name) as StreamGroup;
  const pending = pendingOf(group)
    .slice(0, count)
    .map(([id, { consumer, deliveredMs, deliveries }]) =>
      array([
        idReply(id),
        bulk(consumer),
        timeReply(model, deliveredMs),
        integer(BigInt.asIntN(64, deliveries)),
      ]),
    );
  const rows = namesOf(group.consumers).map((consumer) => {
    const own = pendingOf(group, consumer);
    const shown = own
      .slice(0, count)
      .map(([id, { deliveredMs, deliveries }]) =>
        array([idReply(id), timeReply(model, deliveredMs), integer(BigInt.asIntN(64, deliveries))]),
      );
    return fields({
      name: bulk(consumer),
      "seen-time": timeReply(model, group.consumers.get(consumer) as number),
      "pel-count": integer(own.length),
      pending: array(shown),
    });
  });
  return fields({
    name: bulk(name),
    "last-delivered-id": idReply(group.lastId),
    ...progress(stream, group),
    "pel-count": integer(group.pending.size),
    pending: array(pending),
    consumers: array(rows),
  });
}

// Sixteen bytes, highest first.
function keyBytes(id: bigint): string {
  let bytes = "";
  for (const half of [msOf(id), sequenceOf(id)]) {
    const hex = half.toString(16).padStart(16, "0");
    for (let i = 0; i < 16; i += 2) bytes += String.fromCharCode(Number.parseInt(hex.slice(i, i + 2), 16));
  }
  return bytes;
}

// Nodes of a radix tree of keys of one length: what keys share is one node, so is where they part, and the end of each.
function treeNodes(keys: readonly string[]): number {
  const [first] = keys;
  if (first === undefined || first === "") return 1;
  let shared = 0;
  while (shared < first.length && keys.every((key) => key[shared] === first[shared])) shared++;
  if (shared > 0) return 1 + treeNodes(keys.map((key) => key.slice(shared)));
  const heads = new Set(keys.map((key) => key[0] as string));
  const branches = [...heads].map((head) => keys.filter((key) => key[0] === head).map((key) => key.slice(1)));
  return branches.reduce((sum, branch) => sum + treeNodes(branch), 1);
}
