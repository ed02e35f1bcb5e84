// LRANGE: the elements from one index to another.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { RankRange } from "../sorted-set/rank-range.ts";
import { integer, key } from "../syntax.ts";

const range = new RankRange();

export const lrange = defineCommand({
  name: "lrange",
  summary: "Returns the elements of a list between two indexes.",
  since: "1.0.0",
  group: "list",
  complexity: "O(log(N)+M) for M elements returned of N.",
  flags: ["readonly"],
  syntax: [key("RO access"), integer("start"), integer("stop")],
  class: "exact",
  run({ keyspace, args, reply }) {
    if (!range.read(args, 2, 3)) return reply.error(errors.notAnInteger);
    const list = keyspace.readList(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    range.locate(list.length);
    const count = range.end - range.first;
    reply.array(count);
    if (count > 0) list.writeRange(range.first, count, reply);
  },
});
