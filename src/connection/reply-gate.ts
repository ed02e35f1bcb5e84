// Reply gate: what keeps replies back until the changes that they tell of are as safe as the configuration asks for.
//
// Role: connections call, the log implements; absent while there is none. A client whose replies are held back keeps them, in
// their order, and gives them away when it is told how far the log is safe.

import type { Client } from "./client.ts";

export interface ReplyGate {
  /** Sees to it that what has changed is written. True when replies to all that was run may leave now. */
  passes(): boolean;
  /** How many bytes the log will have with all that has changed. */
  readonly position: number;
  /** `client` holds replies; it is told when the log is safe up to the present position, or further. */
  holds(client: Client): void;
  /** A turn ends: what it has changed is written, if nobody has asked for that. */
  settle(): void;
}
