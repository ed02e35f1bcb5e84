// HRANDFIELD: one field drawn at random, or several: different ones, or with a negative count maybe the same again.

import type { HashView } from "../../keyspace/hash-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { block, integer, key, optional, word } from "../syntax.ts";

const INT64_MAX = 2n ** 63n - 1n;

export const hrandfield = defineCommand({
  name: "hrandfield",
  summary: "Returns fields of a hash drawn at random, maybe with their values.",
  since: "6.2.0",
  group: "hash",
  complexity: "O(N) for N fields returned.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    optional(block("options", integer("count", "count"), optional(word("WITHVALUES")))),
  ],
  class: "random",
  tips: ["nondeterministic_output"],
  run(context) {
    const { keyspace, args, reply, server } = context;
    if (args.count > 2) return drawSeveral(context);
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    if (!hash.exists) return reply.null();
    hash.random(server.rng);
    hash.field.writeTo(reply);
  },
});

function drawSeveral({ keyspace, args, reply, server, client }: CommandContext): void {
  const big = args.bigInteger(2);
  if (big === undefined) return reply.error(errors.notAnInteger);
  if (big < -INT64_MAX) return reply.error(errors.countOutOfRange);
  const hasValues = args.count === 4 && args.is(3, "withvalues");
  if (args.count > 4 || (args.count === 4 && !hasValues)) return reply.error(errors.syntax);
  if (hasValues && (big < -INT64_MAX / 2n || big > INT64_MAX / 2n)) {
    return reply.error(errors.valueOutOfRange);
  }
  const hash = keyspace.readHash(args, 1);
  if (hash === undefined) return reply.error(errors.wrongType);
  const wanted = Number(big);
  const count = wanted < 0 ? -wanted : Math.min(wanted, hash.length);
  if (!hash.exists || count === 0) return reply.array(0);
  reply.array(hasValues && reply.protocol === 2 ? count * 2 : count);
  if (wanted < 0) {
    // Nine hundred million fields are not drawn for a client that is gone.
    for (let i = 0; i < count && !client.isClosed; i++) {
      hash.random(server.rng);
      write(reply, hash, hasValues);
    }
  } else {
    hash.sample(count, server.rng, () => write(reply, hash, hasValues));
  }
}

function write(reply: ReplyWriter, { field, value }: HashView, hasValues: boolean): void {
  if (hasValues && reply.protocol === 3) reply.array(2);
  field.writeTo(reply);
  if (hasValues) value.writeTo(reply);
}
