// CLUSTER HELP: what the subcommands that exist here do.

import { helpLines } from "../server/help.ts";
import { clusterCommand } from "./cluster-command.ts";

// A subcommand's call, and indented below it what it does.
const lines = helpLines("cluster", [
  "ADDSLOTS <slot> [<slot> ...]",
  "    Make this node the owner of slots.",
  "ADDSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]",
  "    Make this node the owner of ranges of slots.",
  "BUMPEPOCH",
  "    Raise the epoch of this node's configuration.",
  "COUNT-FAILURE-REPORTS <node-id>",
  "    Count the reports that a node has failed.",
  "COUNTKEYSINSLOT <slot>",
  "    Count the keys of a slot.",
  "DELSLOTS <slot> [<slot> ...]",
  "    Give slots up.",
  "DELSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]",
  "    Give ranges of slots up.",
  "FAILOVER [FORCE|TAKEOVER]",
  "    Make a replica take its master's place.",
  "FLUSHSLOTS",
  "    Give all slots up, while there are no keys.",
  "FORGET <node-id>",
  "    Take a node out of the cluster.",
  "GETKEYSINSLOT <slot> <count>",
  "    Return up to <count> keys of a slot.",
  "INFO",
  "    Describe the state of the cluster.",
  "KEYSLOT <key>",
  "    Tell the slot of a key.",
  "LINKS",
  "    Describe the connections to other nodes.",
  "MEET <ip> <port> [<bus-port>]",
  "    Take another node into the cluster.",
  "MYID",
  "    Tell the name of this node.",
  "NODES",
  "    Describe the nodes, one line each:",
  "    <id> <ip:port@bus-port> <flags> <master> <pings> <pongs> <epoch> <link> <slot> ...",
  "REPLICAS <node-id>",
  "    Describe the replicas of a node.",
  "REPLICATE <node-id>",
  "    Make this node the replica of another one.",
  "RESET [HARD|SOFT]",
  "    Give all slots up, while there are no keys; HARD: as another node.",
  "SAVECONFIG",
  "    Write the state of the cluster to disk.",
  "SET-CONFIG-EPOCH <epoch>",
  "    Set the epoch of a new node's configuration.",
  "SETSLOT <slot> (IMPORTING <node-id>|MIGRATING <node-id>|STABLE|NODE <node-id>)",
  "    Bind a slot to a node.",
  "SHARDS",
  "    Tell which slots belong together, and the nodes that serve them.",
  "SLOTS",
  "    Tell which node serves which slots.",
]);

export const clusterHelp = clusterCommand({
  name: "help",
  summary: "Explains the subcommands of CLUSTER.",
  since: "5.0.0",
  flags: ["loading", "stale"],
  syntax: [],
  class: "shape",
  run({ reply }) {
    reply.array(lines.length);
    for (const line of lines) reply.simple(line);
  },
});
