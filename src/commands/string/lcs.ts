// LCS: the longest common subsequence of the strings at two keys, its length, or where it lies in both.
//
// The two strings' table may not exceed proto-max-bulk-len, counted as Redis counts it (4 bytes for each
// pair of bytes), although ours is smaller: the same calls are refused.

import type { EntryView } from "../../keyspace/entry-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, optional, word } from "../syntax.ts";
import { readIndex } from "./index-range.ts";
import { type Common, commonLength, longestCommon, type Span } from "./longest-common.ts";

const LENGTH_MAX = 2 ** 32 - 3;

export const lcs = defineCommand({
  name: "lcs",
  summary: "Returns the longest common subsequence of the strings at two keys, or where it lies in them.",
  since: "7.0.0",
  group: "string",
  complexity: "O(N*M) where N and M are the lengths of the two strings.",
  flags: ["readonly"],
  syntax: [
    key("RO access", "key1"),
    key("RO access", "key2"),
    optional(word("LEN")),
    optional(word("IDX")),
    optional(after("MINMATCHLEN", integer("len", "count"))),
    optional(word("WITHMATCHLEN")),
  ],
  keySpecs: [{ flags: "RO access", begin: { index: 1 }, find: { lastKey: 1, step: 1, limit: 0 } }],
  class: "exact",
  run({ keyspace, args, reply, server }) {
    const first = keyspace.read(args, 1, keyspace.entry);
    const second = keyspace.read(args, 2, keyspace.second);
    if (!isStringOrNone(first) || !isStringOrNone(second)) return reply.error(errors.lcsWrongType);
    let wantsLength = false;
    let wantsIndexes = false;
    let withMatchLength = false;
    let matchLengthMin = 0;
    for (let i = 3; i < args.count; i++) {
      if (args.is(i, "idx")) wantsIndexes = true;
      else if (args.is(i, "len")) wantsLength = true;
      else if (args.is(i, "withmatchlen")) withMatchLength = true;
      else if (args.is(i, "minmatchlen") && i + 1 < args.count) {
        matchLengthMin = readIndex(args, ++i);
        if (Number.isNaN(matchLengthMin)) return reply.error(errors.notAnInteger);
      } else return reply.error(errors.syntax);
    }
    if (wantsIndexes && wantsLength) return reply.error(errors.lcsLengthAndIndexes);
    const a = spanOf(first, args.bytes);
    const b = spanOf(second, args.bytes);
    const aLength = a.end - a.start;
    const bLength = b.end - b.start;
    if (aLength > LENGTH_MAX || bLength > LENGTH_MAX) return reply.error(errors.lcsStringTooLong);
    const tableBytes = (aLength + 1) * (bLength + 1) * 4;
    if (tableBytes > server.config.protoMaxBulkLen) return reply.error(errors.lcsMemory);
    if (wantsLength) return reply.int(commonLength(a, b));
    const common = longestCommon(a, b);
    if (!wantsIndexes) return reply.bulk(common.text, 0, common.length);
    replyIndexes(reply, common, { matchLengthMin, withMatchLength });
  },
});

function isStringOrNone(entry: EntryView | undefined): boolean {
  return entry === undefined || entry.type === TYPE_STRING;
}

function spanOf(entry: EntryView | undefined, none: Uint8Array): Span {
  if (entry === undefined) return { bytes: none, start: 0, end: 0 };
  return { bytes: entry.bytes, start: entry.valueStart, end: entry.valueEnd };
}

function replyIndexes(
  reply: ReplyWriter,
  common: Common,
  options: { matchLengthMin: number; withMatchLength: boolean },
): void {
  const shown = common.matches.filter((m) => m.aEnd - m.aStart + 1 >= options.matchLengthMin);
  reply.map(2);
  reply.bulkText("matches");
  reply.array(shown.length);
  for (const { aStart, aEnd, bStart, bEnd } of shown) {
    reply.array(options.withMatchLength ? 3 : 2);
    reply.array(2);
    reply.int(aStart);
    reply.int(aEnd);
    reply.array(2);
    reply.int(bStart);
    reply.int(bEnd);
    if (options.withMatchLength) reply.int(aEnd - aStart + 1);
  }
  reply.bulkText("len");
  reply.int(common.length);
}
