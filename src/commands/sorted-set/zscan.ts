// ZSCAN: some members of a sorted set with each call. Scores are text in both protocols.

import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { formatDouble, formatPackedScore } from "../../lib/format-double.ts";
import { ENCODING_COMPACT } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { runScan, type ScanTarget, scanSyntax } from "../generic/scan-collection.ts";
import { key } from "../syntax.ts";

const members: ScanTarget<SortedSetView> = {
  open: ({ keyspace, args }) => keyspace.readSortedSet(args, 1),
  scan: (set, cursor, count, visit) => set.scan(cursor, count, visit),
  name: ({ member }) => member,
  write({ member, score, entry }, { reply }) {
    member.writeTo(reply);
    reply.bulkText(entry.encoding === ENCODING_COMPACT ? formatPackedScore(score) : formatDouble(score));
  },
  repliesEach: 2,
};

export const zscan = defineCommand({
  name: "zscan",
  summary: "Walks over the members of a sorted set, some of them with each call.",
  since: "2.8.0",
  group: "sorted-set",
  complexity: "O(1) for a call with the default COUNT; O(N) for a whole walk over N members.",
  flags: ["readonly"],
  syntax: [key("RO access"), ...scanSyntax],
  class: "unordered",
  tips: ["nondeterministic_output"],
  run: (context) => runScan(context, members),
});
