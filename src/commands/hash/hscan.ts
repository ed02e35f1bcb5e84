// HSCAN: some fields of a hash with each call.

import type { HashView } from "../../keyspace/hash-view.ts";
import { defineCommand } from "../define.ts";
import { runScan, type ScanTarget, scanSyntax } from "../generic/scan-collection.ts";
import { key } from "../syntax.ts";

const fields: ScanTarget<HashView> = {
  open: ({ keyspace, args }) => keyspace.readHash(args, 1),
  scan: (hash, cursor, count, visit) => hash.scan(cursor, count, visit),
  name: ({ field }) => field,
  write({ field, value }, { reply }) {
    field.writeTo(reply);
    value.writeTo(reply);
  },
  repliesEach: 2,
};

export const hscan = defineCommand({
  name: "hscan",
  summary: "Walks over the fields of a hash, some of them with each call.",
  since: "2.8.0",
  group: "hash",
  complexity: "O(1) for a call with the default COUNT; O(N) for a whole walk over N fields.",
  flags: ["readonly"],
  syntax: [key("RO access"), ...scanSyntax],
  class: "unordered",
  tips: ["nondeterministic_output"],
  run: (context) => runScan(context, fields),
});
