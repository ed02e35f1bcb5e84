// XACK: acknowledge entries that a consumer group has delivered.

import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";
import { IdList } from "./id-list.ts";
import { readId } from "./stream-arguments.ts";

const ids = new IdList();
const id = new StreamId();

export const xack = defineCommand({
  name: "xack",
  summary: "Takes entries out of the pending ones of a consumer group and returns how many were there.",
  since: "5.0.0",
  group: "stream",
  complexity: "O(1) for each message ID processed.",
  flags: ["write", "fast"],
  syntax: [key("RW update"), string("group", "stream-group"), repeated(string("id", "stream-id"))],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const stream = keyspace.readStream(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    const { groups } = stream;
    if (!stream.exists || !groups.find(args.bytes, args.start(2), args.end(2))) return reply.int(0);
    ids.clear();
    for (let i = 3; i < args.count; i++) {
      if (!readId(context, i, id)) return;
      ids.push(id);
    }
    keyspace.changing(stream.entry);
    let acknowledged = 0;
    for (let i = 0; i < ids.count; i++) {
      if (!groups.pending.seek(ids.read(i, id))) continue;
      groups.settle(id);
      acknowledged++;
    }
    stream.countChange(acknowledged);
    reply.int(acknowledged);
  },
});
