// SCAN: a few keys at a time, from where the last call ended.
//
// A cursor is an integer below 2^53 (Keyspace.scan says what it means); a larger one, which we never gave
// out, ends the walk. A key that is there from the first call to the last is returned at least once.

import { globMatch } from "../../lib/glob.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { after, integer, introduced, optional, pattern, string } from "../syntax.ts";
import { FoundKeys } from "./found-keys.ts";
import { scanCursor } from "./scan-cursor.ts";
import { typeName } from "./type.ts";

const STAR = 42;
const COUNT = 10; // when not given
const EXPIRED_AT_ONCE = 16;

const found = new FoundKeys();

export const scan = defineCommand({
  name: "scan",
  summary: "Walks over the keys of the database, some of them with each call.",
  since: "2.8.0",
  group: "generic",
  complexity: "O(1) for a call with the default COUNT; O(N) for a whole walk over N keys.",
  flags: ["readonly"],
  syntax: [
    integer("cursor", "cursor"),
    optional(after("MATCH", pattern("pattern"))),
    optional(after("COUNT", integer("count", "count"))),
    optional(introduced("6.0.0", after("TYPE", string("type", "type-name")))),
  ],
  class: "unordered",
  tips: ["nondeterministic_output", "request_policy:special"],
  history: [["6.0.0", "Added the option `TYPE`."]],
  run(context) {
    const { keyspace, args, reply } = context;
    const cursor = scanCursor(context, 1);
    if (Number.isNaN(cursor)) return reply.error(errors.invalidCursor);
    let count = COUNT;
    let matchAt = 0;
    let typeAt = 0;
    for (let i = 2; i < args.count; i += 2) {
      const hasValue = i + 1 < args.count;
      if (hasValue && args.is(i, "count")) {
        count = args.safeInteger(i + 1);
        if (Number.isNaN(count)) count = Number(args.bigInteger(i + 1) ?? Number.NaN);
        if (Number.isNaN(count)) return reply.error(errors.notAnInteger);
        if (count < 1) return reply.error(errors.syntax);
      } else if (hasValue && args.is(i, "match")) {
        matchAt = i + 1;
      } else if (hasValue && args.is(i, "type")) {
        typeAt = i + 1;
      } else {
        return reply.error(errors.syntax);
      }
    }
    const { bytes } = args;
    const start = args.start(matchAt);
    const end = args.end(matchAt);
    const takesAll = matchAt === 0 || (end - start === 1 && bytes[start] === STAR);
    const next = keyspace.scan(cursor, count, (view) => {
      if (!takesAll && !globMatch(bytes, start, end, view.bytes, view.keyStart, view.keyEnd, false)) return;
      if (typeAt !== 0) {
        keyspace.hits++; // Redis looks the key up to learn its type.
        if (!args.is(typeAt, typeName(view.type))) return;
      }
      found.add(view);
    });
    reply.array(2);
    reply.bulkInt(next);
    found.writeTo(reply, keyspace.second);
    // Redis removes those whose time is over as it meets them.
    for (const owner of keyspace.databases) owner.expireSome(keyspace.db, EXPIRED_AT_ONCE);
  },
});
