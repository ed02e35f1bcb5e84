// LINDEX: the element at an index, which counts from the end when it is negative.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { readIndex } from "../string/index-range.ts";
import { integer, key } from "../syntax.ts";

export const lindex = defineCommand({
  name: "lindex",
  summary: "Returns the element of a list at an index.",
  since: "1.0.0",
  group: "list",
  complexity: "O(log(N)) in a list of N elements.",
  flags: ["readonly"],
  syntax: [key("RO access"), integer("index")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const list = keyspace.readList(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    if (!list.exists) return reply.null();
    const index = readIndex(args, 2);
    if (Number.isNaN(index)) return reply.error(errors.notAnInteger);
    if (list.seek(index < 0 ? list.length + index : index)) list.element.writeTo(reply);
    else reply.null();
  },
});
