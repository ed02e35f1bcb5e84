// PUBSUB: what there are subscriptions to, and how many.

import { latin1Bytes } from "../../lib/bytes.ts";
import { globMatch } from "../../lib/glob.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { helpCommand } from "../server/help.ts";
import { optional, pattern, repeated, string } from "../syntax.ts";

const common = { group: "pubsub", flags: ["pubsub", "loading", "stale"] } as const;

const channels = names({
  name: "channels",
  summary: "Lists the channels that somebody has subscribed to.",
  since: "2.8.0",
  complexity:
    "O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short " +
    "channels and patterns)",
  kind: "channel",
});

const shardChannels = names({
  name: "shardchannels",
  summary: "Lists the shard channels that somebody has subscribed to.",
  since: "7.0.0",
  complexity:
    "O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short " +
    "shard channels).",
  kind: "shard",
});

const numsub = counts({
  name: "numsub",
  summary: "Counts the subscribers of channels.",
  since: "2.8.0",
  complexity: "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
  argument: "channel",
  kind: "channel",
});

const shardNumsub = counts({
  name: "shardnumsub",
  summary: "Counts the subscribers of shard channels.",
  since: "7.0.0",
  complexity: "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels",
  argument: "shardchannel",
  kind: "shard",
});

const numpat = defineCommand({
  ...common,
  name: "numpat",
  summary: "Counts the patterns that somebody has subscribed to.",
  since: "2.8.0",
  complexity: "O(1)",
  syntax: [],
  class: "exact",
  run: ({ reply, server }) => reply.int(server.pubsub.nameCount("pattern")),
});

const help = helpCommand({
  container: "pubsub",
  group: "pubsub",
  since: "6.2.0",
  lines: [
    "CHANNELS [<pattern>]",
    "    List the channels with subscribers, or those that match a pattern.",
    "NUMPAT",
    "    Tell how many patterns have subscribers.",
    "NUMSUB [<channel> ...]",
    "    Tell how many have subscribed to each of the channels; those who",
    "    listen to patterns do not count.",
    "SHARDCHANNELS [<pattern>]",
    "    List the shard channels with subscribers, or those that match a pattern.",
    "SHARDNUMSUB [<shardchannel> ...]",
    "    Tell how many have subscribed to each of the shard channels.",
  ],
});

export const pubsub = defineCommand({
  name: "pubsub",
  summary: "Holds the commands about channels.",
  since: "2.8.0",
  group: "pubsub",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [channels, help, numpat, numsub, shardChannels, shardNumsub],
});

function names({
  kind,
  ...rest
}: Pick<CommandDeclaration, "name" | "summary" | "since" | "complexity"> & {
  readonly kind: "channel" | "shard";
}): CommandDeclaration {
  return defineCommand({
    ...common,
    ...rest,
    syntax: [optional(pattern("pattern"))],
    class: "unordered",
    run(context) {
      const { args, reply, server } = context;
      if (args.count > 3) return refuse(context);
      const found: string[] = [];
      for (const name of server.pubsub.names(kind)) {
        const bytes = latin1Bytes(name);
        const isMeant =
          args.count === 2 ||
          globMatch(args.bytes, args.start(2), args.end(2), bytes, 0, bytes.length, false);
        if (isMeant) found.push(name);
      }
      reply.array(found.length);
      for (const name of found) reply.bulkText(name);
    },
  });
}

function counts({
  kind,
  argument,
  ...rest
}: Pick<CommandDeclaration, "name" | "summary" | "since" | "complexity"> & {
  readonly kind: "channel" | "shard";
  readonly argument: string;
}): CommandDeclaration {
  return defineCommand({
    ...common,
    ...rest,
    syntax: [optional(repeated(string(argument)))],
    class: "exact",
    run({ args, reply, server }) {
      reply.array((args.count - 2) * 2);
      for (let i = 2; i < args.count; i++) {
        reply.bulk(args.bytes, args.start(i), args.end(i));
        reply.int(server.pubsub.subscriberCount(kind, args.text(i)));
      }
    },
  });
}

function refuse({ args, reply }: CommandContext): void {
  reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "PUBSUB"));
}
