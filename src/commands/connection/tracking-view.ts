// What commands may ask of client-side caching (CLIENT TRACKING). Implemented by src/connection/tracking.ts.

import type { ClientView } from "../context.ts";

/** Which reads a client wants remembered: all, those after CLIENT CACHING YES, or all but those after CACHING NO. */
export type TrackingChoice = "all" | "optin" | "optout";

/** What CLIENT TRACKING ON asks for. */
export type TrackingRequest = {
  /** The id of the client that gets the messages; 0: itself. */
  readonly redirect: number;
  /** It hears of all keys with its prefixes, read or not. */
  readonly isBroadcast: boolean;
  readonly choice: TrackingChoice;
  /** It does not hear of its own changes. */
  readonly isNoLoop: boolean;
  /** Latin-1 texts; none with `isBroadcast`: all keys. */
  readonly prefixes: readonly string[];
};

/** How one client tracks keys. */
export type TrackingState = Omit<TrackingRequest, "prefixes"> & {
  readonly prefixes: ReadonlySet<string>;
  /** The client that gets its messages is gone, and one was lost for it. */
  isBroken: boolean;
  /** CLIENT CACHING was called just before, or before the transaction. */
  isCaching: boolean;
};

export type TrackingView = {
  /** Begins, or goes on in another way; prefixes are added to those there are. */
  start(client: ClientView, request: TrackingRequest): void;
  /** Nothing happens to one that does not track. */
  stop(client: ClientView): void;
  /** Data is about to be removed as a whole: nothing that clients have cached is good any more. */
  flushed(): void;
  /** Makes room in the table when it has grown over tracking-table-max-keys. */
  limit(): void;
  /** How many clients track keys. */
  readonly clientCount: number;
  /** Keys that somebody has read, and how often somebody has read one, as far as is remembered. */
  readonly keyCount: number;
  readonly itemCount: number;
  readonly prefixCount: number;
};
