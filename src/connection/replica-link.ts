// Replica link: what a connection tells of itself to who feeds it, once it has become a replica's.
//
// Role: connections call, server/replica.ts implements.

import type { ReplicaView } from "../commands/server/replication-view.ts";

export interface ReplicaLink extends ReplicaView {
  /** It says how far it has followed. */
  acknowledge(offset: number): void;
  /** All that was given to the network has left. */
  drained(): void;
  /** The connection is gone. */
  left(): void;
}
