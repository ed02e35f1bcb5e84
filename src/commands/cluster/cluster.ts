// CLUSTER: the container of the commands about the cluster.

import { defineCommand } from "../define.ts";
import {
  clusterInfo,
  clusterLinks,
  clusterMyid,
  clusterNodes,
  clusterShards,
  clusterSlots,
} from "./cluster-figures.ts";
import { clusterHelp } from "./cluster-help.ts";
import { clusterCountkeysinslot, clusterGetkeysinslot, clusterKeyslot } from "./cluster-keys.ts";
import {
  clusterBumpepoch,
  clusterCountFailureReports,
  clusterFailover,
  clusterForget,
  clusterMeet,
  clusterReplicas,
  clusterReplicate,
  clusterReset,
  clusterSaveconfig,
  clusterSetConfigEpoch,
  clusterSlaves,
} from "./cluster-nodes.ts";
import {
  clusterAddslots,
  clusterAddslotsrange,
  clusterDelslots,
  clusterDelslotsrange,
  clusterFlushslots,
  clusterSetslot,
} from "./cluster-slots.ts";

export const cluster = defineCommand({
  name: "cluster",
  summary: "Holds the commands about the cluster.",
  since: "3.0.0",
  group: "cluster",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [
    clusterAddslots,
    clusterAddslotsrange,
    clusterBumpepoch,
    clusterCountFailureReports,
    clusterCountkeysinslot,
    clusterDelslots,
    clusterDelslotsrange,
    clusterFailover,
    clusterFlushslots,
    clusterForget,
    clusterGetkeysinslot,
    clusterHelp,
    clusterInfo,
    clusterKeyslot,
    clusterLinks,
    clusterMeet,
    clusterMyid,
    clusterNodes,
    clusterReplicas,
    clusterReplicate,
    clusterReset,
    clusterSaveconfig,
    clusterSetConfigEpoch,
    clusterSetslot,
    clusterShards,
    clusterSlaves,
    clusterSlots,
  ],
});
