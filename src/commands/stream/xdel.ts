// XDEL: delete entries of a stream by their ids.

import { EVENT_STREAM } from "../../keyspace/key-events.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";
import { IdList } from "./id-list.ts";
import { readId } from "./stream-arguments.ts";

const ids = new IdList();
const id = new StreamId();

export const xdel = defineCommand({
  name: "xdel",
  summary: "Deletes entries of a stream and returns how many were there.",
  since: "5.0.0",
  group: "stream",
  complexity: "O(1) for each single item to delete in the stream, regardless of the stream size.",
  flags: ["write", "fast"],
  syntax: [key("RW delete"), repeated(string("id", "stream-id"))],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const stream = keyspace.streamForUpdate(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists) return reply.int(0);
    ids.clear();
    for (let i = 2; i < args.count; i++) {
      if (!readId(context, i, id)) return;
      ids.push(id);
    }
    let deleted = 0;
    for (let i = 0; i < ids.count; i++) if (stream.delete(ids.read(i, id))) deleted++;
    stream.finishDeletes(deleted);
    if (deleted > 0) keyspace.notify(EVENT_STREAM, "xdel", args, 1);
    reply.int(deleted);
  },
});
