// CLUSTER's commands about nodes: of a cluster of one, there is none to meet, to follow or to forget.

import { errors } from "../../resp/errors.ts";
import { integer, introduced, oneOf, optional, string, word } from "../syntax.ts";
import { changing, clusterCommand, isOwnName } from "./cluster-command.ts";

const tips = ["nondeterministic_output"];
const node = string("node-id");

export const clusterBumpepoch = clusterCommand({
  name: "bumpepoch",
  summary: "Raises the epoch of this node's configuration to the highest of all.",
  flags: changing,
  syntax: [],
  tips,
  run({ reply }, cluster) {
    const isFirst = cluster.configEpoch === 0;
    if (isFirst) cluster.configEpoch = ++cluster.currentEpoch;
    reply.simple(`${isFirst ? "BUMPED" : "STILL"} ${cluster.configEpoch}`);
  },
});

export const clusterCountFailureReports = clusterCommand({
  name: "count-failure-reports",
  summary: "Counts the reports that a node has failed.",
  complexity: "O(N) where N is the number of failure reports",
  flags: ["admin", "stale"],
  syntax: [node],
  tips,
  run(context, cluster) {
    if (isOwnName(context, 2, cluster)) context.reply.int(0);
  },
});

export const clusterFailover = clusterCommand({
  name: "failover",
  summary: "Makes a replica take its master's place. This node is no replica.",
  flags: changing,
  syntax: [optional(oneOf("options", word("FORCE"), word("TAKEOVER")))],
  run({ args, reply }) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "CLUSTER"));
    const isUnknown = args.count === 3 && !args.is(2, "force") && !args.is(2, "takeover");
    reply.error(isUnknown ? errors.syntax : errors.failoverOfMaster);
  },
});

export const clusterForget = clusterCommand({
  name: "forget",
  summary: "Takes a node out of the cluster.",
  flags: changing,
  syntax: [node],
  run(context, cluster) {
    if (isOwnName(context, 2, cluster)) context.reply.error(errors.forgetMyself);
  },
});

export const clusterMeet = clusterCommand({
  name: "meet",
  summary: "Takes another node into the cluster. This one stays alone.",
  flags: changing,
  syntax: [string("ip"), integer("port"), optional(introduced("4.0.0", integer("cluster_bus_port")))],
  history: [["4.0.0", "Takes `cluster_bus_port`."]],
  run({ args, reply }) {
    if (args.count > 5) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "CLUSTER"));
    if (args.bigInteger(3) === undefined) return reply.error(errors.meetPort(args.textBeforeNul(3)));
    if (args.count === 5 && args.bigInteger(4) === undefined) {
      return reply.error(errors.meetBusPort(args.textBeforeNul(4)));
    }
    const [ip, port] = [args.textBeforeNul(2), args.safeInteger(3)];
    const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(ip) || /^[0-9a-f:]*:[0-9a-f:]*$/i.test(ip);
    if (!isAddress || !(port > 0 && port < 65536)) {
      return reply.error(errors.meetAddress(ip, args.textBeforeNul(3)));
    }
    reply.error("ERR this server does not join other nodes: its cluster has one node, which owns all slots");
  },
});

export const clusterReplicas = clusterCommand({
  name: "replicas",
  summary: "Describes the replicas of a node. There are none.",
  since: "5.0.0",
  flags: ["admin", "stale"],
  syntax: [node],
  tips,
  run(context, cluster) {
    if (isOwnName(context, 2, cluster)) context.reply.array(0);
  },
});

export const clusterSlaves = clusterCommand({
  name: "slaves",
  summary: "Describes the replicas of a node. There are none.",
  flags: ["admin", "stale"],
  syntax: [node],
  tips,
  deprecated: { since: "5.0.0", replacedBy: "`CLUSTER REPLICAS`" },
  run(context, cluster) {
    if (isOwnName(context, 2, cluster)) context.reply.array(0);
  },
});

export const clusterReplicate = clusterCommand({
  name: "replicate",
  summary: "Makes this node the replica of another one.",
  flags: changing,
  syntax: [node],
  run(context, cluster) {
    if (isOwnName(context, 2, cluster)) context.reply.error(errors.replicateMyself);
  },
});

export const clusterReset = clusterCommand({
  name: "reset",
  summary:
    "Gives all hash slots up, while there are no keys; a hard one forgets the node's name and epochs too.",
  complexity:
    "O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a side effect.",
  flags: ["admin", "noscript", "stale"],
  syntax: [optional(oneOf("hard_soft", word("HARD"), word("SOFT")))],
  run({ args, keyspace, reply }, cluster) {
    if (args.count > 3) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "CLUSTER"));
    if (args.count === 3 && !args.is(2, "hard") && !args.is(2, "soft")) return reply.error(errors.syntax);
    if (keyspace.size() > 0) return reply.error(errors.resetWithKeys);
    cluster.reset(args.count === 3 && args.is(2, "hard"));
    reply.ok();
  },
});

export const clusterSaveconfig = clusterCommand({
  name: "saveconfig",
  summary: "Writes the state of the cluster to disk, which this server does not.",
  flags: changing,
  syntax: [],
  run({ reply }) {
    reply.error("ERR error saving the cluster node config: this server keeps none");
  },
});

export const clusterSetConfigEpoch = clusterCommand({
  name: "set-config-epoch",
  summary: "Sets the epoch of a new node's configuration.",
  flags: changing,
  syntax: [integer("config-epoch")],
  run({ args, reply }, cluster) {
    const epoch = args.bigInteger(2);
    if (epoch === undefined) return reply.error(errors.notAnInteger);
    if (epoch < 0n) return reply.error(errors.invalidEpoch(`${epoch}`));
    if (cluster.configEpoch !== 0) return reply.error(errors.epochIsSet);
    cluster.configEpoch = Number(epoch);
    cluster.currentEpoch = Math.max(cluster.currentEpoch, cluster.configEpoch);
    reply.ok();
  },
});
