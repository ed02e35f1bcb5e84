// XSETID: set the last id of a stream and its counters.

import { EVENT_STREAM } from "../../keyspace/key-events.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { after, integer, introduced, key, optional, string } from "../syntax.ts";
import { readId, readInt64, readInt64Words } from "./stream-arguments.ts";

const id = new StreamId();
const maxDeletedId = new StreamId();
const top = new StreamId();
const added = { high: 0, low: 0 };

export const xsetid = defineCommand({
  name: "xsetid",
  summary: "Sets the last id of a stream, and what it knows of entries that are gone.",
  since: "5.0.0",
  group: "stream",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [
    key("RW update"),
    string("last-id", "stream-id"),
    optional(introduced("7.0.0", after("ENTRIESADDED", integer("entries_added", "count")))),
    optional(introduced("7.0.0", after("MAXDELETEDID", string("max_deleted_entry_id", "stream-id")))),
  ],
  class: "exact",
  history: [["7.0.0", "Took `ENTRIESADDED` and `MAXDELETEDID`."]],
  run(context) {
    const { keyspace, args, reply } = context;
    if (!readId(context, 2, id)) return;
    maxDeletedId.setMin();
    let count = -1;
    for (let i = 3; i < args.count; i += 2) {
      const hasMore = i + 1 < args.count;
      if (hasMore && args.is(i, "entriesadded")) {
        count = readInt64(context, i + 1);
        if (Number.isNaN(count)) return;
        if (count < 0) return reply.error(errors.setidAdded);
        readInt64Words(args, i + 1, added);
      } else if (hasMore && args.is(i, "maxdeletedid")) {
        if (!readId(context, i + 1, maxDeletedId)) return;
        if (id.compare(maxDeletedId) < 0) return reply.error(errors.setidDeleted);
      } else {
        return reply.error(errors.syntax);
      }
    }
    const stream = keyspace.streamForUpdate(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists) return reply.error(errors.noSuchKey);
    if (stream.length > 0) {
      if (stream.readLastEntry(top) && id.compare(top) < 0) return reply.error(errors.setidTop);
      if (count !== -1 && stream.length > count) return reply.error(errors.setidLength);
    }
    stream.setLastId(id);
    if (count !== -1) stream.setAdded(added.high, added.low);
    if (!maxDeletedId.isMin) stream.setMaxDeletedId(maxDeletedId);
    stream.countChange();
    reply.ok();
    keyspace.notify(EVENT_STREAM, "xsetid", args, 1);
  },
});
