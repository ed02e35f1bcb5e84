// Banner: what a person wants to know when the server has started.

import type { Config } from "../config/config.ts";
import type { Env } from "../env/env.ts";
import type { Address } from "../env/net.ts";
import type { Open } from "./listeners.ts";
import { type Server, shadisVersion } from "./server.ts";

/** The lines logged at start-up: version and pid, addresses, shards, memory limit, persistence. */
export function bannerLines(server: Server, env: Env, listeners: readonly Open[]): string[] {
  const { config } = server;
  const limit = config.maxmemory === 0 ? "none" : `${config.maxmemory} bytes (${config.maxmemoryPolicy})`;
  const places = listeners.map(
    ({ listener, isTls }) => `${addressText(listener.address)}${isTls ? " (TLS)" : ""}`,
  );
  const lines = [
    `Shadis ${shadisVersion}, Redis 7.0 compatible, Node ${env.host.nodeVersion}, PID: ${env.host.pid}`,
    `Listening on: ${places.join(", ") || "nothing"}`,
    `Shards: ${server.shardCount}, databases: ${config.databases}, memory limit: ${limit}, ${savesText(config)}`,
  ];
  if (config.requirepass === "" && !config.protectedMode) {
    lines.push("No password is set and protected mode is off: anyone who can reach this port can use it");
  }
  return lines;
}

function savesText({ save }: Config): string {
  if (save.length === 0) return "snapshots: when asked for";
  return `snapshots: ${save.map(({ seconds, changes }) => `after ${seconds} s with ${changes} changes`).join(", ")}`;
}

function addressText(address: Address): string {
  return address.kind === "unix" ? address.path : `${address.host}:${address.port}`;
}
