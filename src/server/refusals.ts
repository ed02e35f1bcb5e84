// Refusals: why a request may not run as the server is now: no memory, no disk, loading, a busy script, another slot.
//
// Role: functions over the state of the server, asked by `Server.refusalOf` once its quick look has found that there may
// be a reason: in a cluster always, otherwise only while something is wrong or under way.

import { type ClusterState, type FoundSlot, slotOfKeys } from "../commands/cluster/cluster-state.ts";
import type { Command } from "../commands/define.ts";
import type { Client } from "../connection/client.ts";
import type { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import type { Server } from "./server.ts";

/** The refusal for any reason but memory, or undefined. */
export function refusalInState(
  server: Server,
  command: Command,
  client: Client,
  args: Args,
): string | undefined {
  const { cluster, tracking, persistence } = server;
  if (cluster !== undefined) {
    const refusal = clusterRefusalOf(cluster, command, client, args);
    if (refusal !== undefined) return refusal;
  }
  if (tracking.isOver) tracking.limit();
  const { writeRefusal } = persistence;
  if (writeRefusal !== undefined && isRefusedWithoutDisk(command, client)) return writeRefusal;
  if (server.lacksReplicas && writes(command, client)) return errors.noReplicas;
  if (persistence.isLoading && !command.flags.includes("loading")) return errors.loading;
  return server.isBusy && !command.flags.includes("allow_busy") ? server.scripting.busy : undefined;
}

/** What is queued takes memory too, whatever it does; a transaction can always be given up. */
export function isRefusedWithoutMemory(command: Command, client: Client): boolean {
  if (!client.isQueueing) return command.isDenyOom;
  if (command.name === "exec") return client.transaction.holds((each) => each.isDenyOom);
  return command.name !== "discard" && command.name !== "quit" && command.name !== "reset";
}

// As in Redis, PING tells of it too.
function isRefusedWithoutDisk(command: Command, client: Client): boolean {
  return writes(command, client) || command.fullName === "ping";
}

function writes(command: Command, client: Client): boolean {
  return command.name === "exec" ? client.transaction.holds((each) => each.isWrite) : command.isWrite;
}

// EXEC's keys are those of all that is queued.
function clusterRefusalOf(
  cluster: ClusterState,
  command: Command,
  client: Client,
  args: Args,
): string | undefined {
  if (command.name !== "exec") return cluster.refusalOf(command, args);
  let slot: FoundSlot = "none";
  let refusal: string | undefined;
  client.transaction.holds((each, words) => {
    const own = slotOfKeys(each, words);
    if (own === "none") return false;
    if (slot === "none") slot = own;
    refusal = cluster.refusalOfSlot(slot === own ? slot : "several", each);
    return refusal !== undefined;
  });
  return refusal;
}
