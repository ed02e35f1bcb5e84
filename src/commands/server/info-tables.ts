// INFO's sections with one line for each command, error or database, and the short ones.

import { averageTtlMs } from "../../keyspace/expiry-figures.ts";
import type { CommandContext } from "../context.ts";
import type { Command } from "../define.ts";
import { latencyPercentile } from "../latency-histogram.ts";
import type { Lines } from "./info-sections.ts";

export function cpuLines({ server }: CommandContext): Lines {
  const { cpuSystem, cpuUser } = server.host();
  const system = cpuSystem.toFixed(6);
  const user = cpuUser.toFixed(6);
  return [
    `used_cpu_sys:${system}`,
    `used_cpu_user:${user}`,
    "used_cpu_sys_children:0.000000",
    "used_cpu_user_children:0.000000",
    `used_cpu_sys_main_thread:${system}`,
    `used_cpu_user_main_thread:${user}`,
  ];
}

export function moduleLines(): Lines {
  return [];
}

export function clusterLines({ server }: CommandContext): Lines {
  return [`cluster_enabled:${server.cluster === undefined ? 0 : 1}`];
}

export function commandStatsLines({ server }: CommandContext): Lines {
  const lines: string[] = [];
  for (const { fullName, stats } of everyCommand(server.commands.values())) {
    const { calls, usec, rejectedCalls, failedCalls } = stats;
    if (calls === 0 && rejectedCalls === 0 && failedCalls === 0) continue;
    const average = (calls === 0 ? 0 : usec / calls).toFixed(2);
    lines.push(
      `cmdstat_${fullName}:calls=${calls},usec=${Math.round(usec)},usec_per_call=${average},` +
        `rejected_calls=${rejectedCalls},failed_calls=${failedCalls}`,
    );
  }
  return lines;
}

export function errorStatsLines({ server }: CommandContext): Lines {
  const counts = [...server.stats.errorsByPrefix].sort(([a], [b]) => (a < b ? -1 : 1));
  return counts.map(([prefix, count]) => `errorstat_${prefix}:count=${count}`);
}

export function latencyStatsLines({ server }: CommandContext): Lines {
  const { latencyTracking, latencyTrackingInfoPercentiles } = server.config;
  if (!latencyTracking) return [];
  const lines: string[] = [];
  for (const { fullName, stats } of everyCommand(server.commands.values())) {
    const { histogram } = stats;
    if (histogram === undefined) continue;
    const values = latencyTrackingInfoPercentiles.map(
      (percentile) => `p${percentile}=${latencyPercentile(histogram, percentile).toFixed(3)}`,
    );
    lines.push(`latency_percentiles_usec_${fullName}:${values.join(",")}`);
  }
  return lines;
}

/** Only where a shadow oracle is attached is there more than the first line. */
export function oracleLines({ server }: CommandContext): Lines {
  const figures = server.oracleFigures?.() ?? [];
  if (figures.length === 0) return ["oracle_enabled:0"];
  return figures.map(([field, value]) => `${field}:${value}`);
}

export function keyspaceLines({ server }: CommandContext): Lines {
  const { everything, config } = server;
  const lines: string[] = [];
  for (let db = 0; db < config.databases; db++) {
    const keys = everything.size(db);
    if (keys === 0) continue;
    const ttlMs = averageTtlMs(everything.databases, db);
    lines.push(`db${db}:keys=${keys},expires=${everything.expiresCount(db)},avg_ttl=${ttlMs}`);
  }
  return lines;
}

/** Commands and subcommands, each container before its own. */
export function* everyCommand(commands: Iterable<Command>): Generator<Command> {
  for (const each of commands) {
    yield each;
    yield* everyCommand(each.byName.values());
  }
}
