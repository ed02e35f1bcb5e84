// XADD: append an entry to a stream, and maybe trim it.

import { EVENT_STREAM } from "../../keyspace/key-events.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { block, introduced, key, oneOf, optional, repeated, string, word } from "../syntax.ts";
import { replyId } from "./entry-reply.ts";
import { readTrimOptions, TrimOptions, trimSyntax } from "./trim-options.ts";

const options = new TrimOptions();
const id = new StreamId();
const none = new StreamId();

export const xadd = defineCommand({
  name: "xadd",
  summary: "Appends an entry to a stream and returns its id; makes the stream when it is missing.",
  since: "5.0.0",
  group: "stream",
  complexity: "O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.",
  flags: ["write", "denyoom", "fast"],
  syntax: [
    key("RW update", "key", "UPDATE instead of INSERT because of the optional trimming feature"),
    optional(introduced("6.2.0", word("NOMKSTREAM"))),
    optional(trimSyntax),
    oneOf("id_or_auto", word("*", "auto_id"), string("id", "stream-id")),
    repeated(block("field_value", string("field"), string("value"))),
  ],
  class: "exact",
  tips: ["nondeterministic_output"],
  history: [
    ["6.2.0", "Took `NOMKSTREAM`, trimming by `MINID`, and `LIMIT`."],
    ["7.0.0", "Took ids of the form `<ms>-*`."],
  ],
  run(context) {
    const { keyspace, args, reply } = context;
    const idAt = readTrimOptions(context, options, false);
    if (idAt === 0) return;
    const words = args.count - idAt - 1;
    if (words < 2 || (words & 1) === 1) return reply.error(errors.arity("xadd"));
    if (options.isIdGiven && !options.isSequenceOpen && options.id.isMin) {
      return reply.error(errors.streamIdZero);
    }
    const stream = keyspace.streamForUpdate(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists && !options.isMaking) return reply.null();
    const lastId = stream.exists ? stream.lastId : none;
    if (lastId.isMax) return reply.error(errors.streamExhausted);
    if (!chooseId(lastId, keyspace.nowMs)) {
      // Redis 7.0.15 has no text of its own for a millisecond that is used up: it takes the last one left over.
      const isUsedUp = options.isSequenceOpen && options.id.hasTimeOf(lastId);
      return reply.error(isUsedUp ? errors.streamEntryTooLong : errors.streamIdSmaller);
    }
    if (stream.isTooLong(args, idAt + 1, words >>> 1)) return reply.error(errors.streamEntryTooLong);
    if (!stream.exists) stream.create();
    stream.append(id, args, idAt + 1, words >>> 1);
    replyId(reply, id);
    keyspace.notify(EVENT_STREAM, "xadd", args, 1);
    if (options.isGiven && stream.trim(options, false) > 0) keyspace.notify(EVENT_STREAM, "xtrim", args, 1);
    keyspace.grown(stream.entry);
  },
});

// Puts the new entry's id into `id`; false when it would not be greater than the last one.
function chooseId(lastId: StreamId, nowMs: number): boolean {
  if (!options.isIdGiven) {
    id.setTime(nowMs);
    if (id.compare(lastId) <= 0) id.copy(lastId).increment();
  } else {
    id.copy(options.id);
    if (options.isSequenceOpen && id.hasTimeOf(lastId)) {
      if (lastId.isLastOfTime) return false;
      id.copy(lastId).increment();
    }
  }
  return id.compare(lastId) > 0;
}
