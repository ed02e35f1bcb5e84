// The list of canaries: all that are planted, and those of the catalogue that wait for what they break.
//
// Role: puts the chapters in-*.ts together; canary.ts says what an entry means.

import type { Canary } from "./canary.ts";
import { connectionCanaries } from "./in-connections.ts";
import { dataCanaries } from "./in-data.ts";
import { durabilityCanaries } from "./in-durability.ts";

/** Every canary that is planted, chapter by chapter. */
export const canaries: readonly Canary[] = [...dataCanaries, ...connectionCanaries, ...durabilityCanaries];

/** Canaries of the catalogue that cannot be planted yet: what they break is not there. */
export const waiting: Readonly<Record<string, string>> = {
  C22: "shards on threads of their own; on one thread replies cannot overtake each other",
  C33: "replication",
  C34: "replication",
  C35: "replication",
  C36: "replication",
  C37: "replication",
  C38: "replication",
  C39: "replication",
  C40: "replication",
  C41: "gossip",
  C42: "gossip",
};
