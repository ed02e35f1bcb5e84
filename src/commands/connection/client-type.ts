// Client types: the words by which CLIENT LIST and CLIENT KILL choose among connections.
//
// All connections are normal ones (monitors count as such) until subscriptions and replicas exist.

import type { Args } from "../../resp/args.ts";

export type ClientType = "normal" | "master" | "replica" | "pubsub";

/** The type that argument i names, or undefined. "slave" is the old word for a replica. */
export function clientTypeAt(args: Args, i: number): ClientType | undefined {
  if (args.is(i, "normal")) return "normal";
  if (args.is(i, "replica") || args.is(i, "slave")) return "replica";
  if (args.is(i, "pubsub")) return "pubsub";
  if (args.is(i, "master")) return "master";
  return undefined;
}

/** Whether the connections of a type are all there are; otherwise there are none. */
export function isEveryClient(type: ClientType): boolean {
  return type === "normal";
}
