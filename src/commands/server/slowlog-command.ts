// SLOWLOG: the latest commands that were slow.

import { errors } from "../../resp/errors.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { integer, optional } from "../syntax.ts";
import { helpCommand } from "./help.ts";

const COUNT_DEFAULT = 10;

const common = { group: "server", since: "2.2.12", flags: ["admin", "loading", "stale"] } as const;

const get: CommandDeclaration = {
  ...common,
  name: "get",
  summary: "Returns the latest entries of the slow log.",
  complexity: "O(N) where N is the number of entries returned",
  history: [["4.0.0", "Entries tell the client's address and name."]],
  syntax: [optional(integer("count", "count"))],
  tips: ["request_policy:all_nodes", "nondeterministic_output"],
  class: "time",
  run({ args, reply, server }) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.text(1), "SLOWLOG"));
    let countMax = COUNT_DEFAULT;
    if (args.count === 3) {
      const count = args.bigInteger(2);
      if (count === undefined || count < -1n) return reply.error(errors.slowlogCount);
      countMax = count === -1n ? Number.POSITIVE_INFINITY : Number(count);
    }
    const entries = server.slowlog.latest(countMax);
    reply.array(entries.length);
    for (const entry of entries) {
      reply.array(6);
      reply.int(entry.id);
      reply.int(entry.unixSeconds);
      reply.int(Math.round(entry.durationUs));
      reply.array(entry.args.length);
      for (const each of entry.args) reply.bulk(each, 0, each.length);
      reply.bulkText(entry.address);
      reply.bulkText(entry.name);
    }
  },
};

const len: CommandDeclaration = {
  ...common,
  name: "len",
  summary: "Counts the entries of the slow log.",
  complexity: "O(1)",
  syntax: [],
  tips: ["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"],
  class: "shape",
  run({ reply, server }) {
    reply.int(server.slowlog.length);
  },
};

const reset: CommandDeclaration = {
  ...common,
  name: "reset",
  summary: "Empties the slow log.",
  complexity: "O(N) where N is the number of entries in the slowlog",
  syntax: [],
  tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
  class: "exact",
  run({ reply, server }) {
    server.slowlog.reset();
    reply.ok();
  },
};

const help = helpCommand({
  container: "slowlog",
  since: "6.2.0",
  lines: [
    "GET [<count>]",
    "    Return the latest entries (default: 10, -1: all), the newest first. Each has",
    "    an id, the unix time, the duration in microseconds, the arguments, the client's",
    "    address and its name.",
    "LEN",
    "    Count the entries.",
    "RESET",
    "    Empty the slow log.",
  ],
});

export const slowlog = defineCommand({
  name: "slowlog",
  summary: "Shows which commands were slow.",
  since: "2.2.12",
  group: "server",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [get, help, len, reset],
});
