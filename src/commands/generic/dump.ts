// DUMP: a value in the form that RESTORE takes, here and in Redis.

import { ByteSink } from "../../persistence/byte-sink.ts";
import { writeEntryPayload } from "../../persistence/dump-payload.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const dump = defineCommand({
  name: "dump",
  summary: "Returns the value at a key in serialized form.",
  since: "2.6.0",
  group: "generic",
  complexity: "O(N) for a value of N bytes or elements.",
  flags: ["readonly"],
  syntax: [key("RO access")],
  class: "exact",
  tips: ["nondeterministic_output"],
  run({ keyspace, args, reply, server }) {
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.null();
    // A sink of its own: one that was kept would stay as large as the largest value ever dumped.
    const sink = new ByteSink();
    writeEntryPayload(sink, entry, server.config.rdbcompression);
    reply.bulk(sink.bytes, 0, sink.sizeBytes);
  },
});
