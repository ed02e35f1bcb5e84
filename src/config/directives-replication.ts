// Directives about Redis's own replication and cluster. This server can be followed by replicas and is none itself, so most
// of these are kept only because configuration files and tools mention them. See directive.ts for the vocabulary.

import {
  accepted,
  bool,
  choice,
  type Directive,
  int,
  int32Max,
  int64Max,
  memory,
  optionalText,
  refused,
  special,
  text,
  uint64Max,
} from "./directive.ts";

const noReplicas = accepted("this server is no replica, and keeps no backlog for one that comes back");
const noCluster = accepted("a cluster has this one node alone, which keeps no file about it");
const port = { min: 0, max: 65535 };

export const replicationDirectives: readonly Directive[] = [
  special("replicaof", "replica-of", "", {
    alias: "slaveof",
    startOnly: true,
    standing: refused("Redis replication is not supported: this server would not follow that master"),
  }),
  optionalText("masteruser", { sensitive: true, standing: noReplicas }),
  optionalText("masterauth", { sensitive: true, standing: noReplicas }),
  bool("replica-serve-stale-data", "yes", { alias: "slave-serve-stale-data", standing: noReplicas }),
  bool("replica-read-only", "yes", { alias: "slave-read-only", standing: noReplicas }),
  bool("replica-lazy-flush", "no", { alias: "slave-lazy-flush", standing: noReplicas }),
  bool("replica-ignore-maxmemory", "yes", { alias: "slave-ignore-maxmemory", standing: noReplicas }),
  bool("replica-ignore-disk-write-errors", "no", { standing: noReplicas }),
  bool("replica-announced", "yes", { standing: noReplicas }),
  int("replica-priority", 0, int32Max, 100, { alias: "slave-priority", standing: noReplicas }),
  optionalText("replica-announce-ip", { alias: "slave-announce-ip", standing: noReplicas }),
  int("replica-announce-port", port.min, port.max, 0, { alias: "slave-announce-port", standing: noReplicas }),
  bool("repl-diskless-sync", "yes"),
  int("repl-diskless-sync-delay", 0, int32Max, 5),
  int("repl-diskless-sync-max-replicas", 0, int32Max, 0),
  choice("repl-diskless-load", ["disabled", "on-empty-db", "swapdb"], "disabled", { standing: noReplicas }),
  bool("repl-disable-tcp-nodelay", "no", { standing: noReplicas }),
  int("repl-timeout", 1, int32Max, 60),
  int("repl-ping-replica-period", 1, int32Max, 10, { alias: "repl-ping-slave-period" }),
  memory("repl-backlog-size", 1048576, {
    min: 1n,
    isSigned: true,
    clamp: { min: 16384n, max: int64Max },
    standing: noReplicas,
  }),
  int("repl-backlog-ttl", 0, int64Max, 3600, { standing: noReplicas }),
  int("min-replicas-to-write", 0, int32Max, 0, { alias: "min-slaves-to-write" }),
  int("min-replicas-max-lag", 0, int32Max, 10, { alias: "min-slaves-max-lag" }),
  choice("propagation-error-behavior", ["ignore", "panic", "panic-on-replicas"], "ignore", {
    standing: noReplicas,
  }),

  bool("cluster-enabled", "no", { startOnly: true }),
  text("cluster-config-file", "nodes.conf", { startOnly: true, standing: noCluster }),
  int("cluster-node-timeout", 0, int64Max, 15000, { standing: noCluster }),
  int("cluster-port", port.min, port.max, 0, { startOnly: true }),
  int("cluster-migration-barrier", 0, int32Max, 1, { standing: noCluster }),
  int("cluster-replica-validity-factor", 0, int32Max, 10, {
    alias: "cluster-slave-validity-factor",
    standing: noCluster,
  }),
  bool("cluster-replica-no-failover", "no", { alias: "cluster-slave-no-failover", standing: noCluster }),
  bool("cluster-allow-replica-migration", "yes", { standing: noCluster }),
  bool("cluster-require-full-coverage", "yes"),
  bool("cluster-allow-reads-when-down", "no"),
  bool("cluster-allow-pubsubshard-when-down", "yes"),
  memory("cluster-link-sendbuf-limit", 0, { max: uint64Max, standing: noCluster }),
  choice("cluster-preferred-endpoint-type", ["ip", "hostname", "unknown-endpoint"], "ip"),
  optionalText("cluster-announce-ip"),
  optionalText("cluster-announce-hostname", { check: checkHostname }),
  int("cluster-announce-port", port.min, port.max, 0),
  int("cluster-announce-tls-port", port.min, port.max, 0, { standing: noCluster }),
  int("cluster-announce-bus-port", port.min, port.max, 0),
];

function checkHostname(value: string): string | undefined {
  if (value.length >= 256) return "Hostnames must be less than 256 characters";
  return /^[A-Za-z0-9.-]*$/.test(value)
    ? undefined
    : "Hostnames may only contain alphanumeric characters, hyphens or dots";
}
