// SSCAN: some members of a set with each call.

import type { SetView } from "../../keyspace/set-view.ts";
import { defineCommand } from "../define.ts";
import { runScan, type ScanTarget, scanSyntax } from "../generic/scan-collection.ts";
import { key } from "../syntax.ts";

const members: ScanTarget<SetView> = {
  open: ({ keyspace, args }) => keyspace.readSet(args, 1),
  scan: (set, cursor, count, visit) => set.scan(cursor, count, visit),
  name: ({ member }) => member,
  write: ({ member }, { reply }) => member.writeTo(reply),
  repliesEach: 1,
};

export const sscan = defineCommand({
  name: "sscan",
  summary: "Walks over the members of a set, some of them with each call.",
  since: "2.8.0",
  group: "set",
  complexity: "O(1) for a call with the default COUNT; O(N) for a whole walk over N members.",
  flags: ["readonly"],
  syntax: [key("RO access"), ...scanSyntax],
  class: "unordered",
  tips: ["nondeterministic_output"],
  run: (context) => runScan(context, members),
});
