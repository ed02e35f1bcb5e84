// CLUSTER INFO, MYID, NODES, SLOTS, SHARDS and LINKS: the cluster as a client sees it.
//
// Where Redis 7.0 tells an empty address, because a node that was never met by another one does not know its own, this
// server tells the one that the client has connected to: some libraries skip nodes without an address.
// cluster-announce-ip comes first, as in Redis.

import type { CommandContext } from "../context.ts";
import { clusterCommand } from "./cluster-command.ts";
import type { ClusterState, SlotRange } from "./cluster-state.ts";

/** How far the bus of the cluster is from the port. */
const BUS_PORT_STEP = 10_000;

const tips = ["nondeterministic_output"];

export const clusterInfo = clusterCommand({
  name: "info",
  summary: "Describes the state of the cluster.",
  syntax: [],
  class: "shape",
  tips,
  run({ reply }, cluster) {
    const { assignedCount } = cluster;
    const lines = [
      `cluster_state:${cluster.isOk ? "ok" : "fail"}`,
      `cluster_slots_assigned:${assignedCount}`,
      `cluster_slots_ok:${assignedCount}`,
      "cluster_slots_pfail:0",
      "cluster_slots_fail:0",
      "cluster_known_nodes:1",
      `cluster_size:${assignedCount > 0 ? 1 : 0}`,
      `cluster_current_epoch:${cluster.currentEpoch}`,
      `cluster_my_epoch:${cluster.configEpoch}`,
      "cluster_stats_messages_sent:0",
      "cluster_stats_messages_received:0",
      "total_cluster_links_buffer_limit_exceeded:0",
    ];
    reply.verbatim("txt", `${lines.join("\r\n")}\r\n`);
  },
});

export const clusterMyid = clusterCommand({
  name: "myid",
  summary: "Tells the name of this node.",
  syntax: [],
  class: "shape",
  run({ reply }, cluster) {
    reply.bulkText(cluster.id);
  },
});

export const clusterNodes = clusterCommand({
  name: "nodes",
  summary: "Describes the nodes of the cluster, one line each.",
  complexity: "O(N) where N is the total number of Cluster nodes",
  syntax: [],
  class: "shape",
  tips,
  run(context, cluster) {
    const { config } = context.server;
    const { host, port } = addressOf(context);
    const busPort = config.clusterAnnounceBusPort || config.clusterPort || port + BUS_PORT_STEP;
    const name = config.clusterAnnounceHostname === "" ? "" : `,${config.clusterAnnounceHostname}`;
    const slots = cluster
      .ranges()
      .map(({ first, last }) => (first === last ? ` ${first}` : ` ${first}-${last}`));
    context.reply.verbatim(
      "txt",
      `${cluster.id} ${host}:${port}@${busPort}${name} myself,master - 0 0 ${cluster.configEpoch} connected${slots.join("")}\n`,
    );
  },
});

export const clusterSlots = clusterCommand({
  name: "slots",
  summary: "Tells which node serves which slots.",
  complexity: "O(N) where N is the total number of Cluster nodes",
  syntax: [],
  class: "shape",
  tips,
  deprecated: { since: "7.0.0", replacedBy: "`CLUSTER SHARDS`" },
  history: [
    ["4.0.0", "Tells the ids of nodes."],
    ["7.0.0", "Tells further facts about the network."],
  ],
  run(context, cluster) {
    const { reply } = context;
    const ranges = cluster.ranges();
    reply.array(ranges.length);
    for (const { first, last } of ranges) {
      reply.array(3);
      reply.int(first);
      reply.int(last);
      replyNode(context, cluster);
    }
  },
});

// The endpoint that clients are to use, and what else is known of it.
function replyNode(context: CommandContext, cluster: ClusterState): void {
  const { reply, server } = context;
  const { clusterPreferredEndpointType: preferred, clusterAnnounceHostname: hostname } = server.config;
  const { host, port } = addressOf(context);
  reply.array(4);
  if (preferred === "unknown-endpoint") reply.null();
  else reply.bulkText(endpointOf(preferred, host, hostname));
  reply.int(port);
  reply.bulkText(cluster.id);
  const others: (readonly [string, string])[] = [];
  if (preferred !== "ip" && host !== "") others.push(["ip", host]);
  if (preferred !== "hostname" && hostname !== "") others.push(["hostname", hostname]);
  reply.map(others.length);
  for (const text of others.flat()) reply.bulkText(text);
}

function endpointOf(preferred: string, host: string, hostname: string): string {
  if (preferred === "hostname") return hostname === "" ? "?" : hostname;
  return preferred === "ip" ? host : "";
}

export const clusterShards = clusterCommand({
  name: "shards",
  summary: "Tells which slots belong together, and the nodes that serve them.",
  since: "7.0.0",
  complexity: "O(N) where N is the total number of cluster nodes",
  syntax: [],
  class: "shape",
  tips,
  run(context, cluster) {
    const { reply, server } = context;
    const { clusterPreferredEndpointType: preferred, clusterAnnounceHostname: hostname } = server.config;
    const { host, port } = addressOf(context);
    const ranges: readonly SlotRange[] = cluster.ranges();
    reply.array(1);
    reply.map(2);
    reply.bulkText("slots");
    reply.array(ranges.length * 2);
    for (const { first, last } of ranges) {
      reply.int(first);
      reply.int(last);
    }
    reply.bulkText("nodes");
    reply.array(1);
    const texts: readonly (readonly [string, string])[] = [
      ["ip", host],
      ["endpoint", endpointOf(preferred, host, hostname)],
      ...(hostname === "" ? [] : [["hostname", hostname] as const]),
      ["role", "master"],
    ];
    reply.map(texts.length + 4);
    reply.bulkText("id");
    reply.bulkText(cluster.id);
    reply.bulkText("port");
    reply.int(port);
    for (const text of texts.flat()) reply.bulkText(text);
    reply.bulkText("replication-offset");
    reply.int(0);
    reply.bulkText("health");
    reply.bulkText("online");
  },
});

export const clusterLinks = clusterCommand({
  name: "links",
  summary: "Describes the connections to other nodes. There are none.",
  since: "7.0.0",
  complexity: "O(N) where N is the total number of Cluster nodes",
  syntax: [],
  class: "shape",
  tips,
  run({ reply }) {
    reply.array(0);
  },
});

// Where clients reach this node: as announced, or as this client has.
function addressOf({ client, server }: CommandContext): { readonly host: string; readonly port: number } {
  const { config } = server;
  const port = config.clusterAnnouncePort || config.port || config.tlsPort;
  if (config.clusterAnnounceIp !== "") return { host: config.clusterAnnounceIp, port };
  if (client.isUnixSocket) return { host: "", port };
  const address = client.localAddress;
  const host = address.slice(0, address.lastIndexOf(":"));
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port };
}
