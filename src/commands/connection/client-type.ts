// Client types: the words by which CLIENT LIST and CLIENT KILL choose among connections.
//
// Connections are normal ones (monitors count as such), subscribers or replicas.

import type { Args } from "../../resp/args.ts";
import type { ClientView } from "../context.ts";

export type ClientType = "normal" | "master" | "replica" | "pubsub";

/** The type that argument i names, or undefined. "slave" is the old word for a replica. */
export function clientTypeAt(args: Args, i: number): ClientType | undefined {
  if (args.is(i, "normal")) return "normal";
  if (args.is(i, "replica") || args.is(i, "slave")) return "replica";
  if (args.is(i, "pubsub")) return "pubsub";
  if (args.is(i, "master")) return "master";
  return undefined;
}

/** Whether a connection is of the type. */
export function isOfType(client: ClientView, type: ClientType): boolean {
  if (client.replica !== undefined) return type === "replica";
  if (type === "pubsub") return client.isSubscriber;
  return type === "normal" && !client.isSubscriber;
}
